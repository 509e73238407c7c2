import Foundation
import Testing

/// What is known of structures is in `Sources/Anatomy`: nothing else compares a structure's name with a text, lists
/// organs, or takes a name's ending for a side.
@Suite struct StructureNameTests {
    /// Names that are examples in messages and help, by the files' names.
    private static let examples: [String: Set<String>] = [
        // How to name the labels of a label map, and the files of a folder.
        "MaskReader.swift": ["Lung_L", "Lung_R"], "StructureFiles.swift": ["Lung_L"],
        // How to write a list of aliases, and of structures.
        "ResourceFolder+Structures.swift": ["Lung_L"], "RecipeField.swift": ["Lung_L", "Lung_R"],
        // The manual says what a split makes unless told.
        "ReviewCommands+Region.swift": ["Lung_L", "Lung_R"],
    ]
    /// Also the program's own name.
    private static let homonym = "Pleura"

    private static let free = ["Sources/Anatomy/", "Sources/Phantoms/"]

    private func names() throws -> [String] {
        let data = Data(try Repository.text("Sources/Anatomy/structures.json").utf8)
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(root["structures"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    }

    /// The constants of `StructureName`, which are for tests.
    private func constants() throws -> [String] {
        try Repository.lines("Sources/Anatomy/StructureName.swift").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.starts(with: ["public", "static", "let"]) ? words[3] : nil
        }
    }

    @Test func structuresAreNamedInTheCatalogueOnly() throws {
        let finder = NameFinder(names: try names().filter { $0 != Self.homonym }, constants: try constants())
        #expect(finder.names.count > 60 && finder.constants.contains("lungLeft"))
        let files = try Repository.files(below: "Sources", extensions: ["swift"])
            .filter { file in !Self.free.contains { file.hasPrefix($0) } }
        #expect(files.count > 300)
        var used: [String: Set<String>] = [:]
        for file in files {
            let found = Set(finder.found(in: try Repository.text(file)))
            let name = URL(fileURLWithPath: file).lastPathComponent
            used[name, default: []].formUnion(found)
            let new = found.subtracting(Self.examples[name] ?? [])
            #expect(new == [], "\(file): ask StructureCatalogue, or list it as an example")
        }
        for (file, texts) in Self.examples { #expect(used[file] == texts, "\(file): no longer an example") }
    }

    @Test(
        "what names a structure is found",
        arguments: [
            ("if name == \"Heart\" {", ["Heart"]), ("[\"Lung_L\", \"Lung_R\"]", ["Lung_L", "Lung_R"]),
            ("name.hasSuffix(\"_L\")", ["_L"]), ("masks[.lungLeft]", [".lungLeft"]), ("[.lungs]", [".lungs"]),
            ("StructureName.heart", [".heart"]), ("print(\"Lung_L and Lung_R\")", ["Lung_L", "Lung_R"]),
            ("// \"Heart\" and .lungLeft", []), ("catalogue.lungs.left", []), ("\"The Heart of it\"", []),
            ("\"lung\"", []), (".lungsAndMore", []),
        ] as [(String, [String])])
    func finding(code: String, expected: [String]) {
        let finder = NameFinder(names: ["Heart", "Lung_L", "Lung_R"], constants: ["lungLeft", "lungs", "heart"])
        #expect(finder.found(in: code) == expected)
    }
}

/// Finds names of structures in Swift code.
private struct NameFinder {
    let names: [String]
    let constants: [String]

    /// What is found, in the order of the names and constants: names that are a whole text, names with a side anywhere
    /// in a text, endings that are a side, and constants.
    func found(in source: String) -> [String] {
        let code = SwiftText.code(of: source, keepingStrings: true)
        let words = Self.words(of: code)
        // Looking a word up is much faster than looking through a source.
        let whole = (names + ["_L", "_R"]).filter {
            Self.words(of: $0).isSubset(of: words) && code.contains("\"\($0)\"")
        }
        let sided = names.filter { ($0.hasSuffix("_L") || $0.hasSuffix("_R")) && words.contains($0) }
        return (names + ["_L", "_R"]).filter { whole.contains($0) || sided.contains($0) }
            + constants.filter { words.contains($0) && isUsed($0, in: code) }.map { "." + $0 }
    }

    private static func words(of text: String) -> Set<String> {
        func belongs(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return Set(text.utf8.split { !belongs($0) }.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Whether a constant is named with nothing before its dot, or with its type there.
    private func isUsed(_ constant: String, in code: String) -> Bool {
        var rest = code[...]
        while let range = rest.range(of: "." + constant) {
            let before = code[..<range.lowerBound]
            rest = code[range.upperBound...]
            if let next = rest.first, next.isLetter || next.isNumber || next == "_" { continue }
            let isMember = before.last.map { $0.isLetter || $0.isNumber || "_)]}?!>\"".contains($0) } ?? false
            if !isMember || before.hasSuffix("StructureName") { return true }
        }
        return false
    }
}
