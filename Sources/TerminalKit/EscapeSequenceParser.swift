/// Turns what a terminal sends into events, one token at a time: characters, escape sequences of xterm and its kin,
/// SGR mouse reports and bracketed paste.
///
/// Whatever it does not know it swallows whole: the rest of a cut or unknown sequence must never act as keys. A
/// sequence may come in pieces, with any time between. How long a piece is waited for is ``EscapePatience``'s to say;
/// the parser knows no clock and is told the time.
public struct EscapeSequenceParser: Sendable {
    /// What a back end hands in.
    public enum Token: Hashable, Sendable {
        /// A character as it was sent, controls included.
        case scalar(Unicode.Scalar)
        /// A key that the back end has recognised by itself.
        case key(Key, InputModifiers)
        /// The back end has recognised `ESC [ <`.
        case mouseStart
        /// The back end has recognised `ESC [ 200 ~`.
        case pasteStart
        /// The back end has recognised `ESC [ 201 ~`.
        case pasteEnd
    }

    enum State: Sendable {
        case ground
        case escape
        /// Behind `ESC [`; a linux console's function keys have a second `[`.
        case control(bytes: [UInt8], consoleKey: Bool)
        case singleShift
        /// Behind `[` or `O` soon after an Escape that was taken for the key: the rest of its sequence, or a key.
        case late(Unicode.Scalar)
        /// Behind `ESC ]` or `ESC P`: a reply to a question, or the key with Alt.
        case stringOrKey(Unicode.Scalar)
        /// A reply that ends with BEL or `ESC \`.
        case string(sawEscape: Bool)
        /// The three characters of an old mouse report, which nobody asked for.
        case oldMouse(left: Int)
        /// The text so far and how much of the end mark has come.
        case paste([Unicode.Scalar], endMark: Int)
    }

    private static let pasteEndMark: [Unicode.Scalar] = ["\u{1b}", "[", "2", "0", "1", "~"]

    /// The longest control sequence taken seriously.
    private static let longestSequence = 64
    /// The most characters kept of a paste.
    private static let longestPaste = 1 << 20

    var state = State.ground
    /// When what came, and what that says of what may come.
    var patience = EscapePatience()

    /// A parser that has seen nothing.
    public init() {}

    /// Whether a sequence or a paste has begun and not ended.
    public var isPending: Bool {
        if case .ground = state { return false }
        return true
    }

    /// Takes the next token; mostly no event or one.
    /// - Parameter time: when it was read, in milliseconds of any clock that never goes back.
    public mutating func feed(_ token: Token, at time: UInt64 = 0) -> [InputEvent] {
        let gap = patience.gap(at: time)
        let events = feed(token, after: gap, at: time)
        patience.note(token, events, after: gap, at: time, isWithin: isPending)
        return events
    }

    private mutating func feed(_ token: Token, after gap: UInt64, at time: UInt64) -> [InputEvent] {
        switch state {
        case .escape where gap > EscapePatience.longestKeyPair || token == .mouseStart || token == .pasteStart:
            // Too long after Escape to be one key with it, and no part of a sequence.
            if case .scalar(let scalar) = token, "[O]P\u{1b}".unicodeScalars.contains(scalar) { break }
            state = .ground
            return [.key(.special(.escape), [])] + feed(token, after: 0, at: time)
        case .late(let key): return continueLate(key, token, after: gap, at: time)
        case .control(let bytes, _) where bytes.first == UInt8(ascii: "<") && gap > EscapePatience.mouse:
            // The rest of a report has been lost, and this is none of it.
            if case .scalar(let scalar) = token, "0123456789;Mm".unicodeScalars.contains(scalar) { break }
            state = .ground
        case .control(let bytes, _) where bytes.isEmpty && gap > EscapePatience.sequence && token != .scalar("<"):
            state = .ground
        case .ground:
            // `[` may begin the rest of a report whose Escape came long ago: what follows tells, and follows at once.
            guard case .scalar(let scalar) = token, scalar == "[" || scalar == "O" && patience.mayBeLate(at: time)
            else { break }
            state = .late(scalar)
            return []
        default: break
        }
        if case .stringOrKey(let key) = state {
            // Replies go on with a number or one of a few signs, and nobody types that fast.
            if case .scalar(let scalar) = token, "0123456789>!+$?".unicodeScalars.contains(scalar) {
                state = .string(sawEscape: false)
                return []
            }
            state = .ground
            return [KeyDecoding.event(key, alt: true), feedOne(token)].compactMap { $0 }
        }
        guard let event = feedOne(token) else { return [] }
        return [event]
    }

