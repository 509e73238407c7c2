import CNcurses
import TerminalKit

/// Turns cells into what ncurses stores: glyph, attributes and colour pair.
struct FramePainter {
    private var reducer: ColourReducer
    private var pairs: PairTable
    private var glyphs: [UInt32] = []
    private var marks: [UInt32] = []
    private var attributes: [UInt32] = []
    private var pairNumbers: [Int32] = []
    /// Whether the user's locale has letters beyond ASCII.
    private let drawsForeignText: Bool
    /// Whether glyphs beyond the blocks and lines may be drawn: they are as wide for the C library as for us.
    private var known: [Unicode.Scalar: Bool] = [:]

    /// - Parameter drawsForeignText: whether names in other scripts than Latin are drawn, or question marks.
    init(depth: ColourDepth, pairLimit: Int32, hasStandardColours: Bool, drawsForeignText: Bool) {
        self.drawsForeignText = drawsForeignText
        reducer = ColourReducer(depth: depth)
        pairs = PairTable(depth: depth, limit: pairLimit, hasStandardColours: hasStandardColours)
    }

    /// Hands ncurses what differs between two frames; all of it without an old one.
    mutating func paint(_ frame: CellGrid, from old: CellGrid?) {
        paint(GridDiff.runs(from: old, to: frame), of: frame)
        guard pairs.isFull else { return }
        pairs.reset()
        paint(GridDiff.runs(from: nil, to: frame), of: frame)
    }

    private mutating func paint(_ runs: [CellRun], of frame: CellGrid) {
        if glyphs.count < frame.width {
            glyphs = Array(repeating: 0, count: frame.width)
            marks = Array(repeating: 0, count: frame.width)
            attributes = Array(repeating: 0, count: frame.width)
            pairNumbers = Array(repeating: 0, count: frame.width)
        }
        frame.cells.withUnsafeBufferPointer { cells in
            for run in runs {
                var last = (background: Int.min, pair: Int32(0))
                for i in 0..<run.count {
                    let cell = cells[run.y * frame.width + run.x + i]
                    let colours = reducer.colours(of: cell)
                    // A space has no foreground: with its neighbour's, no colour has to be sent between the two.
                    let isSpace = cell.glyph == " " && cell.style.attributes.isEmpty
                    let pair =
                        isSpace && colours.background == last.background
                        ? last.pair
                        : pairs.pair(isSpace ? colours.background : colours.foreground, colours.background)
                    last = (colours.background, pair)
                    let isCut = cell.isContinuation && i > 0 && glyphs[i - 1] == Self.unknown
                    glyphs[i] = isCut ? 0x20 : drawable(cell.glyph)
                    marks[i] = cell.marks.isEmpty || glyphs[i] == Self.unknown ? 0 : drawable(cell.marks)
                    attributes[i] = Self.bits(cell.style.attributes)
                    pairNumbers[i] = pair
                }
                nc_put_run(
                    nc_stdscr(), Int32(run.y), Int32(run.x), Int32(run.count), &glyphs, &marks, &attributes,
                    &pairNumbers)
            }
        }
    }

    private static let unknown: UInt32 = 0x3f

    /// The glyph, or a question mark if it would not take as many columns as it has cells.
    private mutating func drawable(_ glyph: Unicode.Scalar) -> UInt32 {
        switch glyph.value {
        case 0x20...0x7e, 0x2500...0x259f, Cell.continuationGlyph.value: return glyph.value
        default: return mayDraw(glyph) && glyph.columns != 0 ? glyph.value : Self.unknown
        }
    }

    /// The marks that take no column.
    private mutating func drawable(_ marks: CellMarks) -> UInt32 {
        var drawn = CellMarks()
        for mark in marks.scalars where mayDraw(mark) { drawn.add(mark) }
        return drawn.packed
    }

    private mutating func mayDraw(_ scalar: Unicode.Scalar) -> Bool {
        if let known = known[scalar] { return known }
        let isWanted = drawsForeignText || !scalar.isForeignText
        let fits = scalar.columns.map { nc_wcwidth(wchar_t(scalar.value)) == Int32($0) } ?? false
        known[scalar] = isWanted && fits
        return isWanted && fits
    }

    private static func bits(_ attributes: CellAttributes) -> UInt32 {
        if attributes.isEmpty { return 0 }
        var bits: UInt32 = 0
        if attributes.contains(.bold) { bits |= NC_BOLD }
        if attributes.contains(.dim) { bits |= NC_DIM }
        if attributes.contains(.underline) { bits |= NC_UNDERLINE }
        if attributes.contains(.reverse) { bits |= NC_REVERSE }
        return bits
    }
}
