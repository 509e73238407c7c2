import Cases
import Volumes

extension GateTable {
    /// What the gate found by site, scanner, kernel and thickness.
    struct Subgroups: Encodable {
        struct Group: Encodable {
            let kind: String
            let value: String

            init(_ group: CaseGroup) { (kind, value) = (group.kind.rawValue, group.value) }
        }

        struct Judged: Encodable {
            let groups: [Group]
            let structure: Structure
            /// The groups for people.
            let text: String

            enum CodingKeys: String, CodingKey { case groups, structure }
        }

        struct TooFew: Encodable {
            let group: Group
            let structure: String
            let patients: Int
        }

        struct Unknown: Encodable {
            let kind: String
            let cases: Int
            let all: Int
        }

        let judged: [Judged]
        let tooFew: [TooFew]
        let unknown: [Unknown]
        let minimumPatients: Int
        /// For people.
        private let gaps: [String]

        enum CodingKeys: String, CodingKey {
            case judged, unknown
            case tooFew = "too_few"
            case minimumPatients = "minimum_patients"
        }

        init(_ subgroups: GateReport.Subgroups) {
            judged = subgroups.judged.map {
                Judged(groups: $0.groups.map(Group.init), structure: Structure($0.structure), text: $0.text)
            }
            tooFew = subgroups.tooFew.map {
                TooFew(group: Group($0.group), structure: $0.name.rawValue, patients: $0.patients)
            }
            unknown = subgroups.unknown.map { Unknown(kind: $0.kind.rawValue, cases: $0.cases, all: $0.all) }
            (minimumPatients, gaps) = (subgroups.minimumPatients, subgroups.gaps)
        }

        /// A line each, those that lose most first.
        var lines: [String] {
            judged.sorted { $0.structure.meanGain < $1.structure.meanGain }.map { each in
                let found = each.structure
                return
                    "  subgroup   \(found.name)  \(each.text)  \(Plural.count(found.patients.count, "patient"))  gain "
                    + "\(GateTable.signed(found.meanGain)) (\(GateTable.signed(found.lowerBound)) to "
                    + "\(GateTable.signed(found.upperBound)))\(found.isWorse ? "  worse" : "")"
            } + gaps.map { "  \($0)" }
        }
    }
}