    /// Behind `[`, or `O` after an Escape that came alone: `[<` is a mouse report, which nobody types; the rest of other
    /// sequences follows at once, as no typist does.
    private mutating func continueLate(
        _ key: Unicode.Scalar, _ token: Token, after gap: UInt64, at time: UInt64
    ) -> [InputEvent] {
        if case .scalar(let scalar) = token {
            let isLate = patience.mayBeLate(at: time)
            if key == "[", scalar == "<" || isLate && gap <= EscapePatience.fastestTyping && scalar.value < 0x7f {
                state = .control(bytes: [], consoleKey: false)
                return feedOne(token).map { [$0] } ?? []
            }
            if key == "O", isLate, gap <= EscapePatience.fastestTyping, let event = KeyDecoding.singleShift(scalar) {
                state = .ground
                return [event]
            }
        }
        state = .ground
        return [KeyDecoding.event(key, alt: false)].compactMap { $0 } + feed(token, after: gap, at: time)
    }

    private mutating func feedOne(_ token: Token) -> InputEvent? {
        if case .paste = state { return continuePaste(token) }
        switch token {
        case .pasteStart:
            state = .paste([], endMark: 0)
            return nil
        case .pasteEnd:
            state = .ground
            return nil
        case .mouseStart:
            state = .control(bytes: [UInt8(ascii: "<")], consoleKey: false)
            return nil
        case .key(let key, var modifiers):
            if case .escape = state { modifiers.insert(.alt) }
            state = .ground
            return .key(key, modifiers)
        case .scalar(let scalar): return feed(scalar)
        }
    }

    /// To be called when all input that has arrived is fed: an Escape that nothing followed is the key.
    public mutating func endOfInput() -> InputEvent? {
        switch state {
        case .escape:
            state = .ground
            return .key(.special(.escape), [])
        case .stringOrKey(let key):
            state = .ground
            return KeyDecoding.event(key, alt: true)
        case .late(let key):
            state = .ground
            return KeyDecoding.event(key, alt: false)
        default: return nil
        }
    }

    /// To be called when all input that has arrived is fed, and again at ``deadline``: what has been waited for long
    /// enough is taken for what it is.
    /// - Parameter time: now, on the clock of ``feed(_:at:)``.
    public mutating func settle(at time: UInt64) -> InputEvent? {
        guard let deadline, time >= deadline else { return nil }
        if case .escape = state { patience.noteLoneEscape(at: time) }
        return abandon()
    }

    /// When ``settle(at:)`` has something to do if nothing comes before; `nil` where nothing is waited for.
    public var deadline: UInt64? { patience.wait(for: state).map { patience.newest + $0 } }

    /// Whether the user is at something that he does with the mouse, so that a report is likelier than the key Escape.
    public var expectsMouse: Bool {
        get { patience.expectsMouse }
        set { patience.expectsMouse = newValue }
    }

    /// Whether a mouse button is down, as far as reports say.
    public var isButtonHeld: Bool { patience.isButtonHeld }

    /// Gives up what is pending, for when its rest has not come for long; a paste is handed over as far as it came.
    public mutating func abandon() -> InputEvent? {
        defer { state = .ground }
        switch state {
        case .escape: return .key(.special(.escape), [])
        case .stringOrKey(let key): return KeyDecoding.event(key, alt: true)
        case .late(let key): return KeyDecoding.event(key, alt: false)
        case .paste(let text, _): return .paste(Self.cleaned(text))
        default: return nil
        }
    }

