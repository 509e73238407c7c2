import ArgumentParser
import CaseWork
import Cases
import Foundation
import Reports

/// Segments a CT on its own grid.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Segment a CT on its own grid.",
        discussion: """
            OUT is a folder (one <Structure>.nii.gz each), a .nii.gz or .nrrd (a label map, the names in a .json beside \
            it), a .seg.nrrd (3D Slicer's segmentation), or a .dcm (an RTSTRUCT, or with --seg a SEG). Without --model \
            the installed model predicts, or baseline-threshold where there is none. --probabilities writes what the \
            network said of each structure as 32-bit NIfTI on the image's grid, with the structures along the fourth \
            axis and their names in a .json beside it. What was odd about the image is told as pleura import tells it.
            """)

    @Argument(help: "A DICOM folder or an image file.") var path: String
    @OptionGroup var models: ModelOptions
    @Option(help: "The SeriesInstanceUID to read, where a DICOM folder holds several.") var series: String?
    @OptionGroup var volume: VolumeOption
    @OptionGroup var repair: RepairOption
    @Option(name: .shortAndLong, help: "Where the masks go.") var output: String
    @Option(help: "Where the probabilities go: a .nii or .nii.gz.") var probabilities: String?
    @OptionGroup var home: HomeOption

    @Flag(help: "Print one JSON document.") var json = false
    @Flag(help: "Write a .dcm as a segmentation (SEG) instead of an RTSTRUCT.") var seg = false

    func run() throws {
        guard !seg || output.hasSuffix(".dcm") else { throw ProgramError("--seg writes a .dcm, not \(output).") }
        let predictor = try models.predictor(home, try Program.current())
        var notes = Notes()
        if case .baseline = predictor.choice.kind {
            if probabilities != nil { throw ProgramError("\(ModelName.baseline) has no probabilities to write.") }
            if !predictor.choice.isNamed {
                notes.add("No trained model is installed; \(ModelName.baseline) predicts.")
            }
        }
        let sources = try CaseSource.find(path)
        guard sources.count == 1, let source = sources.first else {
            throw ProgramError("\(path) holds \(sources.count) patients; give one.")
        }
        let loaded = try LoadedCase.read(
            source.choosing(series).choosing(volume: volume.volume).repairing(repair.repairs()), notes: &notes)
        let outcome = try predictor.predict(
            loaded.volume, progress: { share, step in Output.progress("\(step) \(Int(share * 100)) %") })
        Output.endProgress()
        notes.add(outcome.warnings)
        let prediction = outcome.prediction
        var files = try StructureFiles.write(
            prediction.masks, of: loaded, as: seg ? .seg : StructureFiles.format(for: output), to: output,
            algorithm: prediction.model.rawValue, by: Program.conventions)
        if let probabilities, let said = outcome.probabilities {
            files += try StructureFiles.write(said, to: probabilities)
        }
        notes.tell()
        let report = PredictReport(
            model: prediction.model.rawValue, seriesUID: loaded.record.seriesUID, files: files.map(\.path),
            structures: prediction.masks.keys.sorted().map {
                PredictReport.Structure(name: $0.rawValue, millilitres: prediction.masks[$0]?.millilitres ?? 0)
            }, warnings: notes.sentences)
        if json { return try Output.json(report) }
        for line in report.lines { Output.note(line) }
    }
}
