/// What is on an xterm's screen: as much of one as ncurses makes use of, without colours.
struct TerminalScreen {
    let columns: Int
    let rows: Int
    private var cells: [Unicode.Scalar]
    private var column = 0
    private var row = 0
    private var pending: [UInt8] = []
    private var lastGlyph: Unicode.Scalar = " "

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: " ", count: columns * rows)
    }

    /// A row as text.
    func line(_ row: Int) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: cells[row * columns..<(row + 1) * columns])
        return String(text)
    }

    /// What words there are on it, for messages: most of the rest are blocks.
    var words: String {
        (0..<rows).map { line($0).filter { !"▀▄█▌▐ ".contains($0) || $0 == " " } }
            .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// All of it.
    var text: String { (0..<rows).map(line).joined(separator: "\n") }

    /// Takes in what a program wrote; a sequence that is cut off waits for its rest.
    mutating func write(_ bytes: ArraySlice<UInt8>) {
        let all = pending + bytes
        pending = []
        all.withUnsafeBufferPointer { all in
            var i = 0
            while i < all.count {
                guard let next = take(all, i) else {
                    pending = Array(all[i...])
                    return
                }
                i = next
            }
        }
    }

    /// Takes one character or sequence; where the next begins, or `nil` if it is not all there.
    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> Int? {
        let byte = bytes[i]
        switch byte {
        case 0x1b: return escape(bytes, i + 1)
        case 0x08: column = max(0, column - 1)
        case 0x09: column = min(columns - 1, column / 8 * 8 + 8)
        case 0x0a: row = min(rows - 1, row + 1)
        case 0x0d: column = 0
        case 0..<0x20: break
        case 0x20..<0x80: put(Unicode.Scalar(byte))
        default:
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
            guard i + length <= bytes.count else { return nil }
            var value = UInt32(byte) & (length == 4 ? 0x07 : length == 3 ? 0x0f : 0x1f)
            for next in bytes[i + 1..<i + length] { value = value << 6 | UInt32(next & 0x3f) }
            put(Unicode.Scalar(value) ?? "?")
            return i + length
        }
        return i + 1
    }

    private mutating func put(_ glyph: Unicode.Scalar) {
        if column >= columns {
            column = 0
            row = min(rows - 1, row + 1)
        }
        cells[row * columns + column] = glyph
        lastGlyph = glyph
        column += 1
    }

    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "["):
            var end = start + 1
            while end < bytes.count, !(0x40...0x7e).contains(bytes[end]) { end += 1 }
            guard end < bytes.count else { return nil }
            control(bytes[(start + 1)..<end], UnicodeScalar(bytes[end]))
            return end + 1
        case UInt8(ascii: "("), UInt8(ascii: ")"): return start + 1 < bytes.count ? start + 2 : nil
        case UInt8(ascii: "]"):
            guard let end = bytes[start...].firstIndex(of: 0x07) else { return nil }
            return end + 1
        default: return start + 1
        }
    }

    private mutating func control(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ final: Unicode.Scalar) {
        // Colours, by far the most, private modes and the like change nothing that is looked at here.
        if final == "m" { return }
        if let first = text.first, (0x3c...0x3f).contains(first) { return }
        let numbers = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { part in
            part.reduce(0) { (0x30...0x39).contains($1) ? $0 * 10 + Int($1 - 0x30) : $0 }
        }
        let count = max(1, numbers.first ?? 1)
        let here = row * columns + min(column, columns - 1)
        let lineEnd = (row + 1) * columns
        let room = min(count, lineEnd - here)
        switch final {
        case "H", "f":
            row = min(rows, count) - 1
            column = min(columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
        case "G": column = min(columns, count) - 1
        case "d": row = min(rows, count) - 1
        case "A": row = max(0, row - count)
        case "B": row = min(rows - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "X": clear(here..<here + room)
        case "K": clear(part(numbers.first ?? 0, of: row * columns..<lineEnd, at: here))
        case "J": clear(part(numbers.first ?? 0, of: 0..<cells.count, at: here))
        case "P":
            cells.removeSubrange(here..<here + room)
            cells.insert(contentsOf: Array(repeating: " ", count: room), at: lineEnd - room)
        case "@":
            cells.removeSubrange(lineEnd - room..<lineEnd)
            cells.insert(contentsOf: Array(repeating: " ", count: room), at: here)
        case "b": for _ in 0..<count { put(lastGlyph) }
        default: break
        }
    }

    /// What ED and EL clear of a range: to its end, from its start, or all of it.
    private func part(_ mode: Int, of range: Range<Int>, at here: Int) -> Range<Int> {
        switch mode {
        case 0: here..<range.upperBound
        case 1: range.lowerBound..<here + 1
        default: range
        }
    }

    private mutating func clear(_ range: Range<Int>) { for i in range { cells[i] = " " } }
}
