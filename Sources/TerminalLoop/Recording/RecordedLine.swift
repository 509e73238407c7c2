import Foundation
import TerminalKit

/// One line of a recording behind the first: what happened, and when.
struct RecordedLine: Hashable, Sendable {
    /// What a line tells.
    enum What: Hashable, Sendable {
        /// A key, the mouse, pasted text, or another size.
        case input(InputEvent)
        /// News of background work.
        case news(NewsName)
        /// What is asked was shown.
        case questionShown
        /// A slice was on screen for so long.
        case seen(slice: Int, milliseconds: Int)
        /// So many seconds have passed; the clock, in seconds since 1970, by which lists are read anew.
        case tick(Double, clock: Double)
        /// The program was told to end.
        case signal(Int32)
        /// How the masks of a case stand.
        case masks(RecordedMasks)
        /// The session has ended as it should; the digest of the last screen's text.
        case end(screen: String)
    }

    /// Milliseconds since the session began.
    var milliseconds: Int
    /// The turn of the event loop, from 0: what has the same number was taken in together.
    var turn: Int
    /// What happened.
    var what: What
}

/// How the masks of a case stood when it was opened or left.
package struct RecordedMasks: Hashable, Sendable {
    /// When it was.
    package enum Moment: String, Codable, Sendable {
        /// The case has just come up.
        case opened
        /// It is being left.
        case left
    }

    /// The digest of the case's id, 16 hexadecimal digits.
    package let `case`: String
    /// When it was.
    package let moment: Moment
    /// SHA-256 over the names, sizes and bits of all masks.
    package let masks: String
}

extension RecordedLine: Codable {
    private enum Key: String, CodingKey {
        case t, turn
        case char, key, mods, mouse, button, by, x, y, paste, columns, rows
        case news, of, number, question, slice, stood, tick, clock, signal, end
        case `case`, moment, masks
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(milliseconds, forKey: .t)
        try values.encode(turn, forKey: .turn)
        switch what {
        case .input(let event): try Self.encode(event, into: &values)
        case .news(let news):
            try values.encode(news.kind.name, forKey: .news)
            try values.encodeIfPresent(news.kind.structure, forKey: .of)
            try values.encodeIfPresent(news.number, forKey: .number)
        case .questionShown: try values.encode(true, forKey: .question)
        case .seen(let slice, let milliseconds):
            try values.encode(slice, forKey: .slice)
            try values.encode(milliseconds, forKey: .stood)
        case .tick(let seconds, let clock):
            try values.encode(seconds, forKey: .tick)
            try values.encode(clock, forKey: .clock)
        case .signal(let number): try values.encode(number, forKey: .signal)
        case .masks(let masks):
            try values.encode(masks.case, forKey: .case)
            try values.encode(masks.moment, forKey: .moment)
            try values.encode(masks.masks, forKey: .masks)
        case .end(let screen): try values.encode(screen, forKey: .end)
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        milliseconds = try values.decode(Int.self, forKey: .t)
        turn = try values.decode(Int.self, forKey: .turn)
        if let name = try values.decodeIfPresent(String.self, forKey: .news) {
            let structure = try values.decodeIfPresent(Int.self, forKey: .of)
            let number = try values.decodeIfPresent(Int.self, forKey: .number)
            what = .news(NewsName(kind: NewsName.Kind(name: name, structure: structure), number: number))
        } else if values.contains(.question) {
            what = .questionShown
        } else if let slice = try values.decodeIfPresent(Int.self, forKey: .slice) {
            what = .seen(slice: slice, milliseconds: try values.decode(Int.self, forKey: .stood))
        } else if let seconds = try values.decodeIfPresent(Double.self, forKey: .tick) {
            what = .tick(seconds, clock: try values.decode(Double.self, forKey: .clock))
        } else if let number = try values.decodeIfPresent(Int32.self, forKey: .signal) {
            what = .signal(number)
        } else if let masks = try values.decodeIfPresent(String.self, forKey: .masks) {
            what = .masks(
                RecordedMasks(
                    case: try values.decode(String.self, forKey: .case),
                    moment: try values.decode(RecordedMasks.Moment.self, forKey: .moment), masks: masks))
        } else if let screen = try values.decodeIfPresent(String.self, forKey: .end) {
            what = .end(screen: screen)
        } else {
            what = .input(try Self.event(values))
        }
    }

