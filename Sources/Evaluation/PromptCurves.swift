import Cases
import Foundation
import Volumes

/// How well masks are corrected by prompts: the score of each slice by the number of prompts.
public struct PromptCurves: Hashable, Sendable {
    /// One slice that was corrected in one way.
    public struct Slice: Hashable, Sendable, Codable {
        /// Whose it is.
        public let patient: String
        /// The structure's name.
        public let structure: String
        /// The kind of error that it had.
        public let kind: String
        /// The slice, from 1.
        public let slice: Int
        /// What corrected it.
        public let method: String
        /// Surface Dice of the slice at 2 mm, in two dimensions, before the first prompt and after each. All slices have
        /// as many; where nothing was left to say the last one repeats.
        public let scores: [Double]
        /// How many prompts were given.
        public let prompts: Int
        /// After how many of them the slice was worse than before.
        public let worsened: Int

        /// A slice from its parts.
        public init(
            patient: String, structure: String, kind: String, slice: Int, method: String, scores: [Double],
            prompts: Int, worsened: Int
        ) {
            self.patient = patient
            self.structure = structure
            self.kind = kind
            self.slice = slice
            self.method = method
            self.scores = scores
            self.prompts = prompts
            self.worsened = worsened
        }

        /// After how many prompts the score was first at least this; `nil` if never.
        public func prompts(to score: Double) -> Int? { scores.firstIndex { $0 >= score } }
    }

    /// What several slices come to.
    public struct Summary: Hashable, Sendable, Encodable {
        /// How many slices.
        public let slices: Int
        /// The mean score before the first prompt and after each.
        public let mean: [Double]
        /// The mean of ``mean`` behind the first prompt: the area under the curve, 0…1.
        public let area: Double
        /// The median number of prompts to ``PromptCurves/aim``, of an even number the lower; `nil` where more than half of the
        /// slices never had it.
        public let medianPrompts: Int?
        /// The share of the slices that reached it.
        public let reached: Double
        /// The share of all prompts after which a slice was worse than before.
        public let worsened: Double
    }

    /// The score at which a slice counts as corrected.
    public static let aim = 0.99

    /// All slices.
    public let slices: [Slice]

    /// Curves of slices, all with as many scores.
    public init(_ slices: [Slice]) {
        precondition(Set(slices.map(\.scores.count)).count <= 1, "as many scores for each slice")
        self.slices = slices
    }

    /// The methods, in the order in which they first come.
    public var methods: [String] {
        slices.reduce(into: []) { if !$0.contains($1.method) { $0.append($1.method) } }
    }

    /// What a method came to on some of the slices; `nil` where there are none.
    public func summary(of method: String, where isWanted: (Slice) -> Bool = { _ in true }) -> Summary? {
        let own = slices.filter { $0.method == method && isWanted($0) }
        guard let length = own.first?.scores.count else { return nil }
        let mean = (0..<length).map { n in own.reduce(0) { $0 + $1.scores[n] } / Double(own.count) }
        let needed = own.map { $0.prompts(to: Self.aim) ?? .max }.sorted()
        let median = needed[(needed.count - 1) / 2]
        let given = own.reduce(0) { $0 + $1.prompts }
        let after = mean.dropFirst()
        return Summary(
            slices: own.count, mean: mean,
            area: after.isEmpty ? mean[0] : after.reduce(0, +) / Double(after.count),
            medianPrompts: median == .max ? nil : median,
            reached: Double(needed.count { $0 < .max }) / Double(own.count),
            worsened: given == 0 ? 0 : Double(own.reduce(0) { $0 + $1.worsened }) / Double(given))
    }

    /// For the gate: of each structure a pair a patient, the area under the curve with either method.
    /// - Parameter tolerance: of the slices' surface Dice.
    public func scores(
        incumbent: String, candidate: String, tolerance: Millimetres = 2
    ) -> [PromotionGate.Scores] {
        Set(slices.map(\.structure)).map(StructureName.init(rawValue:)).sorted().map { name in
            let own = Set(slices.filter { $0.structure == name.rawValue }.map(\.patient)).sorted()
            let pairs = own.compactMap { patient -> GateReport.Pair? in
                func area(_ method: String) -> Double? {
                    summary(of: method) { $0.patient == patient && $0.structure == name.rawValue }?.area
                }
                guard let before = area(incumbent), let after = area(candidate) else { return nil }
                return GateReport.Pair(patient: patient, incumbent: before, candidate: after)
            }
            return PromotionGate.Scores(name: name, tolerance: tolerance, pairs: pairs)
        }
    }

    /// For the gate: how many prompts two methods needed.
    /// - Parameter structures: those that the models learn.
    public func prompts(incumbent: String, candidate: String, of structures: [StructureName]) -> GateReport.Prompts {
        let there = Set(slices.map(\.structure))
        return GateReport.Prompts(
            slices: slices.count { $0.method == incumbent }, aim: Self.aim,
            incumbentMedian: summary(of: incumbent)?.medianPrompts,
            candidateMedian: summary(of: candidate)?.medianPrompts,
            unmeasured: structures.filter { !there.contains($0.rawValue) })
    }

    /// The table as comma-separated values, a line a slice and method.
    public var csv: String {
        let count = slices.first?.scores.count ?? 0
        let head =
            ["patient", "structure", "kind", "slice", "method", "prompts", "worsened"]
            + (0..<count).map { "surface_dice_\($0)" }
        let lines = slices.map { slice in
            ([
                slice.patient, slice.structure, slice.kind, String(slice.slice), slice.method, String(slice.prompts),
                String(slice.worsened),
            ] + slice.scores.map { String(format: "%.6f", $0) }).map(Evaluation.quoted).joined(separator: ",")
        }
        return ([head.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }
}
