import ArgumentParser
import CaseStore
import Cases
import Files
import Foundation
import Models
import Reports

/// The registry of models.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The model registry: what was trained, and what is in use.",
        subcommands: [
            ModelsListCommand.self, ModelsShowCommand.self, ModelsPromoteCommand.self, ModelsRollbackCommand.self,
            ModelsExportCommand.self, ModelsImportCommand.self,
        ], defaultSubcommand: ModelsListCommand.self)
}

/// Lists versions.
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the versions of all models, and every change of what was in use.")

    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let report = try ModelListReport(of: try home.store(), file: DataFolder(home.location).model)
        try Output.report(report, report.lines, asJSON: json)
    }
}

/// Shows a version.
struct ModelsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a version: its lineage and how it was judged; its model card with --card.")

    @Argument(help: "A version such as lungs-unet2d@2, or a model for the version in use.") var name: String
    @Flag(help: "Print the model card, Markdown.") var card = false
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let version = try store.model(ModelName(rawValue: name))
        let header = try? ModelFile.header(of: DataFolder(home.location).model(version.digest))
        let report = ModelReport(version, recipe: header?.recipe, promotions: try store.promotions())
        if json {
            try Output.json(report)
        } else if card {
            let header = try ModelFile.header(of: try store.file(of: version))
            print(ModelCard(version: version, header: header).text)
        } else {
            Output.lines(report.lines)
        }
    }
}

/// Puts a version in use.
struct ModelsPromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Put a version in use; one that the gate held back needs --reason.")

    @Argument(help: "A version such as lungs-unet2d@2.") var name: String
    @Option(help: "The reason, for the audit log.") var reason: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let version = try store.model(ModelName(rawValue: name))
        _ = try store.file(of: version)
        let promotion = PromotionReport(
            try store.promote(version.name, reason: reason, by: try Program.current().reviewer, now: Date()))
        if json { try Output.json(promotion) } else { print(promotion.line) }
    }
}

/// Goes back a version.
struct ModelsRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to the version that was in use before.")

    @Argument(help: "The model, such as lungs-unet2d; otherwise the one that was put in use last to segment.") var name:
        String?
    @Option(help: "The reason, for the audit log.") var reason: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        guard
            let base = try name.map({ ModelName(rawValue: $0).base })
                ?? ModelOptions.catalogue(home, try Program.current()).newestInUse()?.base
        else {
            throw ProgramError("No model that segments was ever put in use. Name another: pleura models rollback NAME.")
        }
        let promotion = PromotionReport(
            try store.rollback(base, reason: reason, by: try Program.current().reviewer, now: Date()))
        if json { try Output.json(promotion) } else { print(promotion.line) }
    }
}
