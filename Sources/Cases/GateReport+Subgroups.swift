import Volumes

extension GateReport {
    /// What the gate found of the hold-out patients of one site, scanner, kernel or thickness of slices.
    public struct Subgroups: Hashable, Sendable, Codable {
        /// One structure in one group of patients.
        public struct Judged: Hashable, Sendable, Codable {
            /// The group; several where the same patients with the same scores are in each.
            public let groups: [CaseGroup]
            /// What was found there.
            public let structure: Structure

            /// A finding from its parts.
            public init(groups: [CaseGroup], structure: Structure) {
                self.groups = groups
                self.structure = structure
            }

            /// The groups for people: `site Northgate, scanner GE Revolution`.
            public var text: String { groups.map(\.text).joined(separator: ", ") }
        }

        /// A structure in a group with too few patients to say anything.
        public struct TooFew: Hashable, Sendable, Codable {
            /// The group.
            public let group: CaseGroup
            /// The structure.
            public let name: StructureName
            /// How many patients there are.
            public let patients: Int

            /// A gap from its parts.
            public init(group: CaseGroup, name: StructureName, patients: Int) {
                self.group = group
                self.name = name
                self.patients = patients
            }
        }

        /// Hold-out cases of which a fact is not known.
        public struct Unknown: Hashable, Sendable, Codable {
            /// Which fact.
            public let kind: CaseGroup.Kind
            /// How many cases.
            public let cases: Int
            /// Of how many.
            public let all: Int

            /// A count from its parts.
            public init(kind: CaseGroup.Kind, cases: Int, all: Int) {
                self.kind = kind
                self.cases = cases
                self.all = all
            }
        }

        /// What was judged.
        public let judged: [Judged]
        /// What could not be judged.
        public let tooFew: [TooFew]
        /// What is not known of cases, which are then in no group of that kind.
        public let unknown: [Unknown]
        /// How many patients a group needs.
        public let minimumPatients: Int

        /// Findings from their parts.
        public init(judged: [Judged], tooFew: [TooFew], unknown: [Unknown], minimumPatients: Int) {
            self.judged = judged
            self.tooFew = tooFew
            self.unknown = unknown
            self.minimumPatients = minimumPatients
        }

        /// What was not judged and why, a clause each; empty where all was.
        public var gaps: [String] {
            var gaps: [String] = []
            let groups = Dictionary(grouping: tooFew, by: \.group).sorted { $0.key < $1.key }
            let texts = groups.map { group, items -> String in
                let few = items.map(\.patients)
                let isSame = Set(few).count == 1 && !judged.contains { $0.groups.contains(group) }
                guard isSame, let patients = few.first else {
                    return "\(group.text) (" + items.map { "\($0.name) \($0.patients)" }.joined(separator: ", ") + ")"
                }
                return "\(group.text) (\(patients))"
            }
            if !texts.isEmpty {
                gaps.append(
                    "too few hold-out patients to judge, \(minimumPatients) are needed: "
                        + texts.joined(separator: "; "))
            }
            if !unknown.isEmpty {
                gaps.append(
                    "not known: "
                        + unknown.map { "the \($0.kind.rawValue) of \($0.cases) of \($0.all) hold-out cases" }
                        .joined(separator: ", "))
            }
            return gaps
        }
    }

    /// How sure each interval of the hold-out is, so that all of them together are as sure as ``confidence``: Bonferroni's
    /// 1 − (1 − confidence) / ``comparisons``. In reports of before each interval was as sure as ``confidence``.
    public var intervalConfidence: Double { 1 - (1 - confidence) / Double(max(1, comparisons ?? 1)) }

    /// ``intervalConfidence`` in per cent with at most two decimals, rounded down: `95 %`, `99.16 %`.
    public var intervalText: String {
        let hundredths = Int(intervalConfidence * 10_000 + 1e-6)
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        let digits = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        return "\(whole)\(digits) %"
    }
}
