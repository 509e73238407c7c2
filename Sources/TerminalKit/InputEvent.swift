/// A key that is not a character.
public enum SpecialKey: String, Hashable, Sendable, CaseIterable {
    /// The arrow keys.
    case up, down, left, right
    /// The block above the arrows.
    case pageUp = "pageup", pageDown = "pagedown", home, end, insert, delete
    /// Keys with names of their own.
    case enter, tab, backTab = "backtab", backspace, escape
    /// The function keys.
    case f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12
}

/// What is held while a key or a button is pressed.
public struct InputModifiers: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Shift. Not reported for characters: `A` already says it.
    public static let shift = InputModifiers(rawValue: 1)
    /// Alt, or Escape before the key.
    public static let alt = InputModifiers(rawValue: 2)
    /// Control.
    public static let control = InputModifiers(rawValue: 4)
}

/// A key press.
public enum Key: Hashable, Sendable {
    /// A character as typed. Control with a letter comes as the letter in lower case with `.control`.
    case character(Character)
    /// Any other key.
    case special(SpecialKey)
}

/// What the mouse did.
public struct MouseEvent: Hashable, Sendable {
    /// Which button.
    public enum Button: Hashable, Sendable {
        /// The buttons of a mouse.
        case left, middle, right
        /// No button, for motion.
        case none
    }
    /// What happened to it.
    public enum Kind: Hashable, Sendable {
        /// Pressed, moved while held, let go.
        case press(Button), drag(Button), release(Button)
        /// The wheel: −1 away from the user, +1 towards.
        case scroll(Int)
    }

    /// What happened.
    public var kind: Kind
    /// Column from 0.
    public var x: Int
    /// Row from 0.
    public var y: Int
    /// What was held.
    public var modifiers: InputModifiers

    /// An event from its parts.
    public init(kind: Kind, x: Int, y: Int, modifiers: InputModifiers = []) {
        self.kind = kind
        self.x = x
        self.y = y
        self.modifiers = modifiers
    }
}

/// What a terminal tells a program.
public enum InputEvent: Hashable, Sendable {
    /// A key press.
    case key(Key, InputModifiers)
    /// The mouse.
    case mouse(MouseEvent)
    /// Text pasted as a whole (bracketed paste).
    case paste(String)
    /// The terminal has another size now.
    case resize(columns: Int, rows: Int)
}
