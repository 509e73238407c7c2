/// Just enough of Swift's grammar to read a manifest and import lines without being fooled by comments, by texts that
/// quote code, or by brackets inside either.
struct SwiftText {
    /// The source with every comment blanked out, and every string literal's content as well unless kept.
    /// Newlines stay, so that line numbers do.
    static func code(of source: String, keepingStrings: Bool = false) -> String {
        var scanner = SwiftText(characters: Array(source), keepingStrings: keepingStrings)
        return scanner.scan()
    }

    private let characters: [Character]
    private let keepingStrings: Bool
    private var position = 0
    private var output = ""

    private init(characters: [Character], keepingStrings: Bool) {
        self.characters = characters
        self.keepingStrings = keepingStrings
    }

    private func follows(_ text: String, at start: Int) -> Bool {
        var index = start
        for character in text {
            guard index < characters.count, characters[index] == character else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ count: Int, keeping: Bool) {
        for character in characters[position..<min(position + count, characters.count)] {
            output.append(keeping || character.isNewline ? character : " ")
        }
        position = min(position + count, characters.count)
    }

    private mutating func scan() -> String {
        while position < characters.count {
            if follows("//", at: position) {
                while position < characters.count, !characters[position].isNewline { take(1, keeping: false) }
            } else if follows("/*", at: position) {
                skipBlockComment()
            } else if let hashes = stringStart() {
                scanString(hashes: hashes)
            } else {
                take(1, keeping: true)
            }
        }
        return output
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
        } while depth > 0 && position < characters.count
    }

    /// How many `#` stand before the quote, if a string literal starts here.
    private func stringStart() -> Int? {
        var index = position
        while index < characters.count, characters[index] == "#" { index += 1 }
        guard index < characters.count, characters[index] == "\"" else { return nil }
        return index - position
    }

    /// Interpolations count as content: what they hold is neither an import nor part of a manifest's structure.
    private mutating func scanString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let quote = follows("\"\"\"", at: position + hashes) ? "\"\"\"" : "\""
        take(hashes + quote.count, keeping: true)
        while position < characters.count {
            if follows(quote + fence, at: position) {
                take(quote.count + hashes, keeping: true)
                return
            }
            if quote.count == 1, characters[position].isNewline { return }
            take(follows("\\" + fence, at: position) ? 2 + hashes : 1, keeping: keepingStrings)
        }
    }
}
