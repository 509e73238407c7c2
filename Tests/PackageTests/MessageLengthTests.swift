import Foundation
import Testing

/// A message has two lines of a terminal of 80 columns: the one of the status and, until the next key, that of the keys.
@Suite("Messages have room at 80 columns")
struct MessageLengthTests {
    /// Two lines of 78 columns; at the end of the first, half a word may have no room.
    private static let room = 2 * 78 - 8
    /// A name, a number or a short reason takes so much.
    private static let filledIn = "wwwwwwwwwwww"

    /// The texts of the messages in a source, with what is filled in replaced.
    static func messages(in source: String) -> [String] {
        var found: [String] = []
        let characters = Array(source)
        let marks = ["StatusMessage(", "warn("].map(Array.init)
        var i = 0
        while i < characters.count {
            guard
                let mark = marks.first(where: { $0[0] == characters[i] && characters[i...].starts(with: $0) }),
                i == 0 || !characters[i - 1].isLetter
            else {
                i += 1
                continue
            }
            i += mark.count
            var text = ""
            // One literal, and further ones behind plus signs.
            while let (part, end) = literal(characters, at: skippingBlanks(characters, from: i)) {
                text += part
                i = end
                let plus = skippingBlanks(characters, from: i)
                guard plus < characters.count, characters[plus] == "+" else { break }
                i = plus + 1
            }
            if !text.isEmpty { found.append(text) }
        }
        return found
    }

    private static func skippingBlanks(_ characters: [Character], from start: Int) -> Int {
        var i = start
        while i < characters.count, characters[i].isWhitespace { i += 1 }
        return i
    }

    /// The literal at a place, and where it ends; `nil` where there is none.
    private static func literal(_ characters: [Character], at start: Int) -> (text: String, end: Int)? {
        guard start < characters.count, characters[start] == "\"" else { return nil }
        var (text, i) = ("", start + 1)
        while i < characters.count, characters[i] != "\"" {
            if characters[i] == "\\", i + 1 < characters.count, characters[i + 1] == "(" {
                var depth = 0
                i += 1
                repeat {
                    if characters[i] == "(" { depth += 1 }
                    if characters[i] == ")" { depth -= 1 }
                    i += 1
                } while depth > 0 && i < characters.count
                text += filledIn
                continue
            }
            if characters[i] == "\\" { i += 1 }
            text.append(characters[i])
            i += 1
        }
        return (text, i + 1)
    }

    @Test func messagesAreFound() {
        let source = """
            say(StatusMessage("one \\(a.map { "(\\($0))" } ?? "") two", kind: .warning))
            StatusMessage(
                "three "
                    + "four")
            StatusMessage(text)
            return warn("five") + forewarn("no message")
            """
        #expect(Self.messages(in: source) == ["one \(Self.filledIn) two", "three four", "five"])
    }

    @Test func everyMessageHasRoom() throws {
        var count = 0
        for file in try Repository.files(below: "Sources", extensions: ["swift"]) {
            for message in Self.messages(in: try Repository.text(file)) {
                count += 1
                #expect(message.count <= Self.room, "\(file): shorten “\(message)”")
            }
        }
        #expect(count > 100)
    }
}
