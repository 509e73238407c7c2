/// What Package.swift says of its targets, read as text: asking SwiftPM would wait for the lock that the running
/// `swift test` holds. Anything it does not understand is an error, so that no arrow goes unseen.
struct PackageManifest {
    struct Target: Equatable {
        var kind: String
        var name: String
        var dependencies: [String]
        /// Where its sources are.
        var folder: String
        var isTest: Bool { kind == "testTarget" }
    }

    struct ParseError: Error, CustomStringConvertible {
        var description: String
    }

    let targets: [Target]

    init(source: String) throws {
        let code = Array(SwiftText.code(of: source, keepingStrings: true))
        guard let start = Self.index(of: "Package(", in: code) else {
            throw ParseError(description: "no Package( in the manifest")
        }
        let open = start + "Package".count
        let close = try Self.closing(of: open, in: code)
        let rest = String(code[(close + 1)...]).trimmed
        guard rest.isEmpty else {
            throw ParseError(description: "code after Package(…) could change its targets: \(rest.prefix(60))")
        }
        let arguments = try Self.arguments(String(code[(open + 1)..<close]))
        guard let list = arguments["targets"] else { throw ParseError(description: "Package(…) without targets:") }
        targets = try Self.elements(ofArray: list).map(Self.target)
    }

    private static func target(_ text: String) throws -> Target {
        let kinds = ["target", "executableTarget", "testTarget", "systemLibrary"]
        let (kind, arguments) = try call(text)
        guard kinds.contains(kind), let name = arguments["name"] else {
            throw ParseError(description: "not a target this parser knows: \(text.prefix(60))")
        }
        let dependencies = try arguments["dependencies"].map(elements(ofArray:)) ?? []
        let folder = try arguments["path"].map(literal) ?? "Sources/\(literal(name))"
        return try Target(
            kind: kind, name: literal(name), dependencies: dependencies.map(dependency), folder: folder)
    }

    private static func dependency(_ text: String) throws -> String {
        if text.hasPrefix("\"") { return try literal(text) }
        let (kind, arguments) = try call(text)
        guard ["target", "product", "byName"].contains(kind), let name = arguments["name"] else {
            throw ParseError(description: "not a dependency this parser knows: \(text.prefix(60))")
        }
        return try literal(name)
    }

    /// `.kind(label: value, …)` as its kind and its arguments.
    private static func call(_ text: String) throws -> (kind: String, arguments: [String: String]) {
        let characters = Array(text)
        guard characters.first == ".", let open = characters.firstIndex(of: "("),
            try closing(of: open, in: characters) == characters.count - 1
        else { throw ParseError(description: "expected .kind(…), found \(text.prefix(60))") }
        let inside = String(characters[(open + 1)..<(characters.count - 1)])
        return (String(characters[1..<open]), try arguments(inside))
    }

    private static func arguments(_ text: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for part in try split(text) {
            guard let colon = part.firstIndex(of: ":"), part[..<colon].allSatisfy({ $0.isLetter }) else {
                throw ParseError(description: "expected label: value, found \(part.prefix(60))")
            }
            found[String(part[..<colon])] = String(part[part.index(after: colon)...]).trimmed
        }
        return found
    }

    private static func elements(ofArray text: String) throws -> [String] {
        let characters = Array(text)
        guard characters.first == "[", try closing(of: 0, in: characters) == characters.count - 1 else {
            throw ParseError(description: "expected a literal array, found \(text.prefix(60))")
        }
        return try split(String(characters[1..<(characters.count - 1)]))
    }

    private static func literal(_ text: String) throws -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"", !text.dropFirst().dropLast().contains("\"") else {
            throw ParseError(description: "expected a string literal, found \(text.prefix(60))")
        }
        return String(text.dropFirst().dropLast())
    }

    /// The parts between the commas that stand outside all brackets and strings.
    private static func split(_ text: String) throws -> [String] {
        let characters = Array(text)
        var parts: [String] = []
        var start = 0
        var index = 0
        while index < characters.count {
            if "([{\"".contains(characters[index]) {
                index = try closing(of: index, in: characters)
            } else if characters[index] == "," {
                parts.append(String(characters[start..<index]).trimmed)
                start = index + 1
            }
            index += 1
        }
        parts.append(String(characters[start...]).trimmed)
        return parts.filter { !$0.isEmpty }
    }

    /// Where the bracket or quote that opens at `open` closes.
    private static func closing(of open: Int, in characters: [Character]) throws -> Int {
        let pairs: [Character: Character] = ["(": ")", "[": "]", "{": "}", "\"": "\""]
        let close = pairs[characters[open]]
        var index = open + 1
        while index < characters.count {
            if characters[index] == close { return index }
            if characters[open] != "\"", pairs[characters[index]] != nil {
                index = try closing(of: index, in: characters)
            }
            index += 1
        }
        throw ParseError(description: "nothing closes \(String(characters[open...]).prefix(40))")
    }

    private static func index(of text: String, in characters: [Character]) -> Int? {
        let wanted = Array(text)
        return characters.indices.first { characters[$0...].starts(with: wanted) }
    }
}

extension String {
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
