/// A colour of a cell: the terminal's own, or red, green and blue of eight bits each.
///
/// Widgets draw in full colour whatever the terminal can; a back end reduces to what it has (``ColourDepth``).
public struct Colour: Hashable, Sendable {
    /// `0xRRGGBB`, or −1 for the terminal's own colour.
    public let code: Int32

    /// The terminal's own foreground or background.
    public static let standard = Colour(code: -1)

    /// A colour by its components.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        code = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    }

    /// A grey.
    public init(grey: UInt8) { self.init(red: grey, green: grey, blue: grey) }

    private init(code: Int32) { self.code = code }

    /// A colour as `#RRGGBB`; `nil` for anything else.
    public init?(hex: String) {
        guard hex.hasPrefix("#"), hex.utf8.count == 7, hex.dropFirst().allSatisfy(\.isHexDigit),
            let value = UInt32(hex.dropFirst(), radix: 16)
        else { return nil }
        code = Int32(value)
    }

    /// The colour as `#rrggbb`, or `standard` for the terminal's own.
    public var hex: String {
        guard code >= 0 else { return "standard" }
        let digits = String(code, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }

    /// Red, green and blue, or `nil` for the terminal's own colour.
    public var components: (red: UInt8, green: UInt8, blue: UInt8)? {
        guard code >= 0 else { return nil }
        return (UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
    }

    /// The colour this far (0…1) on the way to another; either being the terminal's own gives `self`.
    public func mixed(with other: Colour, _ share: Double) -> Colour {
        guard let a = components, let b = other.components else { return self }
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
        }
        return Colour(red: mix(a.red, b.red), green: mix(a.green, b.green), blue: mix(a.blue, b.blue))
    }
}

/// How many colours the terminal shows.
public enum ColourDepth: String, Hashable, Sendable, CaseIterable {
    /// No colour at all: attributes only.
    case none
    /// The eight colours of a console.
    case eight = "8"
    /// xterm's 256: a 6×6×6 cube and 24 greys.
    case indexed = "256"
    /// 24 bits a colour.
    case direct
}
