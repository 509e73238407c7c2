import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Lists
import PatientView
import Review
import Screens
import TerminalKit
import Volumes

/// Writes a screen to a file.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Write a screen to a file, without a terminal.")

    @Argument(help: "A DICOM folder or an image file; the worklist, the queue and the models need none.") var path:
        String?
    @Option(help: "review, worklist, queue, models, replay or help.") var screen = "review"
    @Option(help: "one plane, or three.") var layout = "one"
    @Option(help: "axial, coronal or sagittal.") var plane: String?
    @Option(help: "The slice, from 1; otherwise where a review would open.") var slice: Int?
    @Option(help: "Several slices side by side, such as 12,30-60/3: from 30 to 60 every third. From 1.")
    var slices: String?
    @Option(help: "Fit the image to the structures shown and so many mm around them, 0 to 200, instead of the body.")
    var crop: Double?
    @Option(help: "Columns x rows.") var size = "200x60"
    @Option(help: "ansi or svg.") var format = "svg"
    @Option(name: .shortAndLong, help: "The file.") var output: String
    @Option(help: "A window: soft, lung, liver, bone, brain, or one of your own.") var window: String?
    @OptionGroup var view: ViewOptions
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        let rendering = try view.rendering(program, depth: try view.depth(program) ?? .direct)
        guard ["ansi", "svg"].contains(format) else { throw ProgramError("--format is ansi or svg, not \(format).") }
        guard slices == nil || screen == "review" && slice == nil && layout == "one" else {
            throw ProgramError("--slices draws the review, without --slice and --layout three.")
        }
        guard crop == nil || screen == "review" else { throw ProgramError("--crop goes with --screen review.") }
        let (columns, rows) = try ScreenLayout.columnsAndRows(of: size)
        let grid = try self.grid(program, rendering, columns: columns, rows: rows)
        let text =
            format == "svg"
            ? SvgWriter(foreground: rendering.theme.text, background: rendering.theme.background).svg(grid)
            : AnsiWriter(depth: rendering.depth).text(grid)
        try Output.write(Data(text.utf8), to: output)
    }

    /// The screen that is asked for.
    private func grid(_ program: Program, _ rendering: RenderOptions, columns: Int, rows: Int) throws -> CellGrid {
        if let page = TrainingPage(rawValue: screen) {
            return TrainingScreen.render(try training(page), options: rendering, columns: columns, rows: rows)
        }
        switch screen {
        case "worklist":
            let state = try WorklistState(entries: Self.worklist(try home.store()))
            return WorklistScreen.render(state, options: rendering, columns: columns, rows: rows)
        case "review", "help":
            return try reviewGrid(program, rendering, columns: columns, rows: rows)
        default: throw ProgramError("--screen is review, worklist, queue, models, replay or help, not \(screen).")
        }
    }

    /// The lists of the queue, the models or the replay.
    private func training(_ page: TrainingPage) throws -> TrainingState {
        var state = TrainingState(page: page)
        let lists = try TrainingNews(store: try home.store(), home: home.location).read(chosen: nil)
        _ = reduce(&state, .arrived(lists))
        state.now = Date().timeIntervalSince1970
        return state
    }

    /// The review, or several slices of it.
    private func reviewGrid(
        _ program: Program, _ rendering: RenderOptions, columns: Int, rows: Int
    ) throws -> CellGrid {
        var state = try review(program, columns: columns, rows: rows)
        if screen == "help" { _ = reduce(&state, .toggleHelp) }
        if let crop { try ContactSheet.crop(&state, margin: Millimetres(crop)) }
        guard let slices else {
            return ReviewScreen.render(state, options: rendering, columns: columns, rows: rows)
        }
        return try ContactSheet.render(
            state, slices: try ContactSheet.slices(slices, in: state), options: rendering, columns: columns, rows: rows)
    }

    /// The lines of the store's worklist.
    private static func worklist(_ store: any CaseStoring) throws -> [WorklistEntry] {
        let news = try WorklistNews.read(store, given: [], page: .cases)
        if let warning = news.warning { Output.note("note: \(warning)") }
        return news.entries
    }

    /// The review of the case as the options ask for it.
    private func review(_ program: Program, columns: Int, rows: Int) throws -> ReviewState {
        let options = try view.opening(program, home)
        guard let path else { throw ProgramError("--screen \(screen) needs a case: pleura render PATH.") }
        let found = try CaseSource.find(path)
        guard found.count == 1, let only = found.first else {
            throw ProgramError("\(path) holds \(Plural.count(found.count, "patient")); give one.")
        }
        let source = only.choosing(view.series).choosing(volume: view.volume.volume)
            .repairing(try view.repair.repairs())
        guard let layout = PaneLayout(rawValue: layout) else { throw ProgramError("--layout is one or three.") }
        var notes = Notes()
        var state = try StillReview.state(of: source, options, notes: &notes)
        notes.tell()
        if let area = ScreenLayout(columns: columns, rows: rows)?.image {
            _ = reduce(&state, .resizeView(columns: area.width, rows: area.height))
        }
        if let window {
            guard let wanted = WindowPreset(rawValue: window)?.window ?? options.preferences.windows[window] else {
                let all = WindowPreset.allCases.map(\.rawValue) + options.preferences.windows.keys.sorted()
                throw ProgramError("\(window) is not a window; there are \(all.joined(separator: ", ")).")
            }
            _ = reduce(&state, .setWindow(wanted))
        }
        if let slice {
            let count = state.geometry?.size.z ?? 0
            guard (1...count).contains(slice) else { throw ProgramError("--slice is 1…\(count), not \(slice).") }
            _ = reduce(&state, .slide(slice - 1))
        }
        if let plane {
            guard let plane = ViewPlane(rawValue: plane) else {
                throw ProgramError("--plane is axial, coronal or sagittal, not \(plane).")
            }
            _ = reduce(&state, .choosePlane(plane))
        }
        _ = reduce(&state, .setLayout(layout))
        if state.view.shownLayout != layout { throw ProgramError("--layout three needs a size of about 160x50.") }
        try StillReview.measure(&state)
        return state
    }
}
