import Cases
import Models
import TestSupport
import Testing
import Volumes

@testable import Segmentation

/// Two lungs of air in soft tissue, 2 mm voxels, and what a test puts beside them. Boxes are in voxels.
@Suite struct ThresholdCombinationTests {
    private static let grid = try? GridGeometry(
        size: GridSize(x: 80, y: 40, z: 30), spacing: Spacing(x: 2, y: 2, z: 2), origin: PatientPoint(x: 0, y: 0, z: 0))

    private struct Box {
        var x: Range<Int>
        var y: Range<Int>
        var z: Range<Int>
        func holds(_ voxel: VoxelIndex) -> Bool { x.contains(voxel.x) && y.contains(voxel.y) && z.contains(voxel.z) }
    }

    private let right = Box(x: 10..<30, y: 5..<35, z: 4..<26)
    private let left = Box(x: 50..<70, y: 5..<35, z: 4..<26)

    private func mask(_ boxes: Box...) throws -> Mask {
        Mask(geometry: try #require(Self.grid)) { voxel in boxes.contains { $0.holds(voxel) } }
    }

    /// Soft tissue with both lungs at −820 HU; later boxes are painted over earlier ones.
    private func volume(_ extra: (Box, Int16)...) throws -> Volume {
        try drawnVolume(try #require(Self.grid)) { voxel in
            extra.last { $0.0.holds(voxel) }?.1 ?? (right.holds(voxel) || left.holds(voxel) ? -820 : 40)
        }
    }

    private func combined(
        _ volume: Volume, network: (left: Mask, right: Mask), threshold: (left: Mask, right: Mask)
    ) throws -> ThresholdCombination {
        try ThresholdCombination(
            of: volume, network: [network.left, network.right], names: [.lungLeft, .lungRight],
            threshold: [.lungLeft: threshold.left, .lungRight: threshold.right])
    }

    @Test func theBorderIsTheThresholds() throws {
        let both = (left: try mask(left), right: try mask(right))
        let wide = (left: try both.left.dilated(by: 2, in: .slice), right: try both.right.eroded(by: 2, in: .slice))
        let result = try combined(volume(), network: wide, threshold: both)
        #expect(result.masks == [both.left, both.right])
        #expect(result.disagreement.isEmpty)
        #expect(result.notes.count == 1)
    }

    @Test(arguments: [(Int16(-820), true), (-990, false)])
    func airThatTheNetworkLeavesOutGoesIfItIsAsThinAsGas(density: Int16, isKept: Bool) throws {
        // A pocket that hangs on the right lung, and the closed rim of soft tissue around it.
        let (pocket, rim) = (Box(x: 30..<38, y: 12..<20, z: 10..<18), Box(x: 38..<39, y: 12..<20, z: 10..<18))
        let own = (left: try mask(left), right: try mask(right))
        let threshold = (left: own.left, right: try mask(right, pocket, rim))
        let result = try combined(volume((pocket, density)), network: own, threshold: threshold)
        #expect(result.masks == [own.left, isKept ? threshold.right : own.right])
        #expect(result.notes.contains { $0.contains("left out as gas") } != isKept)
        #expect(!result.disagreement.isEmpty, "both answers stay in question")
        #expect(result.notes.contains("the network and the threshold differ by 1 cm² or more on slices 11–18"))
    }

    @Test func airFarFromTheNetworksLungsIsNone() throws {
        let own = (left: try mask(), right: try mask(right))
        // Of 2.9 l of lung, 124 ml are little; 415 the network may have overlooked. Of 0.1 l, so are 15 ml and 77.
        for (spacing, depth, width, isKept) in [
            (6.0, 6, 12, false), (6, 6, 40, true), (2, 6, 40, false), (2, 30, 40, true),
        ] {
            let pocket = Box(x: 30..<30 + width, y: 5..<5 + depth, z: 10..<18)
            let grid = try GridGeometry(
                size: GridSize(x: 80, y: 40, z: 30), spacing: Spacing(x: spacing, y: spacing, z: spacing))
            func put(_ mask: Mask) throws -> Mask { try Mask(geometry: grid, slices: mask.slices) }
            let threshold = (left: try put(own.left), right: try put(mask(right, pocket)))
            let drawn = try Volume(geometry: grid, slices: volume((pocket, -820)).slices)
            let result = try combined(
                drawn, network: (try put(own.left), try put(own.right)), threshold: threshold)
            #expect(try result.masks[1] == (isKept ? threshold.right : put(own.right)), "\(spacing) mm, \(width)")
        }
    }

    @Test func denseLungOfTheNetworkIsAddedAndBoneIsNot() throws {
        // 16 mm of tumour at the right lung's wall, a rib at the left one's.
        let (tumour, rib) = (Box(x: 2..<10, y: 12..<20, z: 10..<18), Box(x: 70..<78, y: 12..<20, z: 10..<18))
        let threshold = (left: try mask(left), right: try mask(right))
        let network = (left: try mask(left, rib), right: try mask(right, tumour))
        let result = try combined(volume((tumour, 35), (rib, 600)), network: network, threshold: threshold)
        #expect(result.masks[0] == threshold.left)
        let added = try result.masks[1].subtracting(threshold.right)
        #expect(try added.subtracting(mask(tumour)).isEmpty)
        // A ball does not reach into the box's edges.
        #expect(try added.count > mask(tumour).count * 8 / 10)
        #expect(result.notes.contains { $0.contains("of dense lung added by the network") })
    }

    @Test func gasThatOnlyTheNetworkTakesIsNotAdded() throws {
        // 16 mm of a main bronchus beside the right lung; the threshold has left it out.
        let bronchus = Box(x: 30..<38, y: 12..<20, z: 10..<18)
        let own = (left: try mask(left), right: try mask(right))
        for (density, isAdded) in [(-960, false), (-700, true)] {
            let result = try combined(
                volume((bronchus, Int16(density))), network: (own.left, try mask(right, bronchus)), threshold: own)
            #expect(try result.masks[1].intersection(mask(bronchus)).isEmpty != isAdded)
        }
    }

    @Test func whereMuchIsInQuestionTheSlicesAreTold() throws {
        let own = (left: try mask(left), right: try mask(right))
        // 4 and 6.4 cm² of each of eight slices.
        for (width, isTold) in [(10, false), (16, true)] {
            let pocket = Box(x: 32..<32 + width, y: 12..<22, z: 10..<18)
            let result = try combined(
                volume((pocket, -820)), network: own, threshold: (own.left, try mask(right, pocket)))
            let told =
                "On slices 11–18 the network and the threshold differ by 5 cm² of lung or more: look at them first."
            #expect(result.warnings == (isTold ? [told] : []))
        }
        let once = Box(x: 32..<48, y: 12..<22, z: 10..<11)
        let one = try combined(volume((once, -820)), network: own, threshold: (own.left, try mask(right, once)))
        let told = "On slice 11 the network and the threshold differ by 5 cm² of lung or more: look at it first."
        #expect(one.warnings == [told])
        let nothing = try mask()
        let unseen = try combined(volume(), network: (nothing, nothing), threshold: own)
        #expect(
            unseen.warnings == ["The network found no lung where the threshold finds 211.2 ml; they are left out."])
    }

