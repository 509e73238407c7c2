import Cases
import Commands
import Editing
import Volumes

/// What is typed behind `:set`: `PTV = GTV + 5mm - SpinalCord + 3mm`.
///
/// A length belongs to the structure or bracket right before it. `+` and `|` add, `-` subtracts, `&` keeps what both
/// have; they are done from left to right, and `&` beside another of them needs brackets, since people disagree on which
/// comes first. Signs have spaces around them, because names have signs in them (`Lungs-GTV`); names with spaces or
/// brackets are in quotation marks.
struct ExpressionText {
    /// The structure that is set.
    let target: StructureName
    /// What it is set to.
    let expression: MaskExpression<StructureName>

    /// What a text says.
    /// - Throws: ``CommandError`` saying where in the text what was expected.
    init(_ text: String) throws(CommandError) {
        var reader = ExpressionReader(try ExpressionToken.tokens(of: text))
        target = try reader.name("the structure that is set")
        try reader.take(.equals, as: "=")
        expression = try reader.expression()
        if let rest = reader.next { throw rest.error(expecting: "+, -, |, & or the end") }
    }

    /// Whether a word reads as a length, like `5mm` or `5`.
    static func isLength(_ word: String) -> Bool { ExpressionToken.length(of: word) != nil }
}

extension StructureName {
    /// The name as it is typed in an expression: in quotation marks unless it reads as one word that is a name.
    var inExpression: String {
        let tokens = try? ExpressionToken.tokens(of: rawValue)
        let isPlain =
            tokens?.map(\.kind) == [.word(rawValue)] && !ExpressionText.isLength(rawValue)
            && RegionReach(rawValue) == nil
        return isPlain ? rawValue : "\"\(rawValue)\""
    }
}

/// One word or sign of an expression.
private struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        case name(String)
        case word(String)
        case sign(Character)
        case open
        case close
        case comma
        case equals
    }

    let kind: Kind
    /// Where it begins, from 1.
    let position: Int
    /// As it was typed.
    let text: String

    /// What is wrong with it.
    func error(expecting wanted: String) -> CommandError {
        CommandError("at \(position): expected \(wanted), not “\(text)”")
    }

    /// A length like `5mm` or `5`.
    var length: Double? {
        guard case .word(let word) = kind else { return nil }
        return Self.length(of: word)
    }

    /// The length that a word reads as; `nil` for none.
    static func length(of word: String) -> Double? {
        let digits = word.hasSuffix("mm") ? String(word.dropLast(2)) : word
        guard digits.first?.isNumber == true else { return nil }
        return Double(digits)
    }

    /// Directions of the patient like `L` or `LR`, each once.
    var directions: [DirectionalMargin.Direction]? {
        guard case .word(let word) = kind, !word.isEmpty, Set(word).count == word.count else { return nil }
        let found = word.compactMap { DirectionalMargin.Direction(rawValue: $0) }
        return found.count == word.count ? found : nil
    }

    /// How many words and signs an expression may have: more than anybody types.
    private static let most = 200

    static func tokens(of text: String) throws(CommandError) -> [ExpressionToken] {
        let characters = Array(text)
        var tokens: [ExpressionToken] = []
        var i = 0
        while i < characters.count {
            let start = i
            guard !characters[i].isWhitespace else {
                i += 1
                continue
            }
            let kind: Kind
            if characters[i] == "\"" {
                i += 1
                while i < characters.count, characters[i] != "\"" { i += 1 }
                guard i < characters.count else { throw CommandError("a quotation mark is not closed") }
                i += 1
                kind = .name(String(characters[start + 1..<i - 1]))
            } else if let sign = Kind(characters[i], before: i + 1 < characters.count ? characters[i + 1] : " ") {
                i += 1
                kind = sign
            } else {
                while i < characters.count, !characters[i].isWhitespace, !"\"(),=".contains(characters[i]) { i += 1 }
                kind = .word(String(characters[start..<i]))
            }
            tokens.append(ExpressionToken(kind: kind, position: start + 1, text: String(characters[start..<i])))
        }
        guard tokens.count <= most else { throw CommandError("an expression has at most \(most) words and signs") }
        return tokens
    }
}

