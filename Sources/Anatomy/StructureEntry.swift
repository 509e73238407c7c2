/// One structure of a file: the facts it gives, and no others.
struct StructureEntry {
    /// Whose facts they are.
    let name: StructureName
    private let facts: [String: JSONValue]
    private let place: String

    /// Reads an entry as far as its name.
    /// - Throws: ``StructureCatalogueError`` if it has no usable name or an unknown key.
    init(_ value: JSONValue, number: Int, place: String) throws(StructureCatalogueError) {
        guard case .object(var keys) = value, case .text(let name) = keys.removeValue(forKey: "name") else {
            throw StructureCatalogueError(place, "entry \(number) has no name. Write {\"name\": \"Aorta\", …}.")
        }
        // Names become file names and columns of tables.
        guard !name.isEmpty, name.utf8.count <= 64, !name.hasPrefix("."),
            name.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0 != "/" && $0.value >= 32 })
        else {
            throw StructureCatalogueError(
                place,
                "entry \(number): “\(name)” is no name of a structure. Write at most 64 letters, digits and underscores."
            )
        }
        keys["comment"] = nil
        if let other = keys.keys.sorted().first(where: { StructureEntry.setters[$0] == nil }) {
            throw StructureCatalogueError(
                place,
                "\(name): “\(other)” is not known. There are: name, comment, "
                    + "\(StructureEntry.setters.keys.sorted().joined(separator: ", ")).")
        }
        self.name = StructureName(rawValue: name)
        self.place = place
        facts = keys
    }

    /// Facts with those of this entry in their place.
    /// - Throws: ``StructureCatalogueError`` naming the key and what is expected.
    func applied(to old: StructureFacts) throws(StructureCatalogueError) -> StructureFacts {
        var new = old
        for key in facts.keys.sorted() {
            guard let value = facts[key], let set = Self.setters[key] else { continue }
            do {
                try set(&new, value)
            } catch {
                throw StructureCatalogueError(place, "\(name): \"\(key)\" must be \(Self.expectation(error)).")
            }
        }
        return new
    }

    /// Reads a code.
    static func code(
        _ value: JSONValue, _ entry: String, _ place: String
    ) throws(StructureCatalogueError) -> StructureFacts.Code {
        do {
            return try value.code()
        } catch {
            throw StructureCatalogueError(place, "\(entry) must be \(Self.expectation(error)).")
        }
    }

    /// What a value must be and is not.
    struct Expectation: Error {
        let text: String
    }

    private static func expectation(_ error: any Error) -> String { (error as? Expectation)?.text ?? "\(error)" }

    private typealias Setter = @Sendable (inout StructureFacts, JSONValue) throws -> Void

    /// How each key is read. `null` forgets the fact.
    private static let setters: [String: Setter] = [
        "order": { $0.order = try $1.optional { Int(try $0.number(1...1_000_000, isWhole: true)) } },
        "spellings": { $0.spellings = try $1.optional { try $0.texts() } ?? [] },
        "aliases": { $0.aliases = try $1.optional { try $0.texts() } ?? [] },
        "code": { $0.code = try $1.optional { try $0.code() } },
        "side": { $0.side = try $1.optional { try $0.choice() } },
        "partner": { $0.partner = try $1.optional { StructureName(rawValue: try $0.text()) } },
        "tissue": { $0.tissue = try $1.optional { try $0.choice() } },
        "window": { $0.window = try $1.optional { try $0.choice() } },
        "organ": { $0.isOrgan = try $1.optional { try $0.flag() } ?? false },
        "pieces": { $0.pieces = try $1.optional { Int(try $0.number(1...1000, isWhole: true)) } },
        "parts": { $0.parts = try $1.optional { try $0.texts().map(StructureName.init(rawValue:)) } ?? [] },
        "made_from_parts": { $0.isMadeFromParts = try $1.optional { try $0.flag() } ?? false },
        "parts_short": { $0.shortNameOfParts = try $1.optional { try $0.text() } },
        "digest_prefix": { $0.digestPrefix = try $1.optional { try $0.text() } },
        "plausible_ml": { $0.plausibleMillilitres = try $1.optional { try $0.bounds(0...1e6) } },
        "plausible_median_hu": { $0.plausibleMedianHU = try $1.optional { try $0.bounds(-32_768...32_767) } },
        "largest_predicted_ml": { $0.largestPredictedMillilitres = try $1.optional { try $0.number(0...1e6) } },
        "tolerance_mm": { $0.toleranceMillimetres = try $1.optional { try $0.number(0...50) } },
        "colour": { $0.colour = try $1.optional { try $0.colour() } },
    ]
}

