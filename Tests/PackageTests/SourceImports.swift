/// The modules that a source file names.
enum SourceImports {
    /// Modules of the `import` lines of Swift code: `@testable import A`, `public import A`, `import struct A.B`.
    static func swiftModules(in source: String) -> Set<String> {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        var modules: Set<String> = []
        let isEnd = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") }
        for statement in SwiftText.code(of: source).utf8.split(whereSeparator: isEnd) {
            // Most lines are none, and are passed over without looking at their characters.
            guard statement.count > 7, statement.contains(UInt8(ascii: "i")) else { continue }
            let text = Substring(statement)
            guard text.contains("import") else { continue }
            let words = text.split(whereSeparator: \.isWhitespace)
            guard let keyword = words.firstIndex(of: "import"),
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || $0.allSatisfy(\.isLetter) })
            else { continue }
            let named = words[(keyword + 1)...].first { !kinds.contains(String($0)) }
            if let module = named?.split(separator: ".").first { modules.insert(String(module)) }
        }
        return modules
    }

    /// Paths of the `#include` lines of C and C++ code, `<…>` and `"…"` alike.
    static func includedHeaders(in source: String) -> Set<String> {
        var headers: Set<String> = []
        for line in source.split(whereSeparator: \.isNewline) {
            let text = line.filter { !$0.isWhitespace }
            guard text.hasPrefix("#include") || text.hasPrefix("#import") else { continue }
            let parts = text.split(whereSeparator: { "<>\"".contains($0) })
            if parts.count > 1 { headers.insert(String(parts[1])) }
        }
        return headers
    }
}
