/// Neighbouring cells of one row.
public struct CellRun: Hashable, Sendable {
    /// The first cell's column.
    public var x: Int
    /// The row.
    public var y: Int
    /// How many cells, at least one.
    public var count: Int

    /// A run from its parts.
    public init(x: Int, y: Int, count: Int) {
        self.x = x
        self.y = y
        self.count = count
    }
}

/// What differs between two frames.
public enum GridDiff {
    /// The runs of cells to send, row by row from the left, so that a screen that shows `old` shows `new`.
    ///
    /// Two changed runs with at most `gap` equal cells between them become one. Without an old grid, or with one of
    /// another size, it is every row in full. A run never begins or ends within a wide character. O(cells).
    public static func runs(from old: CellGrid?, to new: CellGrid, joiningGapsUpTo gap: Int = 0) -> [CellRun] {
        let (width, height) = (new.width, new.height)
        guard width > 0, height > 0 else { return [] }
        guard let old, old.width == width, old.height == height else {
            return (0..<height).map { CellRun(x: 0, y: $0, count: width) }
        }
        var runs: [CellRun] = []
        old.cells.withUnsafeBufferPointer { before in
            new.cells.withUnsafeBufferPointer { after in
                for y in 0..<height {
                    let row = y * width
                    var start = -1
                    var end = -1
                    for x in 0..<width where before[row + x] != after[row + x] {
                        // Both halves of a wide character are sent together.
                        let first = x > 0 && after[row + x].isContinuation ? x - 1 : x
                        let last = x + 1 < width && after[row + x + 1].isContinuation ? x + 1 : x
                        if start < 0 {
                            start = first
                        } else if first - end > gap {
                            runs.append(CellRun(x: start, y: y, count: end - start))
                            start = first
                        }
                        end = last + 1
                    }
                    if start >= 0 { runs.append(CellRun(x: start, y: y, count: end - start)) }
                }
            }
        }
        return runs
    }
}
