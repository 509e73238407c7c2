import Cases
import Dispatch
import Foundation
import Models
import Synchronization
import Volumes

/// Masks on an image's own grid, of probabilities on the network's: slice by slice, interpolated linearly, thresholded
/// and, where structures exclude one another, given to the likelier one. Nothing but bits is kept.
struct NativeMasks {
    /// One mask a structure, in the structures' order.
    let masks: [Mask]
    /// The expected number of wrong pixels in each slice, by the probabilities.
    private let wrongPixels: [Double]
    /// The pixels of the masks and of the probabilities in each slice.
    private let allPixels: [Double]

    /// See ``Cases/PredictionUncertainty/sliceScores``.
    /// - Parameter disagreement: where a second method answers otherwise, on the same grid: one of the two is wrong
    ///   there, so that half of these pixels are expected to be wrong as well.
    func sliceScores(disagreement: Mask? = nil) -> [Double] {
        guard let spacing = masks.first?.geometry.spacing else { return [] }
        return wrongPixels.indices.map { z in
            let doubted = Double(disagreement?.slices[z].count ?? 0)
            guard wrongPixels[z] > 0 || doubted > 0 else { return 0 }
            let all = allPixels[z] + doubted + 100 / (spacing.x * spacing.y)
            return min(1, (wrongPixels[z] + doubted / 2) / all)
        }
    }

    init(
        _ probabilities: StructureProbabilities, _ recipe: PostprocessingRecipe, _ isCancelled: @Sendable () -> Bool
    ) throws {
        let source = probabilities.record.source
        let seen = probabilities.fields.map { ResampledUnitField($0, onto: source) }
        let isExclusive = probabilities.structures.map(recipe.exclusive.contains)
        let empty = MaskSlice(width: source.size.x, height: source.size.y)
        let done = Mutex(
            (
                slices: seen.map { _ in [MaskSlice](repeating: empty, count: source.size.z) },
                wrong: [Double](repeating: 0, count: source.size.z), all: [Double](repeating: 0, count: source.size.z)
            ))
        withoutActuallyEscaping(isCancelled) { isCancelled in
            DispatchQueue.concurrentPerform(iterations: source.size.z) { z in
                if isCancelled() { return }
                let values = seen.map { $0.slice(z) }
                guard values.contains(where: { $0 != nil }) else { return }
                let slice = Self.slice(values, empty, isExclusive, recipe.threshold)
                done.withLock { done in
                    for (i, mask) in slice.masks.enumerated() { done.slices[i][z] = mask }
                    (done.wrong[z], done.all[z]) = (slice.wrongPixels, slice.allPixels)
                }
            }
        }
        if isCancelled() { throw CancellationError() }
        let found = done.withLock { $0 }
        masks = try found.slices.map { try Mask(geometry: source, slices: $0) }
        (wrongPixels, allPixels) = (found.wrong, found.all)
    }

    /// Probabilities nearer than this to 0 or 1 count as that: the tiny ones that a network leaves all over a slice
    /// add up to much and mean nothing.
    private static let noDoubt = 0.1

    private struct Slice {
        var masks: [MaskSlice]
        /// The expected number of wrong pixels.
        var wrongPixels = 0.0
        /// Pixels of the masks and of the probabilities.
        var allPixels = 0.0
    }

    private static func slice(
        _ values: [[Double]?], _ empty: MaskSlice, _ isExclusive: [Bool], _ threshold: Double
    ) -> Slice {
        var result = Slice(masks: values.map { _ in empty })
        let rivals = values.indices.filter { isExclusive[$0] && values[$0] != nil }
        for (i, own) in values.enumerated() {
            guard let own else { continue }
            let others = isExclusive[i] ? rivals.filter { $0 != i } : []
            var (inside, sum, certain) = (0, 0.0, 0.0)
            let stride = empty.wordsPerRow
            result.masks[i].withMutableWords { words in
                for y in 0..<empty.height {
                    for x in 0..<empty.width {
                        let place = y * empty.width + x
                        let p = own[place]
                        let share = p < noDoubt ? 0 : p > 1 - noDoubt ? 1 : p
                        sum += share
                        guard p >= threshold else { continue }
                        // Of equal ones the first structure has it.
                        let isBeaten = others.contains { other in
                            guard let q = values[other]?[place] else { return false }
                            return q > p || (q == p && other < i)
                        }
                        if isBeaten { continue }
                        words[y * stride + x >> 6] |= 1 << UInt64(x & 63)
                        inside += 1
                        certain += share
                    }
                }
            }
            // Inside the mask each pixel is wrong with 1 − p, outside with p.
            result.wrongPixels += Double(inside) - certain + (sum - certain)
            result.allPixels += Double(inside) + sum
        }
        return result
    }
}