extension ExpressionToken.Kind {
    /// A sign: one that may be in a name stands before a space, a bracket or a number.
    fileprivate init?(_ character: Character, before next: Character) {
        switch character {
        case "(": self = .open
        case ")": self = .close
        case ",": self = .comma
        case "=": self = .equals
        case "+", "-", "−", "|", "&":
            guard next.isWhitespace || next.isNumber || next == "(" || next == "\"" else { return nil }
            self = .sign(character == "−" ? "-" : character)
        default: return nil
        }
    }
}

/// Reads words and signs from left to right.
private struct ExpressionReader {
    private let tokens: [ExpressionToken]
    private var index = 0

    init(_ tokens: [ExpressionToken]) { self.tokens = tokens }

    /// The one that is read next.
    var next: ExpressionToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    private func peek(_ ahead: Int) -> ExpressionToken? {
        tokens.indices.contains(index + ahead) ? tokens[index + ahead] : nil
    }

    /// What is wrong with the next one, or that there is none.
    private func error(expecting wanted: String) -> CommandError {
        next?.error(expecting: wanted) ?? CommandError("at the end: expected \(wanted)")
    }

    mutating func take(_ kind: ExpressionToken.Kind, as text: String) throws(CommandError) {
        guard next?.kind == kind else { throw error(expecting: text) }
        index += 1
    }

    mutating func name(_ what: String) throws(CommandError) -> StructureName {
        switch next?.kind {
        case .name(let name)? where !name.isEmpty:
            index += 1
            return StructureName(rawValue: name)
        case .word(let word)? where next?.length == nil:
            index += 1
            return StructureName(rawValue: word)
        default: throw error(expecting: what)
        }
    }

    mutating func expression() throws(CommandError) -> MaskExpression<StructureName> {
        var result = try part()
        var sign: ExpressionToken?
        while let token = next, case .sign(let character) = token.kind {
            if let sign, (sign.kind == .sign("&")) != (character == "&") {
                throw CommandError("at \(token.position): & beside another sign needs brackets: A + (B & C)")
            }
            sign = token
            index += 1
            let operation: SetOperation = character == "-" ? .subtract : character == "&" ? .intersect : .union
            result = .combine(operation, result, try part())
        }
        return result
    }

    /// A structure or a bracket, with the lengths behind it.
    private mutating func part() throws(CommandError) -> MaskExpression<StructureName> {
        var result: MaskExpression<StructureName>
        if next?.kind == .open {
            index += 1
            result = try expression()
            try take(.close, as: "a sign or )")
        } else {
            result = .leaf(try name("a structure or a bracket"))
        }
        while let margin = try margin() { result = .margin(result, margin) }
        return result
    }

    /// `+ 5mm`, `- 3`, `+ (L 5mm, SI 8mm)`; `nil` where something else follows.
    private mutating func margin() throws(CommandError) -> DirectionalMargin? {
        guard case .sign(let sign)? = next?.kind, sign == "+" || sign == "-", let behind = peek(1) else { return nil }
        let shrinks = sign == "-"
        if let length = behind.length {
            index += 2
            if case .word("mm")? = next?.kind { index += 1 }
            try Self.check(length, behind)
            return DirectionalMargin(Millimetres(shrinks ? -length : length))
        }
        guard behind.kind == .open, peek(2)?.directions != nil, peek(3)?.length != nil else { return nil }
        index += 2
        var lengths: [DirectionalMargin.Direction: Millimetres] = [:]
        repeat {
            if next?.kind == .comma { index += 1 }
            guard let token = next, let directions = token.directions else {
                throw error(expecting: "directions like L or SI")
            }
            index += 1
            guard let length = next?.length, let number = next else { throw error(expecting: "a length like 5mm") }
            try Self.check(length, number)
            index += 1
            if case .word("mm")? = next?.kind { index += 1 }
            for direction in directions {
                guard lengths.updateValue(Millimetres(length), forKey: direction) == nil else {
                    throw CommandError("at \(token.position): \(direction.rawValue) is there twice")
                }
            }
        } while next != nil && next?.kind != .close
        try take(.close, as: ")")
        return DirectionalMargin(lengths, shrinks: shrinks)
    }

    private static func check(_ length: Double, _ token: ExpressionToken) throws(CommandError) {
        guard length > 0, length <= 50 else {
            throw CommandError(
                "at \(token.position): a margin must be more than 0 and at most 50 mm, not \(token.text)")
        }
    }
}
