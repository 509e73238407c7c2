/// A number in JSON that may be infinite (the text "inf") or not defined (null).
struct JSONNumber: Encodable {
    let value: Double?

    init(_ value: Double?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case nil: try container.encodeNil()
        case let value? where value.isNaN: try container.encodeNil()
        case let value? where value.isInfinite: try container.encode(value > 0 ? "inf" : "-inf")
        case let value?: try container.encode(value)
        }
    }
}
