import ImageValues
import Volumes

/// The regular grid that a segmentation's frames lie on, empty slices between them included.
enum SegLattice {
    /// How far a frame may be off its slice, in slices.
    static let tolerance = 0.05

    /// The grid from the lowest frame to the highest.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` if the frames make no regular grid.
    static func grid(
        of frames: [DicomFrame], columns: Int, rows: Int, file: String
    ) throws(ImageFormatsError) -> GridGeometry {
        func error(_ what: String) -> ImageFormatsError {
            ImageFormatsError(
                .inconsistent, what, files: [file],
                mend: "Compare or open it together with its CT, onto whose slices the frames are put.")
        }
        guard let first = frames.first else { throw error("The segmentation has no frames") }
        let cross = first.columnStep.cross(first.rowStep)
        let normal = cross * (1 / cross.length)
        guard normal.isFinite else { throw error("The directions of rows and columns are not usable") }
        for frame in frames {
            let isSame =
                (frame.columnStep + first.columnStep * -1).length <= SliceStack.equalityTolerance
                && (frame.rowStep + first.rowStep * -1).length <= SliceStack.equalityTolerance
                && abs(frame.spacingX / first.spacingX - 1) <= SliceStack.equalityTolerance
                && abs(frame.spacingY / first.spacingY - 1) <= SliceStack.equalityTolerance
            guard isSame else { throw error("The frames differ in orientation or pixel spacing") }
        }
        let heights = frames.map { ($0.position - first.position).dot(normal) }
        let sorted = frames.indices.sorted { heights[$0] < heights[$1] }
        let (lowest, highest) = (sorted[0], sorted[sorted.count - 1])
        let planes = sorted.map { heights[$0] }
        let gaps = zip(planes.dropFirst(), planes).map { $0 - $1 }.filter { $0 > SliceStack.positionTolerance }
        let extent = heights[highest] - heights[lowest]
        guard let step = spacing(first, gaps) else { throw error("The segmentation states no spacing of slices") }
        let count = (extent / step).rounded()
        guard count < 65_535 else { throw error("The segmentation's frames are too far apart") }
        let mean = count > 0 ? extent / count : step
        for index in frames.indices {
            let offset = frames[index].position - frames[lowest].position
            let height = heights[index] - heights[lowest]
            let place = height / mean
            let aside = (offset + normal * -height).length
            guard abs(place - place.rounded()) <= tolerance else {
                throw error("The segmentation's frames are unevenly spaced")
            }
            guard aside <= tolerance * min(first.spacingX, first.spacingY) else {
                throw error("The segmentation's frames do not lie straight above one another")
            }
        }
        do {
            return try GridGeometry(
                size: GridSize(x: columns, y: rows, z: Int(count) + 1),
                spacing: Spacing(x: first.spacingX, y: first.spacingY, z: mean), origin: frames[lowest].position,
                direction: GridDirection(x: first.columnStep, y: first.rowStep, z: normal))
        } catch let invalid {
            throw error("The frames make no regular grid: \(invalid.description.trimmingSuffix("."))")
        }
    }

    /// The spacing as it is stated, if the gaps are multiples of it; otherwise the least gap.
    private static func spacing(_ frame: DicomFrame, _ gaps: [Double]) -> Double? {
        func isUsable(_ value: Double) -> Bool { value.isFinite && value > 0 }
        let stated = frame.spacingBetweenSlices
        guard let least = gaps.min() else {
            return [stated, frame.sliceThickness].first(where: isUsable)
        }
        if isUsable(stated), gaps.allSatisfy({ abs($0 / stated - ($0 / stated).rounded()) <= tolerance }) {
            return stated
        }
        return least
    }
}
