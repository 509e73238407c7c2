import ArgumentParser
import Foundation
import Reports

/// What corrections took.
struct QueueStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "The effort that corrections took, one by one, by model and by tool.",
        discussion: """
            For each correction: added path length (contour that had to be drawn anew), slices changed, active minutes, \
            and the surface Dice of the prediction against it. Rejected and replaced ones are left out. \
            By tool: the contour that its steps drew, and the time since the step before, at most a minute for each.
            """)

    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Also write charts to this SVG file.") var svg: String?
    @OptionGroup var home: HomeOption

    func run() throws {
        let statistics = try EffortStatistics(of: try home.store())
        statistics.warnings.forEach(Output.note)
        if let svg { try Output.write(Data(statistics.svg.utf8), to: svg) }
        try Output.report(statistics, statistics.lines, asJSON: json)
    }
}
