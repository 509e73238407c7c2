import Models
import Testing

@testable import Training

@Suite struct EpochOrderTests {
    @Test func everySliceComesOnceAnEpoch() throws {
        let data = try SmallDataset(3, slices: 7)
        let recipe = TrainingRecipe()
        let first = EpochOrder.training(data.patients, recipe, epoch: 0)
        #expect(first.count == 21)
        #expect(Set(first).count == 21)
        #expect(first != EpochOrder.training(data.patients, recipe, epoch: 1))
        #expect(first == EpochOrder.training(data.patients, recipe, epoch: 0))
        // Shuffled over the patients, not patient by patient.
        #expect(Set(first.prefix(7).map(\.patient)).count > 1)
    }

    @Test func aStrideReachesEverySliceInTime() throws {
        let data = try SmallDataset(2, slices: 7)
        var recipe = TrainingRecipe()
        recipe.sliceStride = 3
        var reached: Set<EpochOrder.Place> = []
        for epoch in 5..<8 {
            let places = EpochOrder.training(data.patients, recipe, epoch: epoch)
            for patient in 0..<2 {
                let slices = places.filter { $0.patient == patient }.map(\.slice).sorted()
                #expect(slices.count == 3 || slices.count == 2)
                #expect(zip(slices, slices.dropFirst()).allSatisfy { $1 - $0 == 3 })
            }
            reached.formUnion(places)
        }
        #expect(reached.count == 14)
    }

    @Test func onlyAShareOfTheEmptySlicesIsTaken() throws {
        let data = try SmallDataset(40, slices: 2)
        var recipe = TrainingRecipe()
        recipe.emptySliceShare = 0.25
        let places = EpochOrder.training(data.patients, recipe, epoch: 0)
        #expect(places.filter { $0.slice == 1 }.count == 40)
        #expect((3...18).contains(places.filter { $0.slice == 0 }.count))
        recipe.emptySliceShare = 0
        #expect(EpochOrder.training(data.patients, recipe, epoch: 0).allSatisfy { $0.slice == 1 })
    }
}
