/// A value in a recipe file, whatever the file's format.
public enum RecipeValue: Hashable, Sendable {
    /// Text.
    case text(String)
    /// A number, whole or not.
    case number(Double)
    /// Yes or no.
    case flag(Bool)
    /// Several values.
    case list([RecipeValue])

    /// The number, if it is one.
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// The text, if it is one.
    var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The flag, if it is one.
    var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
    /// The values, if there are several.
    var list: [RecipeValue]? { if case .list(let values) = self { values } else { nil } }
}

extension RecipeValue: Codable {
    /// Reads a bare value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([RecipeValue].self))
        }
    }

    /// Writes a bare value; whole numbers without a decimal point.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .number(let value):
            if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        }
    }
}
