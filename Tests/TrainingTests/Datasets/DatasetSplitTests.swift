import Testing
import Volumes

@testable import Training

@Suite struct DatasetSplitTests {
    private func patients(_ count: Int, sites: Int, imagesEach: Int = 1) -> [DatasetPatient] {
        (0..<count).flatMap { person in
            (0..<imagesEach).map { image in
                DatasetPatient(
                    id: "p\(person)-\(image)", subject: "p\(person)", site: "site\(person % sites)",
                    image: ImageSource(path: "p", digest: "\(person) \(image)"), masks: [:],
                    size: GridSize(x: 1, y: 1, z: 1),
                    spacing: Spacing(x: 1, y: 1, z: 1))
            }
        }
    }

    @Test func sixtyAreFortyTwoSixAndTwelve() throws {
        let all = patients(60, sites: 3)
        let split = try DatasetSplit.draw(all, seed: 1)
        #expect([split.training.count, split.validation.count, split.test.count] == [42, 6, 12])
        #expect(Set(split.training + split.validation + split.test) == Set(all.map(\.id)))
        // Evenly over the sites: 14, 2 and 4 of each.
        for part in DatasetSplit.Part.allCases {
            let ids = Set(split.ids(of: part))
            let sites = Dictionary(grouping: all.filter { ids.contains($0.id) }, by: \.site)
            #expect(Set(sites.values.map(\.count)).count == 1)
        }
    }

    @Test func aSplitIsAMatterOfSeedAndPatientsAlone() throws {
        let all = patients(31, sites: 2)
        let split = try DatasetSplit.draw(all, seed: 4)
        #expect(try DatasetSplit.draw(all.reversed(), seed: 4) == split)
        #expect(try DatasetSplit.draw(all, seed: 5).training != split.training)
    }

    @Test func foldsTestEveryPersonOnceAndTrainOnAllOthers() throws {
        let all = patients(17, sites: 3, imagesEach: 2)
        let folds = try (1...5).map { try DatasetSplit.fold($0, of: 5, all, seed: 2) }
        #expect(folds.flatMap(\.test).sorted() == all.map(\.id).sorted())
        for fold in folds {
            #expect(fold.validation.isEmpty)
            #expect((fold.training + fold.test).sorted() == all.map(\.id).sorted())
            // Both images of a person are in one part.
            func persons(_ ids: [String]) -> Set<Substring> { Set(ids.map { $0.prefix { $0 != "-" } }) }
            #expect(persons(fold.training).isDisjoint(with: persons(fold.test)))
            #expect([6, 8].contains(fold.test.count))
        }
        #expect(try DatasetSplit.fold(3, of: 5, all.reversed(), seed: 2) == folds[2])
        #expect(try DatasetSplit.fold(3, of: 5, all, seed: 3) != folds[2])
    }

    @Test func foldsOfASiteAlwaysTrainOnTheOthers() throws {
        let all = patients(12, sites: 3)
        let folds = try (1...4).map { try DatasetSplit.fold($0, of: 4, all, site: "site1", seed: 1) }
        #expect(folds.flatMap(\.test).sorted() == all.filter { $0.site == "site1" }.map(\.id).sorted())
        for fold in folds {
            #expect(all.filter { $0.site != "site1" }.allSatisfy { fold.training.contains($0.id) })
            #expect(fold.test.count == 1)
        }
        for (number, count) in [(0, 5), (6, 5), (1, 1), (1, 13)] {
            #expect(throws: DatasetError.self) { try DatasetSplit.fold(number, of: count, all, seed: 1) }
        }
        #expect(throws: DatasetError.self) { try DatasetSplit.fold(1, of: 5, all, site: "site1", seed: 1) }
        #expect(throws: DatasetError.self) { try DatasetSplit.fold(1, of: 2, all, site: "elsewhere", seed: 1) }
    }

    @Test func aPersonIsNeverInTwoParts() throws {
        let all = patients(11, sites: 3, imagesEach: 3)
        for seed in 0..<20 {
            let split = try DatasetSplit.draw(all, seed: UInt64(seed))
            let parts = DatasetSplit.Part.allCases.map { Set(split.ids(of: $0).map { $0.split(separator: "-")[0] }) }
            #expect(parts[0].isDisjoint(with: parts[1]))
            #expect(parts[0].isDisjoint(with: parts[2]))
            #expect(parts[1].isDisjoint(with: parts[2]))
            #expect(split.training.count + split.validation.count + split.test.count == 33)
        }
    }

    /// By largest remainder, worked out by hand.
    @Test(arguments: [
        (3, [1, 1, 1]), (7, [5, 1, 1]), (10, [7, 1, 2]), (20, [14, 2, 4]), (25, [18, 2, 5]), (61, [43, 6, 12]),
    ]) func roundsByLargestRemainder(total: Int, expected: [Int]) {
        #expect(DatasetSplit.counts(total, shares: [70, 10, 20]) == expected)
    }

    @Test func refusesWhatCannotBeSplit() {
        #expect(throws: DatasetError.self) { try DatasetSplit.draw(patients(2, sites: 1), seed: 1) }
        #expect(throws: DatasetError.self) { try DatasetSplit.draw(patients(9, sites: 1), seed: 1, shares: [1, 2]) }
        #expect(throws: DatasetError.self) {
            try DatasetSplit.draw(patients(9, sites: 1), seed: 1, shares: [0, 1, 1])
        }
        #expect(throws: DatasetError.self) {
            try DatasetSplit.draw(patients(9, sites: 1), seed: 1, shares: [1, .nan, 1])
        }
    }
}
