import Cases

extension PromotionGate {
    /// The hold-out by what patients have in common.
    public struct Subgroups: Hashable, Sendable {
        /// The structures' scores of the cases of one group. A patient with cases in several groups is in each with the
        /// mean of those that belong to it.
        public struct Group: Hashable, Sendable {
            /// Which.
            public let group: CaseGroup
            /// Every structure that the group has.
            public let scores: [Scores]

            /// A group from its parts.
            public init(group: CaseGroup, scores: [Scores]) {
                self.group = group
                self.scores = scores
            }
        }

        /// The groups, in order.
        public let groups: [Group]
        /// Of how many cases something is not known.
        public let unknown: [GateReport.Subgroups.Unknown]

        /// The subgroups of cases.
        /// - Parameters:
        ///   - cases: the groups of each case.
        ///   - scores: the structures' scores of some of the cases, by their indices.
        public init(of cases: [[CaseGroup]], scores: ([Int]) -> [Scores]) {
            groups = Set(cases.joined()).sorted().map { group in
                Group(group: group, scores: scores(cases.indices.filter { cases[$0].contains(group) }))
            }
            unknown = CaseGroup.Kind.allCases.compactMap { kind in
                let count = cases.count { !$0.contains { $0.kind == kind } }
                return count == 0 ? nil : GateReport.Subgroups.Unknown(kind: kind, cases: count, all: cases.count)
            }
        }
    }

    /// What is judged of subgroups, and what cannot be.
    struct Parts {
        var judged: [(groups: [CaseGroup], scores: Scores)] = []
        var tooFew: [GateReport.Subgroups.TooFew] = []
    }

    /// Every structure in every group, once: a group that is all patients is judged with them, and groups of the same
    /// patients with the same scores, such as a site that has one scanner, are one.
    func parts(of subgroups: Subgroups, whole: [Scores]) -> Parts {
        var parts = Parts()
        let all = Dictionary(whole.map { ($0.name, Set($0.pairs)) }, uniquingKeysWith: { first, _ in first })
        for group in subgroups.groups {
            for scores in group.scores where !scores.pairs.isEmpty && Set(scores.pairs) != all[scores.name] {
                guard scores.pairs.count >= minimumPatients else {
                    parts.tooFew.append(
                        GateReport.Subgroups.TooFew(
                            group: group.group, name: scores.name, patients: scores.pairs.count))
                    continue
                }
                let same = parts.judged.firstIndex {
                    $0.scores.name == scores.name && Set($0.scores.pairs) == Set(scores.pairs)
                }
                if let same {
                    parts.judged[same].groups.append(group.group)
                } else {
                    parts.judged.append((groups: [group.group], scores: scores))
                }
            }
            // What the group has nothing of is judged elsewhere, and not here.
            let present = Set(group.scores.filter { !$0.pairs.isEmpty }.map(\.name))
            for scores in whole where !scores.pairs.isEmpty && !present.contains(scores.name) {
                parts.tooFew.append(
                    GateReport.Subgroups.TooFew(group: group.group, name: scores.name, patients: 0))
            }
        }
        return parts
    }

    /// How many times patients are drawn for an interval that is so sure: some twenty draws have to lie beyond each of
    /// its ends, or the ends are those of single draws. Never more than 200,000.
    func draws(at confidence: Double) -> Int {
        let tail = max((1 - confidence) / 2, 1e-4)
        return max(resamples, Int((20 / tail).rounded(.up)))
    }

    /// Why a structure counts as worse.
    func objection(to structure: GateReport.Structure) -> String {
        let worst = structure.worst.map { ", worst \($0.patient) \(Self.signed($0.gain))" } ?? ""
        return "may be worse by more than \(margin): mean \(Self.signed(structure.meanGain)), "
            + "down to \(Self.signed(structure.lowerBound))\(worst)"
    }

    /// The subgroups that are reasons to hold, those that lose most first and the first few of them by name.
    func objections(to subgroups: GateReport.Subgroups?) -> [String] {
        let most = 5
        let worse = (subgroups?.judged ?? []).filter(\.structure.isWorse)
            .sorted { ($0.structure.lowerBound, $0.text) < ($1.structure.lowerBound, $1.text) }
        let named = worse.prefix(most).map { each in
            "\(each.structure.name) with \(each.text) (\(each.structure.pairs.count) patients) "
                + objection(to: each.structure)
        }
        guard worse.count > most else { return named }
        return named + ["the same holds for \(worse.count - most) more of \(subgroups?.judged.count ?? 0) subgroups"]
    }

    /// That no subgroup is worse, in a clause; empty where none was judged.
    static func nowhere(_ subgroups: GateReport.Subgroups?) -> String {
        guard let count = subgroups?.judged.count, count > 0 else { return "" }
        return count == 1 ? ", nor is the one subgroup judged" : ", nor in any of \(count) subgroups judged"
    }
}
