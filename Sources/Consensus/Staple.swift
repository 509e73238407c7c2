import Foundation
import Volumes

/// Simultaneous truth and performance level estimation (STAPLE) of one structure: Warfield, Zou, Wells, IEEE Trans Med
/// Imaging 2004;23:903–921. Expectation maximisation estimates at once how likely each voxel is in the structure and how
/// good each reader is.
///
/// Binary; the prior is the same at every voxel, the share of all voxels of the image that readers have in, averaged over
/// the readers; a voxel's first estimate is the share of readers that have it in. All voxels of the grid count, as in
/// ITK's filter, so that a specificity says little on a grid that is mostly empty. It does not depend on the order of the
/// readers, to the last bit.
public struct Staple: Hashable, Sendable {
    /// How good a reader is by what all readers together make likely.
    public struct Performance: Hashable, Sendable {
        /// How much of the structure the reader has in, 0…1; `nil` where nothing is likely in it.
        public let sensitivity: Double?
        /// How much of the rest the reader leaves out, 0…1; `nil` where there is no rest.
        public let specificity: Double?
    }

    /// In the order of the masks that were given.
    public let readers: [Performance]
    /// The share of voxels that is expected in the structure before anybody is listened to, 0…1.
    public let prior: Double
    /// The voxels that are in with a probability of at least one half.
    public let mask: Mask
    /// How many times voxels and readers were estimated in turn.
    public let iterations: Int
    /// Whether it ended because nothing changed by more than the tolerance, and not because it was stopped.
    public let hasConverged: Bool

    private let patterns: [UInt64: Double]
    private let masks: [Mask]

    /// Estimates from 1…64 masks. One mask alone comes back as it is.
    /// - Parameters:
    ///   - tolerance: it ends once no sensitivity and no specificity changes by more than this in one iteration.
    ///   - maximumIterations: from 1.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless all masks have one grid;
    ///   ``VolumesError/invalidParameter(reason:)`` for no mask, for more than 64 and for less than one iteration.
    /// - Complexity: O(words × readers), then O(different patterns × readers) an iteration.
    public init(
        _ masks: [Mask], tolerance: Double = 1e-8, maximumIterations: Int = 10_000
    ) throws(VolumesError) {
        guard maximumIterations > 0 else { throw .invalidParameter(reason: "\(maximumIterations) iterations") }
        // Sums of doubles depend on their order, so readers come in an order that their masks alone decide.
        let order = masks.indices.sorted { Self.isBefore(masks[$0], masks[$1]) }
        let found = try ReaderPatterns(order.map { masks[$0] })
        var estimate = Estimate(found)
        var (iterations, hasConverged) = (0, false)
        while iterations < maximumIterations, !hasConverged {
            let change = estimate.improve()
            iterations += 1
            hasConverged = change <= tolerance
        }
        let likely = estimate.likely
        mask = found.mask { (likely[$0] ?? 0) >= 0.5 }
        (prior, patterns, self.masks) = (estimate.prior, likely, found.masks)
        (self.iterations, self.hasConverged) = (iterations, hasConverged)
        var performances = Array(repeating: Performance(sensitivity: nil, specificity: nil), count: masks.count)
        for (position, reader) in order.enumerated() { performances[reader] = estimate.performance(of: position) }
        readers = performances
    }

    /// How likely a voxel of the grid is in the structure, 0…1.
    public func probability(at voxel: VoxelIndex) -> Double {
        let pattern = masks.enumerated().reduce(UInt64(0)) {
            $0 | ($1.element[voxel] ? 1 << UInt64($1.offset) : 0)
        }
        return patterns[pattern] ?? 0
    }

    /// An order of masks that nothing but their voxels decides.
    private static func isBefore(_ a: Mask, _ b: Mask) -> Bool {
        for (left, right) in zip(a.slices, b.slices) where left != right {
            return left.words.lexicographicallyPrecedes(right.words)
        }
        return false
    }

    /// What is known so far.
    private struct Estimate {
        /// The patterns with how many voxels have each, in the order of their numbers.
        private let patterns: [(pattern: UInt64, count: Double)]
        private let readers: Int
        let prior: Double
        /// How likely a voxel of each pattern is in.
        private var weights: [Double]
        private var sensitivities: [Double?]
        private var specificities: [Double?]

        init(_ found: ReaderPatterns) {
            patterns = found.counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
            readers = found.masks.count
            let readers = Double(found.masks.count)
            weights = patterns.map { Double($0.pattern.nonzeroBitCount) / readers }
            let all = patterns.reduce(0) { $0 + $1.count }
            prior = zip(patterns, weights).reduce(0) { $0 + $1.0.count * $1.1 } / all
            sensitivities = Array(repeating: nil, count: found.masks.count)
            specificities = sensitivities
        }

        var likely: [UInt64: Double] {
            Dictionary(zip(patterns, weights).map { ($0.pattern, $1) }, uniquingKeysWith: { first, _ in first })
        }

        func performance(of reader: Int) -> Performance {
            Performance(sensitivity: sensitivities[reader], specificity: specificities[reader])
        }

        /// Estimates the readers by the voxels, then the voxels by the readers.
        /// - Returns: the largest change of a sensitivity or specificity; infinite the first time.
        mutating func improve() -> Double {
            let before = (sensitivities, specificities)
            for reader in 0..<readers {
                var (found, inside, left, outside) = (0.0, 0.0, 0.0, 0.0)
                for (index, (pattern, count)) in patterns.enumerated() {
                    let (isIn, isOut) = (count * weights[index], count * (1 - weights[index]))
                    inside += isIn
                    outside += isOut
                    if pattern >> UInt64(reader) & 1 == 1 { found += isIn } else { left += isOut }
                }
                sensitivities[reader] = inside > 0 ? found / inside : nil
                specificities[reader] = outside > 0 ? left / outside : nil
            }
            for (index, (pattern, _)) in patterns.enumerated() {
                weights[index] = weight(of: pattern) ?? weights[index]
            }
            var change = 0.0
            for (old, new) in zip(before.0 + before.1, sensitivities + specificities) {
                guard let new else { continue }
                change = max(change, old.map { abs($0 - new) } ?? .infinity)
            }
            return change
        }

        /// How likely a voxel of a pattern is in, given the readers; `nil` where they make both impossible.
        private func weight(of pattern: UInt64) -> Double? {
            // Logarithms, since products of many readers' doubts become smaller than a double can be.
            var (isIn, isOut) = (log(prior), log(1 - prior))
            for reader in 0..<readers {
                let (p, q) = (sensitivities[reader] ?? 1, specificities[reader] ?? 1)
                if pattern >> UInt64(reader) & 1 == 1 {
                    isIn += log(p)
                    isOut += log(1 - q)
                } else {
                    isIn += log(1 - p)
                    isOut += log(q)
                }
            }
            let odds = isOut - isIn
            return odds.isNaN ? nil : 1 / (1 + exp(odds))
        }
    }
}
