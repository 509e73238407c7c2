import Testing
import Volumes

@testable import Learning

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
