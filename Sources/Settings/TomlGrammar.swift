/// Checks that a text is TOML before the parser sees it.
///
/// toml++ ends the whole program by an assertion on texts that are none (`[ö]`, `a = [8, }`); fuzzing finds another one
/// for each that is caught on its own. What passes here keeps to TOML's grammar (toml.io, 1.0), in which such places
/// cannot be reached. Times are refused, since no setting is one. What the grammar does not say, such as that no
/// name may be given twice, is left to the parser.
struct TomlGrammar {
    /// What is wrong, and on which line, from 1.
    struct Fault: Error, Hashable {
        var line: Int
        var reason: String
    }

    /// How deep lists and tables may be nested in one another; toml++ allows more.
    static let maximumDepth = 32

    let bytes: [UInt8]
    var at = 0
    var line = 1

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// Throws the first fault.
    static func check(_ text: String) throws(Fault) {
        var grammar = TomlGrammar(text)
        try grammar.document()
    }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    func fault(_ reason: String) -> Fault { Fault(line: line, reason: reason) }

    func begins(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            at + wanted.count <= bytes.count && zip(wanted, bytes[at...]).allSatisfy { $0 == $1 }
        }
    }

    /// Steps over a character that has to be there.
    mutating func require(_ character: Unicode.Scalar, _ reason: String) throws(Fault) {
        guard next == UInt8(ascii: character) else { throw fault(reason) }
        at += 1
    }

    mutating func skipBlanks() {
        while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { at += 1 }
    }

    /// Steps over the end of a line, if it is one.
    mutating func skipLineEnd() -> Bool {
        if begins("\r\n") { at += 1 }
        guard next == UInt8(ascii: "\n") else { return false }
        at += 1
        line += 1
        return true
    }

    private mutating func skipComment() throws(Fault) {
        guard next == UInt8(ascii: "#") else { return }
        while let byte = next, byte != UInt8(ascii: "\n"), !begins("\r\n") {
            guard !Self.isControl(byte) else { throw fault("a comment holds a character that cannot be seen") }
            at += 1
        }
    }

    /// Blanks, comments and ends of lines, as they may stand between the elements of a list.
    mutating func skipLines() throws(Fault) {
        repeat {
            skipBlanks()
            try skipComment()
        } while skipLineEnd()
    }

    /// Tabs are none.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7f }

    static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private mutating func document() throws(Fault) {
        // A mark of byte order, as some editors write it.
        if begins("\u{feff}") { at += 3 }
        while true {
            try skipLines()
            guard let byte = next else { return }
            if byte == UInt8(ascii: "[") {
                try header()
            } else {
                try entry(depth: 0)
            }
            skipBlanks()
            try skipComment()
            guard next == nil || skipLineEnd() else { throw fault("there is unexpected text after its end") }
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header() throws(Fault) {
        let isList = begins("[[")
        at += isList ? 2 : 1
        skipBlanks()
        try name("this is not a valid table name")
        try require("]", "the table's name is not closed by ]")
        if isList { try require("]", "the table's name is not closed by ]]") }
    }

    /// `name = value`.
    mutating func entry(depth: Int) throws(Fault) {
        try name("this is not a valid name")
        try require("=", "there is no = after the name")
        skipBlanks()
        try value(depth: depth)
    }

    /// A name, dotted or not, and the blanks behind it.
    private mutating func name(_ reason: String) throws(Fault) {
        while true {
            switch next {
            case UInt8(ascii: "\""): try text(of: UInt8(ascii: "\""))
            case UInt8(ascii: "'"): try text(of: UInt8(ascii: "'"))
            default:
                guard let byte = next, Self.isOfName(byte) else { throw fault(reason) }
                while let byte = next, Self.isOfName(byte) { at += 1 }
            }
            skipBlanks()
            guard next == UInt8(ascii: ".") else { return }
            at += 1
            skipBlanks()
        }
    }
}
