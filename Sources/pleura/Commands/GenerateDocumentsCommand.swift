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
        guard let data = FileManager.default.contents(atPath: file),
            let text = String(data: data, encoding: .utf8), let first = text.range(of: Self.begin),
            let last = text.range(of: Self.end), first.upperBound <= last.lowerBound
        else { throw ProgramError("\(file) has not the marks between which keys and commands go.") }
        let keymap = try Program.current().resources.keymap("default")
        let made = text[..<first.upperBound] + "\n" + Self.tables(keymap) + text[last.lowerBound...]
        try Output.write(Data(String(made).utf8), to: file)
    }

    /// The commands with their keys, under their headings.
    static func tables(_ keymap: Keymap) -> String {
        var text = ""
        for group in CommandSpecification.Group.allCases {
            text += "\n### \(group.rawValue)\n\n| Command | Keys | What it does |\n|---|---|---|\n"
            for command in CommandTable.all where command.group == group {
                let keys = keymap.all(in: .normal)
                    .filter { $0.binding.command.split(separator: " ").first.map(String.init) == command.name }
                    .map { key -> String in
                        let rest = key.binding.command.dropFirst(command.name.count)
                        return "`\(key.chord)`" + (rest.isEmpty ? "" : String(rest))
                    }
                let usage = command.usage.replacingOccurrences(of: "|", with: "\\|")
                let cells = keys.joined(separator: ", ").replacingOccurrences(of: "|", with: "\\|")
                text += "| `:\(usage)` | \(cells) | \(command.summary) |\n"
            }
        }
        return text + "\n"
    }
}
