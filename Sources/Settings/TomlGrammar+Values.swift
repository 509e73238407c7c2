/// What may stand behind `=`.
extension TomlGrammar {
    mutating func value(depth: Int) throws(Fault) {
        guard depth < Self.maximumDepth else { throw fault("lists are nested too deeply") }
        switch next {
        case UInt8(ascii: "\""): try begins("\"\"\"") ? longText(of: UInt8(ascii: "\"")) : text(of: UInt8(ascii: "\""))
        case UInt8(ascii: "'"): try begins("'''") ? longText(of: UInt8(ascii: "'")) : text(of: UInt8(ascii: "'"))
        case UInt8(ascii: "["): try list(depth: depth)
        case UInt8(ascii: "{"): try table(depth: depth)
        default: try word()
        }
    }

    private mutating func list(depth: Int) throws(Fault) {
        at += 1
        while true {
            try skipLines()
            if next == UInt8(ascii: "]") { break }
            try value(depth: depth + 1)
            try skipLines()
            if next == UInt8(ascii: "]") { break }
            try require(",", "a list is not closed by ], or lacks a comma")
        }
        at += 1
    }

    /// A table on one line.
    private mutating func table(depth: Int) throws(Fault) {
        at += 1
        skipBlanks()
        if next == UInt8(ascii: "}") {
            at += 1
            return
        }
        while true {
            skipBlanks()
            try entry(depth: depth + 1)
            skipBlanks()
            if next == UInt8(ascii: "}") { break }
            try require(",", "a table is not closed by }, or lacks a comma")
        }
        at += 1
    }

    /// A number, a date, true or false.
    private mutating func word() throws(Fault) {
        let start = at
        while let byte = next, Self.isOfName(byte) || [UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte) { at += 1 }
        let word = bytes[start..<at]
        guard !word.isEmpty else { throw fault("a value is missing") }
        guard
            Self.isNumber(word) || Self.isDate(word)
                || ["true", "false"].contains(where: { word.elementsEqual($0.utf8) })
        else {
            throw fault("a value must be text in quotes, a number, true or false")
        }
    }

    private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        var rest = word
        let isSigned = rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-")
        if isSigned { rest = rest.dropFirst() }
        if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where rest.starts(with: prefix.utf8) {
            rest = rest.dropFirst(2)
            return !isSigned && skipDigits(&rest, base: base) && rest.isEmpty
        }
        let isZero = rest.first == UInt8(ascii: "0")
        let before = rest.count
        guard skipDigits(&rest, base: 10), !isZero || before - rest.count == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard skipDigits(&rest, base: 10) else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard skipDigits(&rest, base: 10) else { return false }
        }
        return rest.isEmpty
    }

    /// A day such as 2024-02-03; the parser knows how long months are.
    private static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
        word.count == 10
            && word.enumerated().allSatisfy { place, byte in
                place == 4 || place == 7
                    ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }

    /// Steps over digits, between which single underscores may stand.
    private static func skipDigits(_ rest: inout ArraySlice<UInt8>, base: Int) -> Bool {
        var isDigit = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "_") {
                guard isDigit else { return false }
                isDigit = false
            } else {
                guard Int(String(Unicode.Scalar(byte)), radix: base) != nil else { return isDigit }
                isDigit = true
            }
            rest = rest.dropFirst()
        }
        return isDigit
    }

    /// A text on one line, from its first quote.
    mutating func text(of quote: UInt8) throws(Fault) {
        at += 1
        while let byte = next {
            if byte == quote {
                at += 1
                return
            }
            guard !Self.isControl(byte) else { break }
            at += 1
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { try escape() }
        }
        throw fault("a text is not closed by \(quote == UInt8(ascii: "'") ? "'" : "\"") on its line")
    }

    /// A text on several lines, from its first quote.
    private mutating func longText(of quote: UInt8) throws(Fault) {
        at += 3
        while let byte = next {
            if skipLineEnd() { continue }
            if byte == quote {
                var count = 0
                while next == quote {
                    at += 1
                    count += 1
                }
                // Up to two quotes may stand right before the three that close.
                if count >= 3 {
                    guard count <= 5 else { throw fault("a text has too many quotes at its end") }
                    return
                }
                continue
            }
            guard !Self.isControl(byte) else { throw fault("a text holds a character that cannot be seen") }
            at += 1
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { try longEscape() }
        }
        throw fault("a text is not closed by three quotes")
    }

    /// Behind a backslash at the end of a line, blanks and ends of lines are no part of the text.
    private mutating func longEscape() throws(Fault) {
        let start = at
        skipBlanks()
        if skipLineEnd() { return }
        at = start
        try escape()
    }

    private mutating func escape() throws(Fault) {
        let digits: Int
        switch next {
        case UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"),
            UInt8(ascii: "\""), UInt8(ascii: "\\"):
            digits = 0
        case UInt8(ascii: "u"): digits = 4
        case UInt8(ascii: "U"): digits = 8
        default: throw fault("a text holds a backslash that means nothing; use '…' for texts with backslashes")
        }
        at += 1
        guard digits > 0 else { return }
        let code = bytes[at...].prefix(digits)
        guard code.count == digits, code.first != UInt8(ascii: "+"), code.first != UInt8(ascii: "-"),
            let number = UInt32(String(decoding: code, as: UTF8.self), radix: 16), number > 0,
            Unicode.Scalar(number) != nil
        else { throw fault("a text holds a number that is no character") }
        at += digits
    }
}
