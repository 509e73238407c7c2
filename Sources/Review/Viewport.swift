import Editing
import Volumes

/// How voxels of an axial slice map onto the screen: millimetres are square, the image is centred, zoom 1 fits the
/// body, and the patient lies as radiologists look at him: his right on the left, his front on top, whichever way the
/// file's columns and rows run.
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
    /// Whether growing columns run to the left of the screen.
    public let isFlippedAcross: Bool
    /// Whether growing rows run up the screen.
    public let isFlippedDown: Bool
    private let spacing: Spacing
    private var signX: Double { isFlippedAcross ? -1 : 1 }
    private var signY: Double { isFlippedDown ? -1 : 1 }

    /// The view of a box of columns and rows of voxels, zoomed by `zoom` about `centre` (`nil`: the box's middle).
    public init(
        fitting box: VoxelBox, geometry: GridGeometry, columns: Int, rows: Int, zoom: Double, centre: PlanePoint?
    ) {
        let spacing = geometry.spacing
        let direction = geometry.direction
        // Only where columns run across the patient and rows from front to back is there a way he should lie.
        isFlippedAcross = abs(direction.x.x) > 0.5 && direction.x.x < 0
        isFlippedDown = abs(direction.y.y) > 0.5 && direction.y.y < 0
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
            x: centre.x + signX * (column - Double(columns) / 2) * millimetresPerUnit / spacing.x,
            y: centre.y + signY * (halfRow - Double(rows)) * millimetresPerUnit / spacing.y)
    }

    /// Where a voxel position is shown.
    public func screen(of point: PlanePoint) -> (column: Double, halfRow: Double) {
        (
            signX * (point.x - centre.x) * spacing.x / millimetresPerUnit + Double(columns) / 2,
            signY * (point.y - centre.y) * spacing.y / millimetresPerUnit + Double(rows)
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
            x: centre.x + signX * shift(at.column, Double(columns)) * millimetresPerUnit / spacing.x,
            y: centre.y + signY * shift(at.halfRow, Double(rows) * 2) * millimetresPerUnit / spacing.y)
    }
}
