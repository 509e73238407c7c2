import ArgumentParser
import Commands
import Foundation
import Lists
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
        let text = try Self.text(of: file, between: (Self.begin, Self.end), being: "\n" + Self.tables(keymaps))
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

    /// The commands with their keys, under their headings.
    static func tables(_ keymaps: Keymaps) -> String {
        var text = ""
        for group in ReviewCommands.groups {
            text += table(group.title, ReviewCommands.table.all.filter { $0.group == group }, keymaps.normal.all)
        }
        text += table("In the worklist", WorklistCommands.table.all, keymaps.worklist.all)
        text += table("In the queue, the models and the replay", TrainingCommands.table.all, keymaps.training.all)
        return text + "\n"
    }

    private static func table(
        _ heading: String, _ commands: [some CommandDescription], _ all: [(chord: String, command: String)]
    ) -> String {
        func escaped(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }
        var text = "\n### \(heading)\n\n| Command | Keys | What it does |\n|---|---|---|\n"
        for command in commands {
            let keys = all.filter { $0.command.prefix { $0 != " " } == command.name }.map { key -> String in
                let rest = key.command.dropFirst(command.name.count)
                return "`\(key.chord)`" + (rest.isEmpty ? "" : String(rest))
            }
            text += "| `:\(escaped(command.usage))` | \(escaped(keys.joined(separator: ", "))) | \(command.summary) |\n"
        }
        return text
    }
}
