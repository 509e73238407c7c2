import ArgumentParser
import Exchange
import Files
import Foundation
import Reports

/// Sends corrections to where the settings and the rules want them.
struct DeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Send corrections to where settings and rules want them.",
        discussion: """
            The newest correction of each case that may be used and was not sent yet, as [deliver] of config.toml or the \
            rule by which the case came says. pleura listen does the same by itself.
            """)

    @Flag(help: "List what is to be sent, with the reasons of what failed; send nothing.") var list = false
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let delivery = try Program.current().delivery(home)
        if list {
            let list = DeliveryList(try delivery.waiting().map(DeliveryReport.Item.init))
            return json ? try Output.json(list) : Output.lines(list.lines)
        }
        let report = try delivery.run(isAsked: true)
        try Output.report(report, report.lines, asJSON: json)
        for item in report.sent { for warning in item.warnings { Output.note("note: \(item.name): \(warning)") } }
        if !report.failed.isEmpty { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }
}