    @Test func aThinDenseRimOfTheNetworkIsNotAdded() throws {
        let rim = Box(x: 8..<10, y: 5..<35, z: 4..<26)
        let own = (left: try mask(left), right: try mask(right))
        let result = try combined(volume(), network: (own.left, try mask(right, rim)), threshold: own)
        #expect(result.masks[1] == own.right)
    }

    @Test func ofASideTheNetworkDecides() throws {
        // The threshold gives the upper half of the right lung to the left.
        let (low, high) = (Box(x: 10..<30, y: 5..<35, z: 4..<15), Box(x: 10..<30, y: 5..<35, z: 15..<26))
        let result = try combined(
            volume(), network: (try mask(left), try mask(right)),
            threshold: (try mask(left, high), try mask(low)))
        #expect(try result.masks == [mask(left), mask(right)])
    }

    @Test func theLineAlongWhichLungsTouchIsTheThresholds() throws {
        // Two lungs that touch at column 40; the network draws the line 4 mm further right.
        let (low, high) = (Box(x: 30..<40, y: 5..<35, z: 4..<26), Box(x: 40..<50, y: 5..<35, z: 4..<26))
        let threshold = (left: try mask(left, high), right: try mask(right, low))
        let shifted = Box(x: 38..<50, y: 5..<35, z: 4..<26)
        let network = (left: try mask(left, shifted), right: try threshold.right.subtracting(mask(shifted)))
        let result = try combined(volume((low, -820), (high, -820)), network: network, threshold: threshold)
        #expect(result.masks == [threshold.left, threshold.right])
    }

