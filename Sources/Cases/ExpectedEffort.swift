import Volumes

/// What correcting a prediction is expected to take, from what the model said of its own uncertainty.
///
/// The score `u` of a slice is the area in which the mask is expected to be wrong over the areas of mask and
/// probability and 1 cm² (``PredictionUncertainty/sliceScores``). Taking both areas for the mask's `A`, the wrong area is
/// `E = u · (2A + 100 mm²)`. What has to be drawn anew is the length of contour along which it lies: `E / 4 mm`, the
/// depth of an error that is worth drawing (twice the tolerance of 2 mm), and never more than the contour itself, here
/// that of discs: `2√(πA) + 2√(π·100 mm²)`. Their sum over the slices is the expected added path length.
///
/// Time is 20 s, half a second for each slice to look at, and 0.1 s for each millimetre to draw. These three are round
/// figures, not fitted to anybody: they order cases and tell a short one from a long one, no more.
public struct ExpectedEffort: Hashable, Sendable {
    /// The contour that will have to be drawn anew, mm.
    public let addedPathLength: Millimetres
    /// The time it will take, seconds.
    public let seconds: Double
    /// How unsure the model is of the case, 0…1: the expected wrong area of all slices over the areas that the scores
    /// are relative to.
    public let uncertainty: Double

    private static let depth = 4.0
    private static let floorArea = 100.0

    /// - Parameter prediction: one with an uncertainty; `nil` is given for others.
    /// - Complexity: O(words of the masks).
    public init?(_ prediction: Prediction) {
        guard let scores = prediction.uncertainty?.sliceScores, let geometry = prediction.masks.values.first?.geometry
        else { return nil }
        let pixel = geometry.spacing.x * geometry.spacing.y
        var (length, wrong, whole, slices) = (0.0, 0.0, 0.0, 0)
        for (z, score) in scores.enumerated() where z < geometry.size.z {
            let voxels = prediction.masks.values.reduce(0) { $0 + $1.slices[z].count }
            let area = Double(voxels) * pixel
            guard score.isFinite, score > 0 || voxels > 0 else { continue }
            slices += 1
            let base = 2 * area + Self.floorArea
            let expected = min(1, max(0, score)) * base
            let contour = 2 * (Double.pi * area).squareRoot() + 2 * (Double.pi * Self.floorArea).squareRoot()
            length += min(expected / Self.depth, contour)
            wrong += expected
            whole += base
        }
        addedPathLength = Millimetres(length)
        seconds = 20 + 0.5 * Double(slices) + 0.1 * length
        uncertainty = whole > 0 ? wrong / whole : 0
    }
}
