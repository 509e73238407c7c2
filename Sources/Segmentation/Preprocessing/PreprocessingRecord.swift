import Foundation
import Models
import Volumes

/// How one image became a network's input, whole: with it, slices of the input can be made again from the image, and
/// what the network says can be put back on the image's own grid.
///
/// The network sees an axial grid along the patient's axes (columns to the left, rows to the back, slices to the
/// head) of the recipe's spacing, whatever way the image's own axes run. The grid covers the image from the first to
/// the last slice; in the plane it has the network's size and lies around the body's or the image's middle, moved by
/// whole voxels of the lattice that is centred on the image, or is just the image's where the recipe says 0. So an image that already has the recipe's spacing keeps
/// its voxels exactly. What the grid has beyond the image is padding; what the image has beyond the grid is cropped.
public struct PreprocessingRecord: Hashable, Sendable, Codable {
    /// The image's own grid.
    public let source: GridGeometry
    /// The grid of the network's input: columns, rows, and all its slices.
    public let grid: GridGeometry
    /// The settings that were used.
    public let recipe: PreprocessingRecipe
    /// Whether the body was found and the grid laid around it.
    public let isAroundBody: Bool

    /// Works out the record of an image.
    /// - Throws: ``VolumesError/invalidGeometry(reason:)`` where the recipe's spacing makes an absurdly large grid of
    ///   the image.
    /// - Complexity: O(voxels of the image at 4 × 4 × 6 mm), where the body is looked for.
    public init(_ volume: Volume, _ recipe: PreprocessingRecipe) throws(VolumesError) {
        let spacing = Self.spacing(recipe.spacing, of: volume.geometry)
        let frame = try Self.frame(of: volume.geometry, spacing: spacing)
        let middle =
            recipe.cropsToBody ? BodyFinder.centre(of: volume, in: frame, threshold: recipe.bodyThreshold) : nil
        source = volume.geometry
        self.recipe = recipe
        isAroundBody = middle != nil
        guard recipe.columns > 0, recipe.rows > 0 else {
            grid = frame
            return
        }
        let size = GridSize(x: recipe.columns, y: recipe.rows, z: frame.size.z)
        // The first column and row on the frame's lattice, below zero where the network's field is the larger one.
        func first(_ centre: Double, _ count: Int) -> Double { (centre - Double(count - 1) / 2).rounded(.down) }
        let centre =
            middle.map { frame.index(of: $0) }
            ?? ContinuousIndex(x: Double(frame.size.x - 1) / 2, y: Double(frame.size.y - 1) / 2, z: 0)
        let origin = frame.point(
            at: ContinuousIndex(x: first(centre.x, size.x), y: first(centre.y, size.y), z: 0))
        grid = try GridGeometry(size: size, spacing: spacing, origin: origin)
    }

    /// A recipe's spacing, and where it says 0 the image's own: that of its axis which runs most along the patient's.
    private static func spacing(_ wanted: Spacing, of source: GridGeometry) -> Spacing {
        let (step, direction) = (source.spacing, source.direction)
        func own(_ axis: KeyPath<PatientVector, Double>) -> Double {
            let axes = [(direction.x, step.x), (direction.y, step.y), (direction.z, step.z)]
            return axes.max { abs($0.0[keyPath: axis]) < abs($1.0[keyPath: axis]) }?.1 ?? step.z
        }
        return Spacing(
            x: wanted.x == 0 ? own(\.x) : wanted.x, y: wanted.y == 0 ? own(\.y) : wanted.y,
            z: wanted.z == 0 ? own(\.z) : wanted.z)
    }

    /// The box along the patient's axes that holds an image's grid, as a grid of some spacing with the same middle;
    /// counts are rounded, as ``GridGeometry/resampled(to:)`` does.
    static func frame(of source: GridGeometry, spacing: Spacing) throws(VolumesError) -> GridGeometry {
        let (size, step, direction) = (source.size, source.spacing, source.direction)
        let sides = [
            direction.x * (Double(size.x) * step.x), direction.y * (Double(size.y) * step.y),
            direction.z * (Double(size.z) * step.z),
        ]
        let middle = source.point(
            at: ContinuousIndex(
                x: Double(size.x - 1) / 2, y: Double(size.y - 1) / 2, z: Double(size.z - 1) / 2))
        func count(_ axis: KeyPath<PatientVector, Double>, _ step: Double) throws(VolumesError) -> Int {
            let extent = sides.reduce(0) { $0 + abs($1[keyPath: axis]) }
            // A millionth of a voxel, so that rounding in the cosines does not decide a half.
            let wanted = (extent / step - 1e-6).rounded()
            guard wanted <= 65_535 else {
                throw .invalidGeometry(reason: "a spacing of \(step) mm makes \(wanted) voxels of \(extent) mm")
            }
            return max(1, Int(wanted))
        }
        let counts = GridSize(
            x: try count(\.x, spacing.x), y: try count(\.y, spacing.y), z: try count(\.z, spacing.z))
        let origin =
            middle
            + PatientVector(
                x: -Double(counts.x - 1) / 2 * spacing.x, y: -Double(counts.y - 1) / 2 * spacing.y,
                z: -Double(counts.z - 1) / 2 * spacing.z)
        return try GridGeometry(size: counts, spacing: spacing, origin: origin)
    }

    /// The steps in words, for ``Cases/Prediction/preprocessing``.
    public var summary: [String] {
        let (size, spacing) = (grid.size, grid.spacing)
        return [
            "resampled linearly to \(spacing.x)×\(spacing.y)×\(spacing.z) mm along the patient's axes",
            recipe.columns == 0
                ? "all of the image: \(size.x)×\(size.y) pixels, \(size.z) slices"
                : "\(size.x)×\(size.y) pixels around the \(isAroundBody ? "body's" : "image's") middle, \(size.z) slices",
            "window \(recipe.windowLow)…\(recipe.windowHigh) HU as \(recipe.normalisation.rawValue)"
                + (recipe.zScore.map { " of mean \($0.mean) and deviation \($0.deviation)" } ?? ""),
        ] + (recipe.secondWindow.map { ["second channel: window \($0.low)…\($0.high) HU"] } ?? [])
            + (recipe.neighbourSlices.isEmpty ? [] : ["further channels: slices \(neighbours) mm away, to both sides"])
    }

    private var neighbours: String {
        recipe.neighbourSlices.map { "\(Double($0) * recipe.spacing.z)" }.joined(separator: ", ")
    }
}
