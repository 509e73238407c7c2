import ArgumentParser
import Foundation
import Reports

/// What corrections took.
struct QueueStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "The effort that corrections took, one by one and by model.",
        discussion: """
            For each correction: added path length (contour that had to be drawn anew), slices changed, active minutes, \
            and the surface Dice of the prediction against it. Rejected and replaced ones are left out.
            """)

    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Also write charts to this SVG file.") var svg: String?
    @OptionGroup var home: HomeOption

    func run() throws {
        let statistics = EffortStatistics(try home.store().corrections().corrections)
        if let svg { try Output.write(Data(statistics.svg.utf8), to: svg) }
        if json { try Output.json(statistics) } else { Output.lines(statistics.lines) }
    }
}
