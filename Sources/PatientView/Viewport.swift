import Editing
import Volumes

/// How voxels of a plane map onto the screen: millimetres are square, the image is centred, zoom 1 fits the body, and
/// the patient lies as radiologists look at him (``ViewPlane``), whichever way the file's axes run.
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
    /// The position in the middle of the area.
    public let centre: PlanePoint
    /// The axes of the grid that run across and down the screen.
    public let axes: (across: GridAxis, down: GridAxis)
    /// Whether growing indices across run to the left of the screen.
    public let isFlippedAcross: Bool
    /// Whether growing indices down run up the screen.
    public let isFlippedDown: Bool
    private let spacing: (across: Double, down: Double)
    private var signX: Double { isFlippedAcross ? -1 : 1 }
    private var signY: Double { isFlippedDown ? -1 : 1 }

    /// The view of a box of voxels, zoomed by `zoom` about `centre` (`nil`: the box's middle).
    public init(
        fitting box: VoxelBox, geometry: GridGeometry, plane: ViewPlane = .axial, columns: Int, rows: Int,
        zoom: Double, centre: PlanePoint?
    ) {
        let direction = geometry.direction
        axes = plane.axes(in: direction)
        let towards = plane.towards
        isFlippedAcross = direction[axes.across].dot(towards.right) < 0
        isFlippedDown = direction[axes.down].dot(towards.down) < 0
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        spacing = (geometry.spacing[axes.across], geometry.spacing[axes.down])
        let (across, down) = (box[axes.across], box[axes.down])
        let fit = max(
            Double(max(1, across.count)) * spacing.across / Double(self.columns),
            Double(max(1, down.count)) * spacing.down / Double(self.rows * 2))
        millimetresPerUnit = fit / zoom
        let middle = (
            Double(across.lowerBound + across.upperBound - 1) / 2, Double(down.lowerBound + down.upperBound - 1) / 2
        )
        self.centre =
            centre
            ?? (axes.across.rawValue < axes.down.rawValue
                ? PlanePoint(x: middle.0, y: middle.1) : PlanePoint(x: middle.1, y: middle.0))
    }

    /// Whether x of a point runs down the screen and y across it.
    public var isTransposed: Bool { axes.across.rawValue > axes.down.rawValue }

    /// How far along the axes across and down a point lies.
    public func split(_ point: PlanePoint) -> (across: Double, down: Double) {
        isTransposed ? (point.y, point.x) : (point.x, point.y)
    }

    private func join(_ across: Double, _ down: Double) -> PlanePoint {
        isTransposed ? PlanePoint(x: down, y: across) : PlanePoint(x: across, y: down)
    }

    /// The voxel position shown at a screen position.
    public func voxel(atColumn column: Double, halfRow: Double) -> PlanePoint {
        let middle = split(centre)
        return join(
            middle.across + signX * (column - Double(columns) / 2) * millimetresPerUnit / spacing.across,
            middle.down + signY * (halfRow - Double(rows)) * millimetresPerUnit / spacing.down)
    }

    /// Where a voxel position is shown.
    public func screen(of point: PlanePoint) -> (column: Double, halfRow: Double) {
        let (at, middle) = (split(point), split(centre))
        return (
            signX * (at.across - middle.across) * spacing.across / millimetresPerUnit + Double(columns) / 2,
            signY * (at.down - middle.down) * spacing.down / millimetresPerUnit + Double(rows)
        )
    }

    /// A point moved by columns and half rows of the screen. A step is one screen position, but never less than a
    /// voxel, and it lands on a voxel's centre.
    public func moved(_ point: PlanePoint, columns: Int, halfRows: Int) -> PlanePoint {
        func step(_ from: Double, _ units: Int, _ spacing: Double) -> Double {
            guard units != 0 else { return from }
            let voxels = max(1, millimetresPerUnit / spacing)
            let target = (from + Double(units) * voxels).rounded()
            return target == from.rounded() ? target + Double(units.signum()) : target
        }
        let at = split(point)
        return join(
            step(at.across, isFlippedAcross ? -columns : columns, spacing.across),
            step(at.down, isFlippedDown ? -halfRows : halfRows, spacing.down))
    }

    /// The centre that brings a point into view with a margin, moving as little as possible.
    public func centreShowing(_ point: PlanePoint, margin: Double = 2) -> PlanePoint {
        let at = screen(of: point)
        func shift(_ position: Double, _ extent: Double) -> Double {
            let room = min(margin, extent / 4)
            return position < room ? position - room : position > extent - room ? position - (extent - room) : 0
        }
        let middle = split(centre)
        return join(
            middle.across + signX * shift(at.column, Double(columns)) * millimetresPerUnit / spacing.across,
            middle.down + signY * shift(at.halfRow, Double(rows) * 2) * millimetresPerUnit / spacing.down)
    }
}

extension Viewport {
    /// Two are the same if they show the same voxels at the same places.
    public static func == (a: Viewport, b: Viewport) -> Bool {
        a.columns == b.columns && a.rows == b.rows && a.millimetresPerUnit == b.millimetresPerUnit
            && a.centre == b.centre && a.axes == b.axes && a.isFlippedAcross == b.isFlippedAcross
            && a.isFlippedDown == b.isFlippedDown && a.spacing == b.spacing
    }

    /// Hashes what tells two apart most often.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(columns)
        hasher.combine(rows)
        hasher.combine(millimetresPerUnit)
        hasher.combine(centre)
    }
}
