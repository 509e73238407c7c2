import Cases
import Foundation
import Models
import Networks
import Segmentation
import TestNetworks
import TestSupport
import Testing
import Volumes

@testable import CaseWork

@Suite struct CasePredictorTests {
    private let folder: TemporaryFolder
    private let entry: ModelCatalogue.Entry
    private let volume: Volume

    /// A model that calls the outer columns of an image of 16 × 16 pixels lung.
    init() throws {
        folder = try TemporaryFolder()
        var recipe = Recipe(name: "tiny", structures: [.lungLeft, .lungRight])
        recipe.network.filters = 2
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        recipe.preprocessing.cropsToBody = false
        let file = folder.file("tiny.safetensors")
        try ModelFile(
            name: ModelName(rawValue: "tiny@1"), recipe: recipe, weights: ThresholdNetworks.weights(left: 5, right: 11)
        ).write(to: file)
        entry = ModelCatalogue.Entry(url: file, header: try ModelFile.header(of: file))
        let geometry = try GridGeometry(size: GridSize(x: 16, y: 16, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let slices = try (0..<4).map { z in
            try VolumeSlice(width: 16, height: 16, values: (0..<256).map { Int16($0 * 3 + z - 900) })
        }
        volume = try Volume(geometry: geometry, slices: slices)
    }

    private func predictor(_ networks: ThresholdNetworks, isNamed: Bool = false) -> CasePredictor {
        CasePredictor(
            ModelChoice(kind: .model(entry), isNamed: isNamed), networks: networks, options: PredictionOptions())
    }

    @Test func theNetworkIsMadeForTheFirstCaseAndServesAll() throws {
        let networks = ThresholdNetworks()
        let predictor = predictor(networks)
        #expect(networks.made == 0)
        let first = try predictor.predict(volume)
        #expect(first.prediction.model == ModelName(rawValue: "tiny@1") && first.warning == nil)
        let left = try #require(first.prediction.masks[.lungLeft])
        let columns = Set((0..<16).filter { x in (0..<16).contains { left[VoxelIndex(x: x, y: $0, z: 2)] } })
        #expect(columns == [0, 1, 2, 3, 4], "the network's own answer")
        #expect(try predictor.predict(volume).prediction.masks == first.prediction.masks)
        #expect(networks.made == 1)
    }

    @Test func whatNobodyNamedGivesWayToTheBaselineWhereThereIsNoEngine() throws {
        let networks = ThresholdNetworks(refusal: .notAvailable(tried: []))
        let outcome = try predictor(networks).predict(volume)
        #expect(outcome.prediction.model == .baseline && outcome.probabilities == nil)
        #expect(outcome.warning?.contains("baseline-threshold predicted instead of tiny@1.") == true)
        #expect(throws: EngineError.notAvailable(tried: [])) {
            try predictor(networks, isNamed: true).predict(volume)
        }
    }

    @Test func noOtherTroubleIsHiddenByTheBaseline() throws {
        let networks = ThresholdNetworks(refusal: .outOfMemory(doing: "loading"))
        #expect(throws: EngineError.outOfMemory(doing: "loading")) { try predictor(networks).predict(volume) }
    }

    @Test func theBaselinesPredictionStaysOnlyWhereNothingBetterCanBeMade() {
        let without = predictor(ThresholdNetworks(refusal: .notAvailable(tried: [])))
        #expect(without.keeps(.baseline, isJudged: false))
        let with = predictor(ThresholdNetworks())
        #expect(!with.keeps(.baseline, isJudged: false) && with.keeps(.baseline, isJudged: true))
        #expect(with.keeps(ModelName(rawValue: "tiny@1"), isJudged: false) && with.keeps(.loaded, isJudged: false))
        let named = predictor(ThresholdNetworks(refusal: .notAvailable(tried: [])), isNamed: true)
        #expect(!named.keeps(.baseline, isJudged: true))
    }

    /// A network that was told another orientation than it was trained with finds everything, mirrored.
    @Test func swappedSidesAreTold() throws {
        // Columns grow to the patient's left.
        let low = Mask(geometry: volume.geometry) { $0.x < 6 }
        let high = Mask(geometry: volume.geometry) { $0.x > 9 }
        func warnings(_ masks: [StructureName: Mask]) -> [String] {
            Prediction(model: ModelName(rawValue: "tiny@1"), masks: masks, preprocessing: []).warningsOfPlausibility
        }
        #expect(warnings([.lungLeft: high, .lungRight: low, .heart: low]).isEmpty)
        #expect(
            warnings([.lungLeft: low, .lungRight: high]) == [
                "tiny@1 put Lung_L to the patient's right of Lung_R: left and right are swapped, or the patient is turned "
                    + "about in the image. Look at both before any use."
            ])
        #expect(warnings([.lungLeft: low]).isEmpty, "its partner was not asked for")
    }
}