    private mutating func feed(_ scalar: Unicode.Scalar) -> InputEvent? {
        switch state {
        case .ground:
            if scalar == "\u{1b}" {
                state = .escape
                return nil
            }
            return KeyDecoding.event(scalar, alt: false)
        case .escape: return afterEscape(scalar)
        case .control(let bytes, let consoleKey): return continueControl(bytes, consoleKey, scalar)
        case .singleShift:
            state = scalar == "\u{1b}" ? .escape : .ground
            return KeyDecoding.singleShift(scalar)
        case .string(let sawEscape):
            if scalar == "\u{7}" || sawEscape && scalar == "\\" {
                state = .ground
            } else {
                state = .string(sawEscape: scalar == "\u{1b}")
            }
            return nil
        case .oldMouse(let left):
            state = left > 1 ? .oldMouse(left: left - 1) : .ground
            return nil
        case .stringOrKey, .late, .paste: return nil
        }
    }

    private mutating func afterEscape(_ scalar: Unicode.Scalar) -> InputEvent? {
        switch scalar {
        case "[": state = .control(bytes: [], consoleKey: false)
        case "O": state = .singleShift
        case "]", "P": state = .stringOrKey(scalar)
        case "\u{1b}": return .key(.special(.escape), [])
        default:
            state = .ground
            return KeyDecoding.event(scalar, alt: true)
        }
        return nil
    }

    private mutating func continueControl(
        _ bytes: [UInt8], _ consoleKey: Bool, _ scalar: Unicode.Scalar
    ) -> InputEvent? {
        switch scalar.value {
        case 0x1b: state = .escape
        case 0x5b where bytes.isEmpty && !consoleKey: state = .control(bytes: [], consoleKey: true)
        case 0x20...0x3f:
            // Over-long ones are still followed to their end, so that no part of them is taken for keys.
            if bytes.count <= Self.longestSequence {
                state = .control(bytes: bytes + [UInt8(scalar.value)], consoleKey: consoleKey)
            }
        case 0x40...0x7e:
            state = .ground
            let final = UInt8(scalar.value)
            guard bytes.count <= Self.longestSequence else { return nil }
            if consoleKey { return KeyDecoding.consoleKey(final) }
            if bytes.first == UInt8(ascii: "<") {
                guard final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else {
                    // A damaged report is followed to its own end too.
                    state = .control(bytes: bytes + [UInt8(ascii: "?")], consoleKey: false)
                    return nil
                }
                return MouseEvent(sgrParameters: bytes.dropFirst(), released: final == UInt8(ascii: "m"))
                    .map(InputEvent.mouse)
            }
            if final == UInt8(ascii: "M"), bytes.isEmpty {
                state = .oldMouse(left: 3)
                return nil
            }
            if final == UInt8(ascii: "~"), bytes == Array("200".utf8) {
                state = .paste([], endMark: 0)
                return nil
            }
            return KeyDecoding.control(bytes, final: final)
        default: state = .ground
        }
        return nil
    }

    private mutating func continuePaste(_ token: Token) -> InputEvent? {
        guard case .paste(var text, var endMark) = state else { return nil }
        state = .ground  // so that the text is not copied when it grows
        switch token {
        case .pasteEnd: return .paste(Self.cleaned(text))
        case .scalar(let scalar):
            if scalar == Self.pasteEndMark[endMark] {
                endMark += 1
                if endMark == Self.pasteEndMark.count { return .paste(Self.cleaned(text)) }
            } else {
                Self.append(Self.pasteEndMark.prefix(endMark), to: &text)
                endMark = scalar == "\u{1b}" ? 1 : 0
                if endMark == 0 { Self.append([scalar], to: &text) }
            }
        case .key(.special(.enter), _): Self.append(["\n"], to: &text)
        case .key(.special(.tab), _): Self.append(["\t"], to: &text)
        case .key, .mouseStart, .pasteStart: break
        }
        state = .paste(text, endMark: endMark)
        return nil
    }

    private static func append(_ scalars: some Sequence<Unicode.Scalar>, to text: inout [Unicode.Scalar]) {
        for scalar in scalars where text.count < longestPaste { text.append(scalar) }
    }

    /// Line ends as line feeds, other controls gone.
    private static func cleaned(_ text: [Unicode.Scalar]) -> String {
        var clean = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        for scalar in text {
            defer { last = scalar }
            if scalar == "\r" || scalar == "\n" && last != "\r" {
                clean.append("\n")
            } else if scalar == "\t" || scalar.properties.generalCategory != .control {
                clean.append(scalar)
            }
        }
        return String(clean)
    }
}