extension JSONValue {
    fileprivate typealias Expectation = StructureEntry.Expectation

    fileprivate func optional<Value>(
        _ read: (JSONValue) throws -> Value
    ) throws -> Value? {
        if self == .null { return nil }
        return try read(self)
    }

    fileprivate func text() throws -> String {
        guard case .text(let text) = self, !text.isEmpty else { throw Expectation(text: "a text") }
        return text
    }

    fileprivate func texts() throws -> [String] {
        let wanted = Expectation(text: "a list of texts, such as [\"left lung\", \"lung left\"]")
        guard case .list(let list) = self else { throw wanted }
        var texts: [String] = []
        for value in list {
            guard case .text(let text) = value, !text.isEmpty else { throw wanted }
            texts.append(text)
        }
        return texts
    }

    fileprivate func flag() throws -> Bool {
        guard case .flag(let flag) = self else { throw Expectation(text: "true or false") }
        return flag
    }

    fileprivate func number(_ range: ClosedRange<Double>, isWhole: Bool = false) throws -> Double {
        guard case .number(let number) = self, range.contains(number), !isWhole || number == number.rounded() else {
            let ends = "\(Int(range.lowerBound)) to \(Int(range.upperBound))"
            throw Expectation(text: (isWhole ? "a whole number" : "a number") + " from \(ends)")
        }
        return number
    }

    /// `[least, greatest]`, of which either may be `null`.
    fileprivate func bounds(_ range: ClosedRange<Double>) throws -> StructureFacts.Bounds {
        let ends = "\(Int(range.lowerBound)) to \(Int(range.upperBound))"
        let wanted = Expectation(text: "[least, greatest], two numbers from \(ends) or null for none, the least first")
        guard case .list(let list) = self, list.count == 2 else { throw wanted }
        var numbers: [Double?] = []
        for value in list {
            switch value {
            case .null: numbers.append(nil)
            case .number(let number) where range.contains(number): numbers.append(number)
            default: throw wanted
            }
        }
        if let least = numbers[0], let greatest = numbers[1], least > greatest { throw wanted }
        return StructureFacts.Bounds(least: numbers[0], greatest: numbers[1])
    }

    fileprivate func choice<Choice: RawRepresentable & CaseIterable>() throws -> Choice
    where Choice.RawValue == String {
        guard case .text(let text) = self, let choice = Choice(rawValue: text) else {
            throw Expectation(text: Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
        }
        return choice
    }

    fileprivate func code() throws -> StructureFacts.Code {
        let wanted = Expectation(
            text: "a code of SNOMED CT, such as {\"value\": \"15825003\", \"meaning\": \"Aorta\"}, with \"side\" where "
                + "it has one")
        guard case .object(let keys) = self, Set(keys.keys).isSubset(of: ["value", "meaning", "side"]),
            case .text(let value) = keys["value"], case .text(let meaning) = keys["meaning"],
            (6...16).contains(value.utf8.count), value.utf8.allSatisfy({ (48...57).contains($0) }),
            !meaning.isEmpty, meaning.utf8.count <= 64
        else { throw wanted }
        let side: StructureFacts.Side? = try keys["side"].map { try $0.choice() }
        return StructureFacts.Code(value: value, meaning: meaning, side: side)
    }

    fileprivate func colour() throws -> String {
        guard case .text(let text) = self, text.utf8.count == 7, text.hasPrefix("#"),
            text.dropFirst().allSatisfy(\.isHexDigit)
        else { throw Expectation(text: "a colour such as \"#cc3344\"") }
        return text
    }
}
