import ArgumentParser
import Exchange

/// What becomes of series that arrive, and why.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Check and explain the rules for images that arrive.",
        subcommands: [RulesCheckCommand.self, RulesExplainCommand.self])
}

/// Checks the rules.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that the rules can be read, that their models are installed and their nodes known.")

    @Argument(help: "The rules; otherwise rules.toml beside config.toml.") var file: String?
    @OptionGroup var home: HomeOption

    func run() throws {
        let rules = try IntakeRules(file, usual: Program.rulesFile)
        let program = try Program.current()
        print(try rules.checked(with: try ModelOptions.catalogue(home, program), nodes: program.settings.nodes))
    }
}

/// Explains what they do.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what becomes of the series at a path, and why not what earlier rules say. Does nothing.")

    @Argument(help: "A DICOM file or folder.") var path: String
    @Option(help: "The rules; otherwise rules.toml beside config.toml.") var rules: String?
    @Option(help: "The AE title that the series is taken to come from.") var aeTitle = ""
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        let explained = try RulesExplained(path, by: try IntakeRules(rules, usual: Program.rulesFile), calling: aeTitle)
        try Output.report(explained, explained.lines, asJSON: json)
    }
}