    // MARK: Input

    private static func encode(_ event: InputEvent, into values: inout KeyedEncodingContainer<Key>) throws {
        switch event {
        case .key(let key, let modifiers):
            switch key {
            case .character(let character): try values.encode(String(character), forKey: .char)
            case .special(let special): try values.encode(special.rawValue, forKey: .key)
            }
            try encode(modifiers, into: &values)
        case .mouse(let mouse):
            switch mouse.kind {
            case .press(let button):
                try values.encode("press", forKey: .mouse)
                try values.encode(button.word, forKey: .button)
            case .drag(let button):
                try values.encode("drag", forKey: .mouse)
                try values.encode(button.word, forKey: .button)
            case .release(let button):
                try values.encode("release", forKey: .mouse)
                try values.encode(button.word, forKey: .button)
            case .scroll(let direction):
                try values.encode("scroll", forKey: .mouse)
                try values.encode(direction, forKey: .by)
            }
            try values.encode(mouse.x, forKey: .x)
            try values.encode(mouse.y, forKey: .y)
            try encode(mouse.modifiers, into: &values)
        case .paste(let text): try values.encode(text, forKey: .paste)
        case .resize(let columns, let rows):
            try values.encode(columns, forKey: .columns)
            try values.encode(rows, forKey: .rows)
        }
    }

    private static func encode(
        _ modifiers: InputModifiers, into values: inout KeyedEncodingContainer<Key>
    ) throws {
        if !modifiers.isEmpty { try values.encode(modifiers.rawValue, forKey: .mods) }
    }

    private static func event(_ values: KeyedDecodingContainer<Key>) throws -> InputEvent {
        func wrong(_ key: Key) -> DecodingError {
            .dataCorruptedError(forKey: key, in: values, debugDescription: "it is no event that this version knows")
        }
        let modifiers = InputModifiers(rawValue: try values.decodeIfPresent(UInt8.self, forKey: .mods) ?? 0)
        if let text = try values.decodeIfPresent(String.self, forKey: .char) {
            guard let character = text.first, text.count == 1 else { throw wrong(.char) }
            return .key(.character(character), modifiers)
        }
        if let name = try values.decodeIfPresent(String.self, forKey: .key) {
            guard let special = SpecialKey(rawValue: name) else { throw wrong(.key) }
            return .key(.special(special), modifiers)
        }
        if let text = try values.decodeIfPresent(String.self, forKey: .paste) { return .paste(text) }
        if values.contains(.columns) {
            return .resize(
                columns: try values.decode(Int.self, forKey: .columns), rows: try values.decode(Int.self, forKey: .rows)
            )
        }
        let button = try values.decodeIfPresent(String.self, forKey: .button).flatMap(MouseEvent.Button.init(word:))
        let kind: MouseEvent.Kind
        switch (try values.decode(String.self, forKey: .mouse), button) {
        case ("press", let button?): kind = .press(button)
        case ("drag", let button?): kind = .drag(button)
        case ("release", let button?): kind = .release(button)
        case ("scroll", _): kind = .scroll(try values.decode(Int.self, forKey: .by))
        default: throw wrong(.mouse)
        }
        return .mouse(
            MouseEvent(
                kind: kind, x: try values.decode(Int.self, forKey: .x), y: try values.decode(Int.self, forKey: .y),
                modifiers: modifiers))
    }
}

extension MouseEvent.Button {
    private static let words: [(MouseEvent.Button, String)] = [
        (.left, "left"), (.middle, "middle"), (.right, "right"), (.none, "none"),
    ]

    fileprivate var word: String { Self.words.first { $0.0 == self }?.1 ?? "none" }

    fileprivate init?(word: String) {
        guard let button = Self.words.first(where: { $0.1 == word })?.0 else { return nil }
        self = button
    }
}
