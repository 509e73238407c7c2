import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct PredictionTests {
    @Test(arguments: StoreKind.allCases)
    func comesBackAsItWas(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let reopened = try f.reopened()
        #expect(try reopened.prediction(f.predictionID) == f.prediction)
        #expect(try reopened.newestPrediction(for: f.id) == f.predictionID)
        #expect(throws: CaseStoreError.noSuchPrediction(PredictionID(rawValue: "x"))) {
            try f.store.prediction(PredictionID(rawValue: "x"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func isNamedByItsContent(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        #expect(try f.store.save(f.prediction, for: f.id, by: "ben", now: Fixture.time(3)) == f.predictionID)
        var ids = Set([f.predictionID])
        let p = f.prediction
        var masks = p.masks
        masks[.heart] = nil
        var swapped = p.masks
        swapped[.lungLeft] = p.masks[.lungRight]
        swapped[.lungRight] = p.masks[.lungLeft]
        let others = [
            Prediction(model: .baseline, masks: p.masks, preprocessing: p.preprocessing),
            Prediction(model: p.model, masks: p.masks, preprocessing: ["resample 1 mm clip −1000…400"]),
            Prediction(model: p.model, masks: masks, preprocessing: p.preprocessing),
            Prediction(model: p.model, masks: swapped, preprocessing: p.preprocessing),
        ]
        for other in others {
            let id = try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(4))
            #expect(try f.store.prediction(id) == other)
            #expect(try f.store.newestPrediction(for: f.id) == id)
            ids.insert(id)
        }
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ana", now: Fixture.time(4))
        ids.insert(try f.store.save(p, for: CaseID(rawValue: "2"), by: "ana", now: Fixture.time(4)))
        #expect(ids.count == 6)
        // Proposing the first again makes it the newest again.
        _ = try f.store.save(p, for: f.id, by: "ana", now: Fixture.time(5))
        #expect(try f.store.newestPrediction(for: f.id) == f.predictionID)
    }

    @Test(arguments: StoreKind.allCases)
    func recipeAndNotesComeBackAndArePartOfTheContent(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let p = f.prediction
        func with(_ recipe: String?, _ steps: [String], _ notes: [String], _ uncertainty: Bool = false) throws
            -> Prediction
        {
            Prediction(
                model: p.model, recipeDigest: recipe, masks: p.masks, preprocessing: steps, notes: notes,
                uncertainty: uncertainty ? try .small() : nil)
        }
        let steps = p.preprocessing
        // Whatever stands where, and whatever was once written how.
        let others = [
            try with("aa", steps, []), try with("ab", steps, []), try with("", steps, []),
            try with(nil, steps, ["thick"]), try with(nil, steps + ["thick"], []),
            try with(nil, steps + ["note: thick"], []), try with("", steps + ["note: thick"], []),
            try with(nil, steps, ["note: thick"]),
            try with("aa", steps, ["thick"]), try with("aa", steps + ["thick"], []),
            try with("aa", [], steps + ["thick"]), try with("aa", steps, [], true),
            try with(nil, steps, ["thick"], true),
        ]
        var ids = Set([f.predictionID])
        for (number, other) in others.enumerated() {
            let id = try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(4 + Double(number)))
            #expect(try f.reopened().prediction(id) == other)
            #expect(try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(30)) == id)
            ids.insert(id)
        }
        #expect(ids.count == others.count + 1)
        let named = try with("aa", steps, ["thick"]).renamed(.baseline)
        let id = try f.store.keep(named, for: f.id, by: "ana", now: Fixture.time(40))
        let kept = try f.store.prediction(id)
        #expect(kept.model == .baseline && kept.recipeDigest == "aa" && kept.notes == ["thick"])
    }

    @Test(arguments: StoreKind.allCases)
    func mustBeOnTheCasesGrid(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let grid = try GridGeometry(size: f.geometry.size, spacing: Spacing(x: 1, y: 1, z: 1))
        let other = Prediction(model: .baseline, masks: [.heart: Mask(geometry: grid)], preprocessing: [])
        #expect(throws: CaseStoreError.self) {
            try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(3))
        }
        #expect(try f.store.newestPrediction(for: f.id) == f.predictionID)
    }

    @Test(arguments: StoreKind.allCases)
    func uncertaintyComesBackAndIsPartOfTheContent(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let p = f.prediction
        func with(_ uncertainty: PredictionUncertainty?) -> Prediction {
            Prediction(model: p.model, masks: p.masks, preprocessing: p.preprocessing, uncertainty: uncertainty)
        }
        let own = try PredictionUncertainty.small()
        let other = PredictionUncertainty(map: own.map, sliceScores: [0, 0.5, 0.25, 1])
        let first = try f.store.save(with(own), for: f.id, by: "ana", now: Fixture.time(4))
        let second = try f.store.save(with(other), for: f.id, by: "ana", now: Fixture.time(5))
        #expect(Set([first, second, f.predictionID]).count == 3)
        let reopened = try f.reopened()
        #expect(try reopened.prediction(first) == with(own))
        #expect(try reopened.prediction(second) == with(other))
        #expect(try reopened.prediction(f.predictionID).uncertainty == nil)
        #expect(try f.store.save(with(own), for: f.id, by: "ana", now: Fixture.time(6)) == first)
    }
}

extension PredictionUncertainty {
    /// One on a grid of its own, for the four slices of the fixture.
    static func small() throws -> PredictionUncertainty {
        let grid = try GridGeometry(
            size: GridSize(x: 5, y: 4, z: 2), spacing: Spacing(x: 2, y: 2, z: 3),
            origin: PatientPoint(x: -3, y: 0.1, z: 7))
        let map = try ByteMap(geometry: grid, slices: [Array(0..<20), Array(repeating: 0, count: 20)])
        return PredictionUncertainty(map: map, sliceScores: [0, 1 / 3, 0.25, 1])
    }
}
