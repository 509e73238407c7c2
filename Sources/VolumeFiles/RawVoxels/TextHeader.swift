/// The text header at the front of a MetaImage or NRRD file, line by line, in memory up to a sane length.
struct TextHeader {
    /// The most bytes a header may have before it is garbage.
    static let maximumBytes = 1 << 20

    private let bytes: [UInt8]
    /// Where the next line begins.
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next line without its end, or `nil` at the end of the bytes. Bytes that are no UTF-8 are replaced.
    mutating func nextLine() -> String? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[position..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        position = min(end + 1, bytes.count)
        return String(decoding: line, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }

    /// The words between blanks.
    var words: [String] { split { $0.isWhitespace }.map { String($0) } }

    /// The finite numbers between blanks, or `nil` if a word is none.
    var numbers: [Double]? {
        let words = words
        let numbers = words.compactMap(Double.init).filter(\.isFinite)
        return numbers.count == words.count ? numbers : nil
    }

    /// The whole numbers between blanks, or `nil` if a word is none.
    var wholeNumbers: [Int]? {
        let words = words
        let numbers = words.compactMap { Int($0) }
        return numbers.count == words.count ? numbers : nil
    }
}
