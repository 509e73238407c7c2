/// What keys leave behind for the key that ends a command: a number, or half a chord.
public struct PendingKeys: Hashable, Sendable {
    /// A number that is being typed, for the command behind it.
    public var count: Int?
    /// The first keys of a chord of several, e.g. `g` of `g g`.
    public var prefix: String?

    /// The greatest number.
    public static let greatest = 99_999

    /// Nothing was pressed yet.
    public init() {}

    /// Adds a digit to the number; a number begins with none of 0.
    package mutating func add(_ digit: Int) {
        if let count {
            self.count = min(count * 10 + digit, Self.greatest)
        } else if digit > 0 {
            count = digit
        }
    }

    /// Takes in the first keys of a chord, which leave the number to its last; `nil` for keys that begin no chord.
    package mutating func begin(_ prefix: String?) {
        self.prefix = prefix
        if prefix == nil { count = nil }
    }

    /// The chord that another key makes of the keys before it.
    package func chord(_ key: String) -> String { prefix.map { "\($0) \(key)" } ?? key }
}
