/// A rectangle of cells, in columns and rows from the top left.
public struct CellRect: Hashable, Sendable {
    /// The leftmost column.
    public var x: Int
    /// The topmost row.
    public var y: Int
    /// Columns, never negative.
    public var width: Int
    /// Rows, never negative.
    public var height: Int

    /// A rectangle; negative sizes become zero.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// Whether the cell lies in the rectangle.
    public func contains(x column: Int, y row: Int) -> Bool {
        column >= x && column < x + width && row >= y && row < y + height
    }
}

/// What is to be on the screen: a grid of cells, drawn by widgets, shown by a back end or written to a file.
public struct CellGrid: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The cells, row by row.
    public private(set) var cells: [Cell]

    /// A grid of one cell repeated.
    public init(width: Int, height: Int, filledWith cell: Cell = Cell()) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = Array(repeating: cell, count: self.width * self.height)
    }

    /// All of it.
    public var bounds: CellRect { CellRect(x: 0, y: 0, width: width, height: height) }

    /// A cell; writing off the grid is ignored, reading off it gives an empty cell. What is left of a wide character
    /// that was written over in part becomes blank.
    public subscript(x: Int, y: Int) -> Cell {
        get { x >= 0 && x < width && y >= 0 && y < height ? cells[y * width + x] : Cell() }
        set {
            guard x >= 0, x < width, y >= 0, y < height else { return }
            blankCutGlyphs(x..<x + 1, y)
            cells[y * width + x] = newValue
        }
    }

    /// Blanks the halves of wide characters that would be left over beside a part of a row that is written anew.
    private mutating func blankCutGlyphs(_ range: Range<Int>, _ y: Int) {
        let (first, end) = (y * width + range.lowerBound, y * width + range.upperBound)
        if range.lowerBound > 0, cells[first].isContinuation {
            cells[first - 1] = Cell(" ", style: cells[first - 1].style)
        }
        if range.upperBound < width, cells[end].isContinuation { cells[end] = Cell(" ", style: cells[end].style) }
    }

    /// Fills a rectangle, clipped to the grid.
    public mutating func fill(_ rect: CellRect, with cell: Cell) {
        let (left, right) = (max(0, rect.x), min(width, rect.x + rect.width))
        guard left < right else { return }
        for y in max(0, rect.y)..<max(0, rect.y, min(height, rect.y + rect.height)) {
            blankCutGlyphs(left..<right, y)
            for x in left..<right { cells[y * width + x] = cell }
        }
    }

    /// Writes text on one row, clipped to the grid and to `maximumWidth` columns. Characters of two columns take two
    /// cells, or are left out where only one is left; marks go over the letter before. Control characters and others
    /// that terminals do not agree on are written as `?`, so that a file's text can never move the cursor.
    /// - Returns: the column behind the last character.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, x: Int, y: Int, style: CellStyle, maximumWidth: Int = .max
    ) -> Int {
        var column = x
        text.forEachDrawnGlyph { drawn in
            guard column - x <= maximumWidth - drawn.columns else { return false }
            var cell = Cell(drawn.glyph, style: style)
            cell.marks = drawn.marks
            let isCut = drawn.columns == 2 && (column < 0 || column + 1 >= width)
            self[column, y] = isCut ? Cell(" ", style: style) : cell
            if drawn.columns == 2 {
                self[column + 1, y] = Cell(isCut ? " " : Cell.continuationGlyph, style: style)
            }
            column += drawn.columns
            return true
        }
        return column
    }

    /// Changes the cells of one row in place, for widgets that draw many at a time; `body` gets the part of the row
    /// that starts at `x` and is at most `count` cells long, clipped to the grid; it puts no wide characters there.
    public mutating func withMutableRow(
        _ y: Int, x: Int, count: Int, _ body: (inout UnsafeMutableBufferPointer<Cell>) -> Void
    ) {
        let start = max(0, x)
        let end = min(width, x + count)
        guard y >= 0, y < height, start < end else { return }
        blankCutGlyphs(start..<end, y)
        let (width, range) = (width, start..<end)
        cells.withUnsafeMutableBufferPointer { buffer in
            var row = UnsafeMutableBufferPointer(
                rebasing: buffer[y * width + range.lowerBound..<y * width + range.upperBound])
            body(&row)
        }
    }

    /// The glyphs of each row as text, for tests and plain output; spaces at the end are kept.
    public var lines: [String] {
        (0..<height).map { y in
            var line = String.UnicodeScalarView()
            for cell in cells[y * width..<(y + 1) * width] where !cell.isContinuation {
                line.append(cell.glyph)
                if !cell.marks.isEmpty { line.append(contentsOf: cell.marks.scalars) }
            }
            return String(line)
        }
    }
}
