/// A position on a slice, in voxels: centres are whole numbers, `x` along columns, `y` along rows.
public struct PlanePoint: Hashable, Sendable {
    /// Along columns.
    public var x: Double
    /// Along rows.
    public var y: Double

    /// A position by column and row.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}
