/// How AAPM TG-263 builds names: `_L` and `_R` at the end are the patient's sides, and a plural is both.
enum StructureNaming {
    private static let endings: [(text: String, side: StructureFacts.Side)] = [("_L", .left), ("_R", .right)]

    /// A name with a side as the name without it and the side; `nil` for a name that has none.
    static func sided(_ name: String) -> (base: String, side: StructureFacts.Side)? {
        endings.first { name.hasSuffix($0.text) }.map { (String(name.dropLast($0.text.count)), $0.side) }
    }

    /// The name of the other side; `nil` for a name that has none.
    static func partner(of name: String) -> String? {
        guard let sided = sided(name), let other = endings.first(where: { $0.side != sided.side }) else { return nil }
        return sided.base + other.text
    }

    /// The name of one of what a plural names; `nil` for a name that is none.
    static func singular(_ name: String) -> String? { name.hasSuffix("s") ? String(name.dropLast()) : nil }

    /// A name with a side.
    static func name(_ base: String, _ side: StructureFacts.Side?) -> String {
        guard let side else { return base }
        return base + (endings.first { $0.side == side }?.text ?? "s")
    }

    /// Small letters and digits only.
    static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
}
