import Cases

/// One key of a recipe: what it means, what it may be, and where it goes.
public struct RecipeField {
    /// The section of the file, "" for the keys above the first.
    public let section: String
    /// The key.
    public let key: String
    /// What it means, with unit and range.
    public let meaning: String
    /// Takes a value in; says what it should be where it is something else.
    let set: (inout Recipe, RecipeValue) -> String?
    /// The value as it stands.
    let get: (Recipe) -> RecipeValue

    /// The key as messages name it.
    public var name: String { section.isEmpty ? key : "[\(section)] \(key)" }

    /// The field with another section.
    private func under(_ section: String) -> RecipeField {
        RecipeField(section: section, key: key, meaning: meaning, set: set, get: get)
    }

    /// Fields of one section.
    static func section(_ name: String, _ fields: [RecipeField]) -> [RecipeField] { fields.map { $0.under(name) } }

    static func number(
        _ key: String, _ path: WritableKeyPath<Recipe, Double>, _ range: ClosedRange<Double>, _ meaning: String
    ) -> RecipeField {
        let limits = "\(short(range.lowerBound)) to \(short(range.upperBound))"
        return RecipeField(
            section: "", key: key, meaning: "\(meaning); \(limits)",
            set: { recipe, value in
                guard let number = value.number, range.contains(number) else { return "must be a number, \(limits)" }
                recipe[keyPath: path] = number
                return nil
            }, get: { .number($0[keyPath: path]) })
    }

    static func whole(
        _ key: String, _ path: WritableKeyPath<Recipe, Int>, _ range: ClosedRange<Int>, _ meaning: String
    ) -> RecipeField {
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        return RecipeField(
            section: "", key: key, meaning: "\(meaning); \(limits)",
            set: { recipe, value in
                guard let number = value.number.flatMap(Int.init(exactly:)), range.contains(number) else {
                    return "must be a whole number, \(limits)"
                }
                recipe[keyPath: path] = number
                return nil
            }, get: { .number(Double($0[keyPath: path])) })
    }

    static func flag(_ key: String, _ path: WritableKeyPath<Recipe, Bool>, _ meaning: String) -> RecipeField {
        RecipeField(
            section: "", key: key, meaning: "\(meaning); true or false",
            set: { recipe, value in
                guard let flag = value.flag else { return "must be true or false" }
                recipe[keyPath: path] = flag
                return nil
            }, get: { .flag($0[keyPath: path]) })
    }

    static func choice<T: RawRepresentable & CaseIterable>(
        _ key: String, _ path: WritableKeyPath<Recipe, T>, _ meaning: String
    ) -> RecipeField where T.RawValue == String {
        let known = T.allCases.map(\.rawValue).joined(separator: ", ")
        return RecipeField(
            section: "", key: key, meaning: "\(meaning); one of \(known)",
            set: { recipe, value in
                guard let choice = value.text.flatMap(T.init(rawValue:)) else { return "must be one of \(known)" }
                recipe[keyPath: path] = choice
                return nil
            }, get: { .text($0[keyPath: path].rawValue) })
    }

    /// Structures' names, safe as file names.
    static func structures(
        _ key: String, _ path: WritableKeyPath<Recipe, [StructureName]>, atLeast least: Int, _ meaning: String
    ) -> RecipeField {
        RecipeField(
            section: "", key: key, meaning: "\(meaning); a list of names, such as [\"Lung_L\", \"Lung_R\"]",
            set: { recipe, value in
                let wanted = "must be a list of \(least)…16 different names of letters, digits, _ and -"
                guard let names = value.list?.map(\.text), (least...16).contains(names.count) else { return wanted }
                var structures: [StructureName] = []
                for name in names {
                    guard let name, isPlainName(name), !structures.contains(StructureName(rawValue: name)) else {
                        return wanted
                    }
                    structures.append(StructureName(rawValue: name))
                }
                recipe[keyPath: path] = structures
                return nil
            }, get: { .list($0[keyPath: path].map { .text($0.rawValue) }) })
    }

    /// Several numbers that go to places of their own; none at all where the list may be empty.
    static func numbers(
        _ key: String, count: Int, mayBeEmpty: Bool = false, _ range: ClosedRange<Double>, _ meaning: String,
        set: @escaping (inout Recipe, [Double]) -> Void, get: @escaping (Recipe) -> [Double]
    ) -> RecipeField {
        let limits = "\(short(range.lowerBound)) to \(short(range.upperBound))" + (mayBeEmpty ? ", or none" : "")
        return RecipeField(
            section: "", key: key, meaning: "\(meaning); \(count) numbers, each \(limits)",
            set: { recipe, value in
                guard let numbers = value.list?.compactMap(\.number), numbers.count == value.list?.count,
                    numbers.count == count || mayBeEmpty && numbers.isEmpty, numbers.allSatisfy(range.contains)
                else { return "must be a list of \(count) numbers, each \(limits)" }
                set(&recipe, numbers)
                return nil
            }, get: { .list(get($0).map(RecipeValue.number)) })
    }

    /// Numbers from 0 to 1, at most as many as there can be structures; none are allowed.
    static func shares(_ key: String, _ path: WritableKeyPath<Recipe, [Double]>, _ meaning: String) -> RecipeField {
        RecipeField(
            section: "", key: key, meaning: "\(meaning); a list of numbers, each 0 to 1, or none",
            set: { recipe, value in
                guard let numbers = value.list?.compactMap(\.number), numbers.count == value.list?.count,
                    numbers.count <= 16, numbers.allSatisfy((0...1).contains)
                else { return "must be a list of numbers, each 0 to 1, or none" }
                recipe[keyPath: path] = numbers
                return nil
            }, get: { .list($0[keyPath: path].map(RecipeValue.number)) })
    }

    /// Different whole numbers in ascending order; none are allowed.
    static func wholes(
        _ key: String, atMost most: Int, _ range: ClosedRange<Int>, _ path: WritableKeyPath<Recipe, [Int]>,
        _ meaning: String
    ) -> RecipeField {
        let limits = "at most \(most) whole numbers, each \(range.lowerBound) to \(range.upperBound)"
        return RecipeField(
            section: "", key: key, meaning: "\(meaning); \(limits)",
            set: { recipe, value in
                let numbers = value.list?.compactMap { $0.number.flatMap(Int.init(exactly:)) } ?? []
                guard numbers.count == value.list?.count, numbers.count <= most, numbers.allSatisfy(range.contains),
                    zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 })
                else { return "must be a list of \(limits), ascending" }
                recipe[keyPath: path] = numbers
                return nil
            }, get: { .list($0[keyPath: path].map { .number(Double($0)) }) })
    }

    /// Whether a text is made of ASCII letters, digits, `_`, `-` and `.`, starts with no dot and is short: safe as a
    /// file name and in messages.
    package static func isPlainName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && !text.hasPrefix(".")
            && text.unicodeScalars.allSatisfy {
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.".unicodeScalars.contains($0)
            }
    }

    private static func short(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
