import Editing
import Volumes

/// How voxels of an axial slice map onto the screen: millimetres are square, the image is centred, and zoom 1 fits
/// the body.
///
/// Screen positions are in columns and *half rows*, which are square on a terminal whose cells are twice as high as
/// wide; (0, 0) is the top left corner of the image area.
public struct Viewport: Hashable, Sendable {
    /// Columns of the image area.
    public let columns: Int
    /// Rows of the image area.
    public let rows: Int
    /// How many millimetres a column is wide and half a row is high.
    public let millimetresPerUnit: Double
    /// The voxel position in the middle of the area.
    public let centre: PlanePoint
    private let spacing: Spacing

    /// The view of a box of columns and rows of voxels, zoomed by `zoom` about `centre` (`nil`: the box's middle).
    public init(
        fitting box: VoxelBox, spacing: Spacing, columns: Int, rows: Int, zoom: Double, centre: PlanePoint?
    ) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        self.spacing = spacing
        let across = Double(max(1, box.x.count)) * spacing.x
        let down = Double(max(1, box.y.count)) * spacing.y
        let fit = max(across / Double(self.columns), down / Double(self.rows * 2))
        millimetresPerUnit = fit / zoom
        self.centre =
            centre
            ?? PlanePoint(
                x: Double(box.x.lowerBound + box.x.upperBound - 1) / 2,
                y: Double(box.y.lowerBound + box.y.upperBound - 1) / 2)
    }

    /// The voxel position shown at a screen position.
    public func voxel(atColumn column: Double, halfRow: Double) -> PlanePoint {
        PlanePoint(
            x: centre.x + (column - Double(columns) / 2) * millimetresPerUnit / spacing.x,
            y: centre.y + (halfRow - Double(rows)) * millimetresPerUnit / spacing.y)
    }

    /// Where a voxel position is shown.
    public func screen(of point: PlanePoint) -> (column: Double, halfRow: Double) {
        (
            (point.x - centre.x) * spacing.x / millimetresPerUnit + Double(columns) / 2,
            (point.y - centre.y) * spacing.y / millimetresPerUnit + Double(rows)
        )
    }

    /// The centre that brings a point into view with a margin, moving as little as possible.
    public func centreShowing(_ point: PlanePoint, margin: Double = 2) -> PlanePoint {
        let at = screen(of: point)
        func shift(_ position: Double, _ extent: Double) -> Double {
            let room = min(margin, extent / 4)
            return position < room ? position - room : position > extent - room ? position - (extent - room) : 0
        }
        return PlanePoint(
            x: centre.x + shift(at.column, Double(columns)) * millimetresPerUnit / spacing.x,
            y: centre.y + shift(at.halfRow, Double(rows) * 2) * millimetresPerUnit / spacing.y)
    }
}
