/// Just enough of Swift's grammar to read a manifest and import lines without being fooled by comments, by texts that
/// quote code, or by brackets inside either.
struct SwiftText {
    /// The source with every comment blanked out, and every string literal's content as well unless kept.
    /// Newlines stay, so that line numbers do. On bytes, as some tests read all sources several times.
    static func code(of source: String, keepingStrings: Bool = false) -> String {
        var scanner = SwiftText(bytes: Array(source.utf8), keepingStrings: keepingStrings)
        return scanner.scan()
    }

    private let bytes: [UInt8]
    private let keepingStrings: Bool
    private var position = 0
    private var output: [UInt8] = []

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")

    private init(bytes: [UInt8], keepingStrings: Bool) {
        self.bytes = bytes
        self.keepingStrings = keepingStrings
    }

    private func follows(_ text: String, at start: Int) -> Bool {
        var index = start
        for byte in text.utf8 {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ count: Int, keeping: Bool) {
        let end = min(position + count, bytes.count)
        for byte in bytes[position..<end] {
            output.append(keeping || byte == Self.newline ? byte : UInt8(ascii: " "))
        }
        position = end
    }

    private mutating func scan() -> String {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "/") || byte == Self.quote || byte == UInt8(ascii: "#") else {
                output.append(byte)
                position += 1
                continue
            }
            if follows("//", at: position) {
                while position < bytes.count, bytes[position] != Self.newline { take(1, keeping: false) }
            } else if follows("/*", at: position) {
                skipBlockComment()
            } else if let hashes = stringStart() {
                scanString(hashes: hashes)
            } else {
                take(1, keeping: true)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if follows("/*", at: position) {
                depth += 1
                take(2, keeping: false)
            } else if follows("*/", at: position) {
                depth -= 1
                take(2, keeping: false)
            } else {
                take(1, keeping: false)
            }
        } while depth > 0 && position < bytes.count
    }

    /// How many `#` stand before the quote, if a string literal starts here.
    private func stringStart() -> Int? {
        var index = position
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        guard index < bytes.count, bytes[index] == Self.quote else { return nil }
        return index - position
    }

    /// Interpolations count as content: what they hold is neither an import nor part of a manifest's structure.
    private mutating func scanString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let quote = follows("\"\"\"", at: position + hashes) ? "\"\"\"" : "\""
        take(hashes + quote.count, keeping: true)
        while position < bytes.count {
            if follows(quote + fence, at: position) {
                take(quote.count + hashes, keeping: true)
                return
            }
            if quote.count == 1, bytes[position] == Self.newline { return }
            take(follows("\\" + fence, at: position) ? 2 + hashes : 1, keeping: keepingStrings)
        }
    }
}
