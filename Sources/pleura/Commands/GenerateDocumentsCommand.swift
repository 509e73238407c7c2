import ArgumentParser
import Foundation
import Review

/// Writes the parts of USAGE.md that come from the command table and the keymap.
struct GenerateDocumentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-docs", abstract: "Write the keys and commands into USAGE.md.", shouldDisplay: false)

    @Argument(help: "The file; its part between the two marks is replaced.") var file = "USAGE.md"

    static let begin = "<!-- keys and commands: made by `make docs` -->"
    static let end = "<!-- end of keys and commands -->"

    func run() throws {
        let keymaps = try Program.current().resources.keymap("default")
        let text = try Self.text(
            of: file, between: (Self.begin, Self.end), being: "\n" + CommandDocument.tables(keymaps))
        try Output.write(Data(text.utf8), to: file)
    }

    /// A file's text with another part between two marks.
    /// - Throws: ``ProgramError`` where it lacks them.
    static func text(of file: String, between marks: (String, String), being part: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file),
            let text = String(data: data, encoding: .utf8), let first = text.range(of: marks.0),
            let last = text.range(of: marks.1), first.upperBound <= last.lowerBound
        else { throw ProgramError("\(file) lacks the marks between which it is written.") }
        return text[..<first.upperBound] + part + text[last.lowerBound...]
    }
}
