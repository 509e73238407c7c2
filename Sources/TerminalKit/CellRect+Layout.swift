extension CellRect {
    /// One column behind the right edge.
    public var maxX: Int { x + width }
    /// One row below the bottom edge.
    public var maxY: Int { y + height }
    /// Whether it has no cells.
    public var isEmpty: Bool { width == 0 || height == 0 }

    /// So many columns from the left, and the rest; the columns are limited to those there are.
    public func splitLeft(_ columns: Int) -> (left: CellRect, rest: CellRect) {
        let part = min(max(0, columns), width)
        return (
            CellRect(x: x, y: y, width: part, height: height),
            CellRect(x: x + part, y: y, width: width - part, height: height)
        )
    }

    /// So many columns from the right, and the rest; the columns are limited to those there are.
    public func splitRight(_ columns: Int) -> (right: CellRect, rest: CellRect) {
        let (rest, right) = splitLeft(width - min(max(0, columns), width))
        return (right, rest)
    }

    /// So many rows from the top, and the rest; the rows are limited to those there are.
    public func splitTop(_ rows: Int) -> (top: CellRect, rest: CellRect) {
        let part = min(max(0, rows), height)
        return (
            CellRect(x: x, y: y, width: width, height: part),
            CellRect(x: x, y: y + part, width: width, height: height - part)
        )
    }

    /// So many rows from the bottom, and the rest; the rows are limited to those there are.
    public func splitBottom(_ rows: Int) -> (bottom: CellRect, rest: CellRect) {
        let (rest, bottom) = splitTop(height - min(max(0, rows), height))
        return (bottom, rest)
    }

    /// The rectangle without a margin; empty where the margins meet.
    public func inset(columns: Int = 0, rows: Int = 0) -> CellRect {
        let (dx, dy) = (min(columns, width / 2), min(rows, height / 2))
        return CellRect(x: x + dx, y: y + dy, width: width - 2 * columns, height: height - 2 * rows)
    }

    /// The cells two rectangles share.
    public func intersection(_ other: CellRect) -> CellRect {
        let (left, top) = (max(x, other.x), max(y, other.y))
        return CellRect(
            x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }
}
