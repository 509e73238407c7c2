/// How long the rest of a sequence is waited for, in milliseconds.
///
/// A terminal sends a sequence at once, but a slow line may cut it anywhere. Escape alone is a key, which must not
/// wait for long; while the mouse is at work a report is likelier, and taking its Escape for the key would drop what is
/// being drawn. Nobody types in the middle of a report, so its rest may come late.
struct EscapePatience: Sendable {
    /// For what follows Escape, when nothing suggests the mouse. Beside the 25 ms that ncurses waits by itself.
    static let key: UInt64 = 90
    /// The same while the mouse is in use or sequences have come in pieces.
    static let mouse: UInt64 = 350
    /// The same while a button is down, when nobody reaches for Escape without moving the mouse first.
    static let button: UInt64 = 700
    /// For the rest of a mouse report: whatever of it comes later must not act as keys.
    static let report: UInt64 = 10_000
    /// For the rest of a paste.
    static let paste: UInt64 = 3000
    /// For `<` behind a `[` that nothing suggests to be more than the key: the rest of a report comes at once.
    static let bracket: UInt64 = 40
    /// For the rest of any other sequence.
    static let sequence: UInt64 = 1000
    /// Up to so much lies between Escape and a key that are one key with Alt.
    static let longestKeyPair: UInt64 = 40
    /// Keys that are typed one after the other are further apart.
    static let fastestTyping: UInt64 = 15
    /// So long after a report the mouse counts as in use.
    private static let mouseUse: UInt64 = 3000
    /// So long after a report of a button that is down it is believed to be: the release may have been lost.
    private static let buttonUse: UInt64 = 10_000
    /// So long after a sequence in pieces the line counts as slow.
    private static let slowLine: UInt64 = 20_000

    /// When the newest token came.
    private(set) var newest: UInt64 = 0
    /// Whether the user is at something that he does with the mouse.
    var expectsMouse = false
    private(set) var isButtonHeld = false
    /// Whether the newest token but one had begun a sequence.
    private var wasWithin = false
    private var mouseUntil: UInt64 = 0
    private var buttonUntil: UInt64 = 0
    private var slowUntil: UInt64 = 0
    /// Until when the rest of an Escape that was taken for the key may still come.
    private var lateUntil: UInt64 = 0

    /// The time since the newest token.
    func gap(at time: UInt64) -> UInt64 { time > newest ? time - newest : 0 }

    /// Whether `[` or `O` may be the rest of an Escape that was taken for the key.
    func mayBeLate(at time: UInt64) -> Bool { time < lateUntil }

    /// Escape came alone and was taken for the key.
    mutating func noteLoneEscape(at time: UInt64) { lateUntil = time + Self.report }

    /// Takes in what came.
    /// - Parameter isWithin: whether a sequence goes on behind it.
    mutating func note(
        _ token: EscapeSequenceParser.Token, _ events: [InputEvent], after gap: UInt64, at time: UInt64, isWithin: Bool
    ) {
        newest = time
        if !isWithin { lateUntil = 0 }
        for case .mouse(let event) in events {
            mouseUntil = time + Self.mouseUse
            switch event.kind {
            case .press, .drag(.left), .drag(.middle), .drag(.right):
                isButtonHeld = true
                buttonUntil = time + Self.buttonUse
            case .release, .drag(.none): isButtonHeld = false
            case .scroll: break
            }
        }
        // The rest of a sequence that kept us waiting.
        let isMouse = events.contains { if case .mouse = $0 { true } else { false } }
        if wasWithin, gap > Self.fastestTyping, isMouse || isWithin, token != .scalar("\u{1b}") {
            slowUntil = time + Self.slowLine
        }
        wasWithin = isWithin
    }

    /// How long a state is waited in; `nil` for ever.
    func wait(for state: EscapeSequenceParser.State) -> UInt64? {
        switch state {
        case .ground: nil
        case .escape:
            isButtonHeld && newest < buttonUntil
                ? Self.button
                : expectsMouse || newest < mouseUntil || newest < slowUntil ? Self.mouse : Self.key
        case .stringOrKey: 50
        case .late(let key): newest >= lateUntil ? Self.bracket : key == "[" ? Self.mouse : 50
        // Behind `ESC [` alone a report may follow as well.
        case .control(let bytes, let isConsole):
            !isConsole && (bytes.first ?? UInt8(ascii: "<")) == UInt8(ascii: "<") ? Self.report : Self.sequence
        case .paste: Self.paste
        case .singleShift, .string, .oldMouse: Self.sequence
        }
    }
}
