import ArgumentParser
import Cases
import Foundation
import Learning
import Review
import Screens
import SurfaceMetrics
import TerminalKit
import Volumes

/// Writes the review screen to a file.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Write the review screen to a file, without a terminal.")

    @Argument(help: "A DICOM folder or an image file.") var path: String
    @Option(help: "The slice, from 1; otherwise the middle one.") var slice: Int?
    @Option(help: "Columns x rows.") var size = "200x60"
    @Option(help: "ansi or svg.") var format = "svg"
    @Option(name: .shortAndLong, help: "The file.") var output: String
    @Option(help: "A window: soft, lung, liver, bone or brain.") var window: String?
    @OptionGroup var view: ViewOptions
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        let options = try view.opening(program, home)
        let rendering = try view.rendering(program, depth: try view.depth(program) ?? .direct)
        guard ["ansi", "svg"].contains(format) else { throw ProgramError("--format is ansi or svg, not \(format).") }
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        guard numbers.count == 2, let layout = ScreenLayout(columns: numbers[0], rows: numbers[1]),
            numbers[0] <= 1000, numbers[1] <= 500
        else { throw ProgramError("--size is COLSxROWS from 80x24 to 1000x500, not \(size).") }
        guard let source = try CaseSource.find(path).first?.choosing(view.series) else {
            throw ProgramError("There is nothing at \(path).")
        }
        var state = try Self.state(of: source, options)
        _ = reduce(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        if let window {
            guard let preset = WindowPreset(rawValue: window) else { throw ProgramError("\(window) is not a window.") }
            _ = reduce(&state, .setWindow(preset.window))
        }
        if let slice {
            let count = state.geometry?.size.z ?? 0
            guard (1...count).contains(slice) else { throw ProgramError("--slice is 1…\(count), not \(slice).") }
            _ = reduce(&state, .goToSlice(slice - 1))
        }
        try Self.measure(&state)
        let grid = ReviewScreen.render(state, options: rendering, columns: numbers[0], rows: numbers[1])
        let text =
            format == "svg"
            ? SvgWriter(foreground: rendering.theme.text, background: rendering.theme.background).svg(grid)
            : AnsiWriter(depth: rendering.depth).text(grid)
        try Output.write(Data(text.utf8), to: output)
    }

    /// The state in which a review of the case would open.
    private static func state(of source: CaseSource, _ options: OpeningOptions) throws -> ReviewState {
        let loaded = try LoadedCase.read(source)
        let prediction: Prediction
        if let url = options.prediction {
            prediction = Prediction(model: .loaded, masks: try StructureFiles.read(url, for: loaded), preprocessing: [])
        } else {
            let outcome = try options.predictor.predict(loaded.volume)
            if let warning = outcome.warning { Output.note("note: \(warning)") }
            prediction = outcome.prediction
        }
        let references = try options.reference.map { try StructureFiles.read($0, for: loaded) } ?? [:]
        var state = ReviewState(caseID: loaded.record.id, title: source.title)
        let image = PartialVolume(loaded.volume)
        _ = reduce(&state, .imageArrived(image, bodyBox: BodyBox.estimate(image)))
        let opened = OpenedReview(
            model: prediction.model, referenceSource: options.referenceSource,
            structures: options.structures(prediction.masks, prediction, references),
            uncertainty: prediction.uncertainty?.sliceScores ?? [])
        _ = reduce(&state, .opened(opened))
        return state
    }

    /// Brings in the scores, and the marks of the slice on screen.
    private static func measure(_ state: inout ReviewState) throws {
        for structure in state.structures {
            let live = try LiveSurfaceDice(
                reference: structure.reference, test: structure.mask, tolerances: [structure.tolerance])
            _ = reduce(&state, .scored(structure.name, StructureScore(live, edit: 0)))
            let measures = try StructureMeasures(reference: structure.reference, test: structure.mask, edit: 0)
            if let measures { _ = reduce(&state, .measured(structure.name, measures)) }
            let marks = BoundaryMarks(live, z: state.view.slice, edit: 0)
            _ = reduce(&state, .marked(structure.name, marks))
        }
    }
}
