import Cases
import Volumes

/// Decides whether a candidate may take the incumbent's place.
///
/// Both have segmented the same hold-out patients, or corrected the same errors
/// by prompts on them. For each structure the gain of every patient is bootstrapped
/// (Efron and Tibshirani 1993, percentile interval of the mean, patients drawn with replacement, candidate and
/// incumbent of a patient always together). A structure counts as worse when its interval reaches below −margin, so
/// that doubt holds a model back rather than lets it through. The candidate passes when every structure has enough
/// patients, none is worse, in no subgroup either, and the corrected cases improve on average.
///
/// The mean of all patients can hide those of one scanner or site. Every structure in every subgroup with enough patients
/// is therefore judged like a structure. All m intervals are to be right together, so each is made at
/// 1 − (1 − confidence) / m (Bonferroni). That widens them: the more is looked at, the surer one has to be that nowhere
/// somebody loses, and a candidate that cannot show it is held. A person can still promote it, and has to say why; a model
/// that is put in use and is wrong on one scanner is noticed by nobody.
public struct PromotionGate: Hashable, Sendable {
    /// How much worse a structure may become, in surface Dice or the area under its curve by prompts.
    public var margin = 0.005
    /// How sure all intervals of the hold-out are together, 0.5…<1.
    public var confidence = 0.95
    /// The fewest hold-out patients of a structure that can speak for a candidate.
    public var minimumPatients = 3
    /// How many times patients are drawn, at least: more where an interval has to be surer, see ``draws(at:)``.
    public var resamples = 2_000
    /// Where the draws start; the same for the same data, so that a verdict can be repeated.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// A structure's scores with both models.
    public struct Scores: Hashable, Sendable {
        /// Which structure.
        public var name: StructureName
        /// The tolerance of its surface Dice.
        public var tolerance: Millimetres
        /// The patients.
        public var pairs: [GateReport.Pair]

        /// Scores from their parts.
        public init(name: StructureName, tolerance: Millimetres, pairs: [GateReport.Pair]) {
            self.name = name
            self.tolerance = tolerance
            self.pairs = pairs
        }
    }

    /// Judges a candidate.
    /// - Parameters:
    ///   - holdOut: every structure of the model on the hold-out patients.
    ///   - corrected: the same on the cases that were trained on; empty lists are a reason to hold.
    ///   - subgroups: the hold-out once more by what patients have in common; `nil` to look at nothing but the whole.
    ///   - prompts: of models that answer prompts how many they needed; more than the incumbent are a reason to hold.
    /// - Complexity: O(structures · resamples · patients).
    public func judge(
        holdOut: [Scores], corrected: [Scores], subgroups: Subgroups? = nil, prompts: GateReport.Prompts? = nil
    ) -> GateReport {
        let looked = subgroups.map { parts(of: $0, whole: holdOut) }
        let comparisons = max(1, holdOut.count + (looked?.judged.count ?? 0))
        let each = 1 - (1 - confidence) / Double(comparisons)
        let held = holdOut.map { summary($0, confidence: each) }
        let trained = corrected.map { summary($0, confidence: each) }
        let found = looked.map { parts in
            GateReport.Subgroups(
                judged: parts.judged.map {
                    GateReport.Subgroups.Judged(groups: $0.groups, structure: summary($0.scores, confidence: each))
                }, tooFew: parts.tooFew, unknown: subgroups?.unknown ?? [], minimumPatients: minimumPatients)
        }
        var reasons: [String] = []
        if held.isEmpty { reasons.append("there is no hold-out patient to judge by") }
        for structure in held where structure.pairs.count < minimumPatients {
            reasons.append(
                "\(structure.name) has \(structure.pairs.count) hold-out patients, and \(minimumPatients) are needed")
        }
        for structure in held where structure.isWorse {
            reasons.append("\(structure.name) \(objection(to: structure))")
        }
        reasons += objections(to: found)
        let gains = trained.flatMap { $0.pairs.map(\.gain) }
        let improvement = gains.isEmpty ? 0 : gains.reduce(0, +) / Double(gains.count)
        if improvement <= 0 {
            reasons.append(
                gains.isEmpty
                    ? "there is no corrected case to judge by"
                    : "the corrected cases do not improve: mean \(Self.signed(improvement))")
        }
        if let objection = prompts.flatMap({ Self.objection($0) }) { reasons.append(objection) }
        let passes = reasons.isEmpty
        if passes {
            reasons.append(
                "no structure is worse by more than \(margin)\(Self.nowhere(found)), and the corrected cases gain "
                    + Self.signed(improvement))
            // The mean of all patients can hide those of a kind that the candidate is worse on.
            if let losers = losers(held) { reasons.append(losers) }
        }
        if let unmeasured = prompts?.unmeasured, !unmeasured.isEmpty {
            let names = unmeasured.map(\.rawValue).joined(separator: ", ")
            reasons.append("no hold-out patient has \(names), so nothing was measured there")
        }
        return GateReport(
            passes: passes, reasons: reasons, holdOut: held, corrected: trained, margin: margin,
            confidence: confidence, prompts: prompts, comparisons: comparisons, subgroups: found)
    }

    /// Why the number of prompts is a reason to hold; `nil` if it is not.
    private static func objection(_ prompts: GateReport.Prompts) -> String? {
        guard prompts.needsMore, let before = prompts.incumbentMedian else { return nil }
        guard let after = prompts.candidateMedian else {
            return
                "more than half of the hold-out slices never reach \(prompts.aim), for which the model in use needs "
                + "\(before) prompts"
        }
        return "the median hold-out slice needs \(after) prompts to \(prompts.aim), and \(before) with the model in use"
    }

    /// How many hold-out patients lose more than the margin in some structure, and who loses most; `nil` if none does.
    private func losers(_ held: [GateReport.Structure]) -> String? {
        let losses = held.flatMap { structure in
            structure.pairs.filter { $0.gain < -margin }.map {
                (patient: $0.patient, name: structure.name, gain: $0.gain)
            }
        }
        guard let most = losses.min(by: { $0.gain < $1.gain }) else { return nil }
        let all = Set(held.flatMap { $0.pairs.map(\.patient) }).count
        let count = Set(losses.map(\.patient)).count
        return "\(count) of \(all) hold-out patients \(count == 1 ? "is" : "are") worse by more than \(margin), most "
            + "\(most.patient), \(most.name) \(Self.signed(most.gain))"
    }

    private func summary(_ scores: Scores, confidence: Double) -> GateReport.Structure {
        let pairs = scores.pairs.sorted { $0.patient < $1.patient }
        let gains = pairs.map(\.gain)
        let interval = PairedBootstrap(resamples: draws(at: confidence), seed: seed)
            .interval(of: gains, confidence: confidence)
        let mean = gains.isEmpty ? 0 : gains.reduce(0, +) / Double(gains.count)
        return GateReport.Structure(
            name: scores.name, tolerance: scores.tolerance, pairs: pairs, meanGain: mean,
            lowerBound: interval.lowerBound, upperBound: interval.upperBound,
            isWorse: interval.lowerBound < -margin)
    }

    /// A gain with its sign and four digits.
    static func signed(_ value: Double) -> String {
        let digits = Int((abs(value) * 10_000).rounded())
        let fraction = String(digits % 10_000)
        let padded = String(repeating: "0", count: 4 - fraction.count) + fraction
        return (value < 0 && digits > 0 ? "−" : "+") + "\(digits / 10_000).\(padded)"
    }
}
