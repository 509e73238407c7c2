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

    /// A cell; writing off the grid is ignored, reading off it gives an empty cell.
    public subscript(x: Int, y: Int) -> Cell {
        get { x >= 0 && x < width && y >= 0 && y < height ? cells[y * width + x] : Cell() }
        set { if x >= 0 && x < width && y >= 0 && y < height { cells[y * width + x] = newValue } }
    }

    /// Fills a rectangle, clipped to the grid.
    public mutating func fill(_ rect: CellRect, with cell: Cell) {
        for y in max(0, rect.y)..<max(0, rect.y, min(height, rect.y + rect.height)) {
            for x in max(0, rect.x)..<max(0, rect.x, min(width, rect.x + rect.width)) { cells[y * width + x] = cell }
        }
    }

    /// Writes text on one row, clipped to the grid and to `maximumWidth` columns; control characters and characters
    /// that are not one column wide are written as `?`, so that a file's text can never move the cursor.
    /// - Returns: the column behind the last character.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, x: Int, y: Int, style: CellStyle, maximumWidth: Int = .max
    ) -> Int {
        var column = x
        for scalar in text.unicodeScalars {
            guard column - x < maximumWidth else { break }
            self[column, y] = Cell(scalar.isOneColumnWide ? scalar : "?", style: style)
            column += 1
        }
        return column
    }

    /// Changes the cells of one row in place, for widgets that draw many at a time; `body` gets the part of the row
    /// that starts at `x` and is at most `count` cells long, clipped to the grid.
    public mutating func withMutableRow(
        _ y: Int, x: Int, count: Int, _ body: (inout UnsafeMutableBufferPointer<Cell>) -> Void
    ) {
        let start = max(0, x)
        let end = min(width, x + count)
        guard y >= 0, y < height, start < end else { return }
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
            for cell in cells[y * width..<(y + 1) * width] { line.append(cell.glyph) }
            return String(line)
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal gives the character exactly one column. Errs on the side of no: emoji, East Asian wide
    /// characters, combining marks and controls are not.
    public var isOneColumnWide: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .nonspacingMark, .enclosingMark, .spacingMark, .unassigned,
            .lineSeparator, .paragraphSeparator, .privateUse:
            return false
        default: break
        }
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            return false
        default: return !properties.isEmojiPresentation
        }
    }
}
