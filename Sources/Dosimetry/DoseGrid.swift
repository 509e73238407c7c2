import Volumes

/// A dose distribution on a grid of its own, as a planning system gives it.
///
/// Doses are kept as the whole numbers that the file stores, times a scale, so that nothing is rounded on the way.
public struct DoseGrid: Hashable, Sendable {
    /// Where the doses lie.
    public let geometry: GridGeometry
    /// The stored numbers, a buffer a slice, columns fastest.
    public let slices: [[UInt32]]
    /// What a stored 1 is, Gy; above 0.
    public let grayPerUnit: Double

    /// Higher doses are no doses of a treatment, but a wrong scale, Gy.
    public static let highest = 10_000.0

    /// A dose grid from its parts.
    /// - Throws: ``Volumes/VolumesError/wrongLength(expected:found:)`` if the numbers are not as many as the grid's voxels;
    ///   ``Volumes/VolumesError/invalidGeometry(reason:)`` if the scale is no positive number, or makes doses above
    ///   ``highest``.
    public init(geometry: GridGeometry, slices: [[UInt32]], grayPerUnit: Double) throws(VolumesError) {
        guard slices.count == geometry.size.z else {
            throw .wrongLength(expected: geometry.size.z, found: slices.count)
        }
        let area = geometry.size.x * geometry.size.y
        if let odd = slices.first(where: { $0.count != area }) { throw .wrongLength(expected: area, found: odd.count) }
        guard grayPerUnit.isFinite, grayPerUnit > 0 else {
            throw .invalidGeometry(reason: "a dose scale of \(grayPerUnit) Gy is no positive number")
        }
        self.geometry = geometry
        self.slices = slices
        self.grayPerUnit = grayPerUnit
        guard maximum <= Self.highest else {
            throw .invalidGeometry(reason: "doses of up to \(maximum) Gy cannot be: the dose scale is wrong")
        }
    }

    /// The highest dose, Gy.
    public var maximum: Double { Double(slices.lazy.compactMap { $0.max() }.max() ?? 0) * grayPerUnit }
}
