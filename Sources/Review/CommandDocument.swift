import Commands
import Foundation
import Lists

/// The tables of commands and keys in USAGE.md, from the command table and a keymap.
public enum CommandDocument {
    /// The commands with their keys, under their headings.
    public static func tables(_ keymaps: Keymaps) -> String {
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
            let cells = ["`:\(command.usage)`", keys.joined(separator: ", "), command.summary]
            text += "| \(cells.map(escaped).joined(separator: " | ")) |\n"
        }
        return text
    }
}
