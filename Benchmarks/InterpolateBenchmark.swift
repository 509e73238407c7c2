import Editing
import Foundation
import Volumes

/// Shape-based interpolation between two edited slices of both lungs, and the preview as the reviewer waits for it.
enum InterpolateBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let pair = try LungPair(slices: 120)
        let mask = pair.reference
        let spacing = mask.geometry.spacing
        let (low, high) = (40, 61)
        let between = Timing.walls(9) {
            _ = MaskInterpolation.slices(
                between: mask.slices[low], and: mask.slices[high], count: high - low - 1, spacing: spacing)
        }
        table.add("20 slices of 512×512, median", between.median, unit: "ms", target: .atMost(300))
        let whole = try Timing.walls(9) {
            let after = mask.interpolated(between: [low, high])
            _ = try MaskPatch(from: mask, to: after)
        }
        table.add("the same as a patch, median", whole.median, unit: "ms")
        table.note("both lungs in one mask, 0.7 mm, slices \(low) and \(high) known")
    }
}
