import ArgumentParser
import Foundation
import JobWork
import TerminalLoop

/// The root of the command line.
struct Pleura: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pleura",
        abstract: "Review and correct the lung masks that a model predicts on CT, in the terminal.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 the input was wrong. --json prints one JSON document. Every command takes \
            --log FILE (and --log-level trace, debug, info, …), which notes what the program did and when, for support; no \
            path, no case and no message is in it. review and tour take --record FILE.
            """,
        version: Version.text,
        subcommands: [
            ReviewCommand.self, ReplayCommand.self, ImportCommand.self, PredictCommand.self, MetricsCommand.self,
            DoseCommand.self, QueueCommand.self, WorkerCommand.self, ModelsCommand.self, QualityCommand.self,
            RehearseCommand.self,
            ExportCommand.self, ReportCommand.self, ConsensusCommand.self, PullCommand.self, PushCommand.self,
            DeliverCommand.self,
            ListenCommand.self, RulesCommand.self,
            SessionsCommand.self, DatasetCommand.self, TrainCommand.self, EvaluateCommand.self,
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
            let wish = try SupportLog.wish(
                arguments: Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
            try SupportLog.start(wish)
            var command = try Pleura.parseAsRoot(wish.arguments)
            SupportLog.noteStart(of: type(of: command).configuration.commandName ?? "pleura")
            // The doctor says itself what is wrong with them, and help is there whatever is wrong.
            let isHelp = type(of: command).configuration.commandName == "help"
            if !isHelp, !(command is DoctorCommand) { try Program.installStructures() }
            try command.run()
            SupportLog.noteEnd(status: 0)
        } catch {
            leave(error)
        }
    }

    private static func leave(_ error: any Error) -> Never {
        if let status = error as? ExitCode {
            SupportLog.noteEnd(status: status.rawValue)
            exit(status.rawValue)
        }
        let code = Pleura.exitCode(for: error)
        // Help and version are no errors; what the parser refuses is the user's.
        if code == .success {
            print(Pleura.fullMessage(for: error))
            exit(0)
        }
        if code == .validationFailure {
            Output.note(Pleura.fullMessage(for: error))
            SupportLog.noteEnd(status: ProgramError.Kind.input.rawValue, error: error)
            exit(ProgramError.Kind.input.rawValue)
        }
        let failure = ProgramError(error)
        Output.endProgress()
        Output.note("pleura: \(failure.description)")
        SupportLog.noteEnd(status: failure.kind.rawValue, error: error)
        exit(failure.kind.rawValue)
    }
}