    @Test func whereTheNetworkFindsNoLungThereIsNone() throws {
        let empty = try mask()
        let result = try combined(
            volume(), network: (empty, empty), threshold: (try mask(left), try mask(right)))
        #expect(result.masks == [empty, empty])
        #expect(result.notes == ["the network found no lung; the threshold's 211.2 ml are left out"])
        #expect(try result.disagreement == mask(left, right))
    }

    @Test func nothingIsTakenFromAnotherStructure() throws {
        let trachea = Box(x: 30..<34, y: 12..<16, z: 4..<26)
        let result = try ThresholdCombination(
            of: volume((trachea, -820)), network: [mask(left), mask(right), mask(trachea)],
            names: [.lungLeft, .lungRight, StructureName(rawValue: "Trachea")],
            threshold: [.lungLeft: mask(left), .lungRight: mask(right, trachea)])
        #expect(try result.masks == [mask(left), mask(right), mask(trachea)])
    }

    @Test func aWholePredictionSaysWhereTheTwoDiffer() throws {
        var recipe = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        recipe.preprocessing.spacing = Spacing(x: 5, y: 5, z: 5)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (72, 64)
        recipe.preprocessing.cropsToBody = false
        recipe.network.levels = 1
        recipe.postprocessing.exclusive = recipe.structures
        recipe.postprocessing.combinesWithThreshold = true
        var drawing = ThoraxDrawing()
        drawing.hasNodule = true
        let volume = try drawing.volume(on: ThoraxDrawing.grid())
        func segment(_ recipe: Recipe) throws -> Prediction {
            try ModelSegmenter(
                name: ModelName(rawValue: "fake@1"), recipe: recipe,
                // Takes the upper half of each lung for something else.
                network: FakeNetwork(recipe) { channel, x, y, slice, _ in
                    let isLung = (0.05..<0.3).contains(slice[y * 72 + x]) && (20..<52).contains(y) && y > 26
                    return isLung && (2 * x >= 72) == (channel == 0) ? 1 : 0
                }
            ).segment(volume).prediction
        }
        let combined = try segment(recipe)
        let threshold = try BaselineSegmenter().segment(volume)
        #expect(combined.masks[.lungLeft] == threshold.masks[.lungLeft])
        #expect(combined.preprocessing.contains { $0.hasPrefix("the network and the threshold differ") })
        recipe.postprocessing.combinesWithThreshold = false
        let alone = try segment(recipe)
        let middle = combined.masks[.lungLeft]?.geometry.size.z ?? 0
        let scores = [alone, combined].map { $0.uncertainty?.sliceScores[middle / 2] ?? 0 }
        #expect(scores[1] > scores[0] + 0.05)
    }

    @Test func theRecipeAsksForBothLungs() throws {
        var recipe = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        recipe.postprocessing.combinesWithThreshold = true
        #expect(
            throws: RecipeError(
                key: "[postprocessing] combine_with_threshold", "asks for Lung_L among exclusive structures")
        ) {
            try recipe.check()
        }
        recipe.postprocessing.exclusive = recipe.structures
        try recipe.check()
    }
}
