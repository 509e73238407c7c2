import ArgumentParser
import Foundation
import JobWork

/// The root of the command line.
struct Pleura: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pleura",
        abstract: "Review and correct the lung masks that a model predicts on CT, in the terminal.",
        discussion: "Exit status: 0 done, 1 failed, 2 the input was wrong. --json prints one JSON document.",
        version: Version.text,
        subcommands: [
            ReviewCommand.self, ImportCommand.self, PredictCommand.self, MetricsCommand.self, QueueCommand.self,
            WorkerCommand.self, ModelsCommand.self, RehearseCommand.self, ExportCommand.self, PullCommand.self,
            PushCommand.self, SessionsCommand.self, DatasetCommand.self, TrainCommand.self, EvaluateCommand.self,
            PhantomCommand.self, StructuresCommand.self,
            RenderCommand.self, TourCommand.self, AuditCommand.self, RolesCommand.self, DoctorCommand.self,
            GenerateDocumentsCommand.self,
        ])
}

/// Runs the command and turns whatever it throws into the contract's exit statuses.
@main
enum Main {
    static func main() {
        do {
            var command = try Pleura.parseAsRoot()
            // The doctor says itself what is wrong with them, and help is there whatever is wrong.
            let isHelp = type(of: command).configuration.commandName == "help"
            if !isHelp, !(command is DoctorCommand) { try Program.installStructures() }
            try command.run()
        } catch {
            leave(error)
        }
    }

    private static func leave(_ error: any Error) -> Never {
        if let status = error as? ExitCode { exit(status.rawValue) }
        let code = Pleura.exitCode(for: error)
        // Help and version are no errors; what the parser refuses is the user's.
        if code == .success {
            print(Pleura.fullMessage(for: error))
            exit(0)
        }
        if code == .validationFailure {
            Output.note(Pleura.fullMessage(for: error))
            exit(ProgramError.Kind.input.rawValue)
        }
        let failure = ProgramError(error)
        Output.endProgress()
        Output.note("pleura: \(failure.description)")
        exit(failure.kind.rawValue)
    }
}
