import SurfaceMetrics
import Volumes

/// How far each reader agrees with each other on one structure.
public struct AgreementMatrix: Hashable, Sendable {
    /// The tolerance of ``surfaceDice``, mm.
    public let tolerance: Millimetres
    /// The surface Dice of each pair, 0…1, in the order of the masks; symmetric. `nil` where neither has a voxel.
    public let surfaceDice: [[Double?]]
    /// The contour of the row's reader that the column's lacks, mm: Vaassen's strict added path length (tolerance 0), with
    /// the row as what is to be reached. Not symmetric.
    public let addedPathLength: [[Millimetres]]

    /// Compares each of the masks with each other.
    /// - Parameter isPlanar: whether masks of one slice are measured in 2D.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` unless all have one grid; ``VolumesError/invalidParameter(reason:)`` for
    ///   several slices in 2D.
    /// - Complexity: one surface measurement a pair.
    public init(_ masks: [Mask], tolerance: Millimetres, isPlanar: Bool = false) throws(VolumesError) {
        self.tolerance = tolerance
        var dice = masks.map { mask in
            Array(repeating: mask.isEmpty ? nil : Double?.some(1), count: masks.count)
        }
        var paths = Array(repeating: Array(repeating: Millimetres(0), count: masks.count), count: masks.count)
        for row in masks.indices {
            for column in masks.indices where column > row {
                let report = try SurfaceMeasurement.measure(
                    reference: masks[row], test: masks[column], tolerances: [tolerance, 0],
                    dimensions: isPlanar ? .two : .three, contents: [.pathLength])
                let score = report.agreements[0].surfaceDice
                (dice[row][column], dice[column][row]) = (score, score)
                if let path = report.agreements[1].pathLength {
                    (paths[row][column], paths[column][row]) = (path.missing, path.surplus)
                }
            }
        }
        (surfaceDice, addedPathLength) = (dice, paths)
    }
}
