/// Who is trained on, validated with and tested on. Drawn once, by person, and frozen in the dataset.
public struct DatasetSplit: Hashable, Sendable, Codable {
    /// The parts there are.
    public enum Part: String, Hashable, Sendable, Codable, CaseIterable {
        /// Weights are fitted to these.
        case training
        /// The best epoch is chosen by these.
        case validation
        /// Nothing but the final figures comes from these.
        case test
    }

    /// What was drawn from.
    public var seed: UInt64
    /// Ids of the patients trained on, in order.
    public var training: [String]
    /// Ids of the patients validated with, in order.
    public var validation: [String]
    /// Ids of the patients tested on, in order.
    public var test: [String]

    /// A split from its parts.
    public init(seed: UInt64, training: [String], validation: [String], test: [String]) {
        self.seed = seed
        self.training = training
        self.validation = validation
        self.test = test
    }

    /// The ids of a part.
    public func ids(of part: Part) -> [String] {
        switch part {
        case .training: training
        case .validation: validation
        case .test: test
        }
    }

    /// Which part a patient is in.
    public func part(of id: String) -> Part? { Part.allCases.first { ids(of: $0).contains(id) } }

    /// Draws a split: whole persons (who has the same image is the same person), spread evenly over the sites, in
    /// shares that are rounded by largest remainder (60 persons by 70/10/20 are exactly 42, 6 and 12). The same seed
    /// and patients give the same split, whatever the patients' order.
    /// - Parameter shares: training, validation and test, in any unit.
    /// - Throws: ``DatasetError`` if there are fewer than three persons, or a share is negative or nothing to train on.
    public static func draw(
        _ patients: [DatasetPatient], seed: UInt64, shares: [Double] = [70, 10, 20]
    ) throws(DatasetError) -> DatasetSplit {
        let persons = groups(patients)
        guard persons.count >= 3 else {
            throw DatasetError("There are \(persons.count) persons; a split needs at least three.")
        }
        guard shares.count == 3, shares.allSatisfy({ $0.isFinite && $0 >= 0 }), shares[0] > 0 else {
            throw DatasetError("The shares of a split are three numbers such as 70,10,20, the first above 0.")
        }
        // Within each site the order is chance; persons of all sites are then taken in turn.
        var places: [(rank: Double, site: String, person: String)] = []
        let sites = Dictionary(grouping: persons.keys.sorted()) { person in
            persons[person]?.min { $0.id < $1.id }?.site ?? ""
        }
        for (index, site) in sites.keys.sorted().enumerated() {
            var random = SeededRandom(seed, UInt64(index))
            let members = (sites[site] ?? []).shuffled(using: &random)
            for (position, person) in members.enumerated() {
                places.append(((Double(position) + 0.5) / Double(members.count), site, person))
            }
        }
        places.sort { ($0.rank, $0.site, $0.person) < ($1.rank, $1.site, $1.person) }
        let counts = counts(places.count, shares: shares)
        func ids(_ range: Range<Int>) -> [String] {
            places[range].flatMap { (persons[$0.person] ?? []).map(\.id) }.sorted()
        }
        return DatasetSplit(
            seed: seed, training: ids(0..<counts[0]), validation: ids(counts[0]..<counts[0] + counts[1]),
            test: ids(counts[0] + counts[1]..<places.count))
    }

    /// Leaves out one fold of a cross-validation: whole persons are dealt into `count` folds in seeded order, the fold
    /// `number` is tested on, and everybody else is trained on. Nobody validates, so that a training takes its last
    /// epoch. The folds of one seed together test every person once.
    /// - Parameters:
    ///   - number: 1…`count`.
    ///   - site: deals only persons of this site and trains on all others in every fold, such as phantoms beside real
    ///     patients; `nil` deals everybody.
    /// - Throws: ``DatasetError`` if there is no such fold, or there are fewer persons to deal than folds.
    public static func fold(
        _ number: Int, of count: Int, _ patients: [DatasetPatient], site: String? = nil, seed: UInt64
    ) throws(DatasetError) -> DatasetSplit {
        guard count >= 2, (1...count).contains(number) else {
            throw DatasetError("A fold is such as 2/5: from 1 to the number of folds, which is at least 2.")
        }
        let persons = groups(patients)
        var dealt = persons.keys.filter { person in
            site.map { site in persons[person]?.contains { $0.site == site } ?? false } ?? true
        }.sorted()
        guard dealt.count >= count else {
            let whose = site.map { " of the site \($0)" } ?? ""
            throw DatasetError("There are \(dealt.count) persons\(whose); \(count) folds need at least as many.")
        }
        var random = SeededRandom(seed)
        dealt.shuffle(using: &random)
        let tested = Set(dealt.indices.filter { $0 % count == number - 1 }.map { dealt[$0] })
        func ids(_ isWanted: (String) -> Bool) -> [String] {
            persons.filter { isWanted($0.key) }.flatMap { $0.value.map(\.id) }.sorted()
        }
        return DatasetSplit(
            seed: seed, training: ids { !tested.contains($0) }, validation: [], test: ids(tested.contains))
    }

    /// Patients that must stay together, by one name a group: those of one person, and those with the same image,
    /// whatever they are called.
    private static func groups(_ patients: [DatasetPatient]) -> [String: [DatasetPatient]] {
        var parent: [String: String] = [:]
        func root(_ key: String) -> String {
            var key = key
            while let next = parent[key] { key = next }
            return key
        }
        for patient in patients {
            let (a, b) = (root("person \(patient.person)"), root("image \(patient.image.digest)"))
            // The greater name is the root: persons sort behind images, so that a group goes by its last person
            // whatever the order of the patients.
            if a != b { parent[min(a, b)] = max(a, b) }
        }
        return Dictionary(grouping: patients) { root("person \($0.person)") }
    }

    /// Whole numbers in given shares by largest remainder; a share above 0 gets at least one.
    static func counts(_ total: Int, shares: [Double]) -> [Int] {
        let sum = shares.reduce(0, +)
        let exact = shares.map { $0 / sum * Double(total) }
        // A share that is whole but for rounding is that whole number.
        var counts = exact.map { Int(($0 + 1e-9).rounded(.down)) }
        let byRemainder = shares.indices.sorted {
            (Double(counts[$0]) - exact[$0], $0) < (Double(counts[$1]) - exact[$1], $1)
        }
        for index in byRemainder.prefix(max(0, total - counts.reduce(0, +))) { counts[index] += 1 }
        for index in shares.indices where shares[index] > 0 && counts[index] == 0 {
            guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[most] > 1 else { break }
            counts[most] -= 1
            counts[index] += 1
        }
        return counts
    }
}
