/// The colour in which somebody wants a structure shown, 0…255 a part.
public struct StructureColour: Hashable, Sendable {
    /// Red.
    public let red: UInt8
    /// Green.
    public let green: UInt8
    /// Blue.
    public let blue: UInt8

    /// A colour by its parts.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour as it is typed: `#ff8800`, or one of ``names``; `nil` for anything else.
    public init?(_ text: String) {
        let text = text.lowercased()
        let hex = Self.named.first { $0.name == text }?.hex ?? text
        guard hex.count == 7, hex.first == "#", hex.dropFirst().allSatisfy(\.isHexDigit),
            let value = UInt32(hex.dropFirst(), radix: 16)
        else { return nil }
        self.init(red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
    }

    /// The names that are known.
    public static var names: [String] { named.map(\.name) }

    private static let named: [(name: String, hex: String)] = [
        ("red", "#ff3030"), ("orange", "#ff8c1a"), ("yellow", "#ffd92f"), ("green", "#33cc55"), ("cyan", "#2fd5d5"),
        ("blue", "#4d8dff"), ("purple", "#a066ff"), ("magenta", "#ff4dd2"), ("pink", "#ff9ecb"), ("brown", "#b8794a"),
        ("white", "#f0f0f0"), ("grey", "#9a9a9a"),
    ]

    /// `#ff8800`.
    public var hex: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(part, radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }.joined()
    }
}

extension StructureColour: Codable {
    /// Reads `#ff8800`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let colour = StructureColour(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no colour")
        }
        self = colour
    }

    /// Writes `#ff8800`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
