import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Files
import Foundation
import JobWork
import Models
import Networks
import Phantoms
import Rehearsal
import SQLiteStore

/// Rehearses learning from corrections on phantoms.
struct RehearseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Run the whole loop on phantoms: correct, fine-tune, judge, promote, replay.",
        discussion: """
            In FOLDER, a data folder of its own: phantoms of a site that the model has not seen, predictions, corrections \
            by an oracle that paints what lies further than 1 mm from the truth, a fine-tuning job, the gate, the replay. \
            Prints the tables and writes FOLDER/report.html and report.json. Without an installed model one is trained \
            by the recipe smoke first, which shows the way and no quality. Begun again in the same folder it goes on \
            where it was stopped. make demo runs it in small, make experiment in full, and writes docs/learning.md.
            """)

    @Argument(help: "The folder; created if it does not exist.") var folder: String
    @Option(help: "The model to begin with: a name or a .safetensors file; otherwise the installed one.") var model:
        String?
    @Option(help: "How many rounds of correcting, training and judging.") var rounds = 1
    @Option(help: "Corrected cases per round.") var cases = 6
    @Option(help: "Hold-out patients of the new site.") var holdOut = 4
    @Option(help: "Hold-out patients of each site that the model knows.") var oldHoldOut = 1
    @Option(help: "The new site.") var site = "siteD"
    @Option(
        help:
            "Patients of all sites on a worklist that rounds take their cases from; 0: each has new ones of the new site."
    )
    var worklist = 0
    @Option(help: "In which order they are taken from it: priority or random.") var order = CaseOrder.priority
    @Option(help: "Columns and rows, for smaller images over the same field of view.") var matrix: Int?
    @Option(help: "Slices, for smaller images over the same chest.") var slices: Int?
    @Option(help: "Another number of epochs than the recipe's.") var epochs: Int?
    @Option(help: "Threads of the processor; otherwise all.") var threads: Int?
    @Flag(help: "Promote a held candidate by hand, and roll back at the end, to show both.") var rollBack = false
    @Flag(help: "Only make and queue the first round's corrections, and leave them to a worker.") var onlyPrepare =
        false
    @Option(help: "Write the tables as Markdown, too.") var markdown: String?

    func run() throws {
        for (name, value, range) in [
            ("--rounds", rounds, 1...20), ("--cases", cases, 1...200), ("--hold-out", holdOut, 1...200),
            ("--old-hold-out", oldHoldOut, 0...200), ("--worklist", worklist, 0...1000),
        ] where !range.contains(value) {
            throw ProgramError("\(name) is \(range.lowerBound)…\(range.upperBound), not \(value).")
        }
        guard let chosen = PhantomSite.named(site) else { throw ProgramError("\(site) is not a site.") }
        let url = URL(fileURLWithPath: folder)
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let store = try SQLiteCaseStore(url: DataFolder(url).store)
        let program = try Program.current()
        let stop = StopSignal()
        let networks = TorchNetworks(threads: threads)
        if try store.promotions().isEmpty {
            let shipped = ModelCatalogue(folders: program.resources.shippedModels)
            let first = FirstModel(
                store: store, home: url, smoke: { try program.resources.recipe("smoke") }, epochs: epochs,
                networks: networks, say: Output.note, isStopped: { stop.isSet })
            try first.begin(with: try ModelChoice.find(model, in: shipped))
        }
        var options = LearningLoop.Options()
        (options.rounds, options.casesPerRound, options.holdOut) = (rounds, cases, holdOut)
        (options.oldHoldOut, options.site, options.matrix, options.slices) = (oldHoldOut, chosen, matrix, slices)
        options.showsRollback = rollBack
        (options.pool, options.order) = (worklist, order)
        var loop = try LearningLoop(
            options, home: url, store: store,
            surroundings: LearningLoop.Surroundings(
                modelFolders: program.modelFolders(home: url), tolerance: program.tolerance,
                conventions: Program.conventions, networks: networks, say: Output.note), isStopped: { stop.isSet })
        if onlyPrepare {
            let job = try loop.prepare()
            print("Job \(job) is waiting in \(url.path). To work on it: pleura worker --once --home \(url.path)")
            return
        }
        let page = try loop.run()
        let html = url.appendingPathComponent("report.html").path
        try Output.write(Data(try page.html().utf8), to: html)
        if let markdown {
            let command = "pleura " + CommandLine.arguments.dropFirst().joined(separator: " ")
            try Output.write(Data(page.report.markdown(command: command).utf8), to: markdown)
        }
        print(page.report.text)
        print("\nThe page is \(html)")
    }
}

extension CaseOrder: ExpressibleByArgument {}
