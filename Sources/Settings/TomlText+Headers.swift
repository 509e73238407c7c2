/// A check that the TOML parser leaves out: on a table whose name begins with a character that no name begins with
/// (`[ö]`, `[$x]`), toml++ stops the whole program by an assertion.
extension TomlText {
    /// The line, from 1, of the first such header, or `nil`.
    ///
    /// Follows strings, comments and brackets only as far as is needed to tell headers from arrays. Where a text is no
    /// TOML before that line, the two may disagree, and the parser refuses it first.
    static func lineOfBadHeader(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        var scan = HeaderScan(bytes: bytes)
        return scan.run()
    }

    private struct HeaderScan {
        let bytes: [UInt8]
        var at = 0
        var line = 1
        var depth = 0
        var isLineStart = true

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func run() -> Int? {
            while at < bytes.count {
                let byte = bytes[at]
                switch byte {
                case UInt8(ascii: "\n"):
                    line += 1
                    isLineStart = true
                    at += 1
                    continue
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                    at += 1
                    continue
                case UInt8(ascii: "#"): while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
                case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(byte)
                case UInt8(ascii: "["):
                    if isLineStart, depth == 0 {
                        if isBadHeader() { return line }
                        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
                    } else {
                        depth += 1
                        at += 1
                    }
                case UInt8(ascii: "{"):
                    depth += 1
                    at += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    depth = max(0, depth - 1)
                    at += 1
                default: at += 1
                }
                isLineStart = false
            }
            return nil
        }

        /// Whether what follows `[` or `[[` and blanks begins no key.
        private func isBadHeader() -> Bool {
            var next = at + 1
            skipBlanks(&next)
            if next < bytes.count, bytes[next] == UInt8(ascii: "[") {
                next += 1
                skipBlanks(&next)
            }
            guard next < bytes.count else { return false }
            switch bytes[next] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "\""),
                UInt8(ascii: "'"):
                return false
            default: return true
            }
        }

        private func skipBlanks(_ next: inout Int) {
            while next < bytes.count, [UInt8(ascii: " "), UInt8(ascii: "\t")].contains(bytes[next]) { next += 1 }
        }

        /// Steps over a string of one line or of several, from its first quote.
        private mutating func skipString(_ quote: UInt8) {
            let isLong = at + 2 < bytes.count && bytes[at + 1] == quote && bytes[at + 2] == quote
            at += isLong ? 3 : 1
            while at < bytes.count {
                let byte = bytes[at]
                if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                    at += 2
                    continue
                }
                if byte == UInt8(ascii: "\n") {
                    // A string of one line that is not closed is no TOML.
                    if !isLong { return }
                    line += 1
                }
                at += 1
                guard byte == quote else { continue }
                if !isLong { return }
                if at + 1 < bytes.count, bytes[at] == quote, bytes[at + 1] == quote {
                    at += 2
                    // Quotes may stand right before the three that close.
                    while at < bytes.count, bytes[at] == quote { at += 1 }
                    return
                }
            }
        }
    }
}
