import ArgumentParser
import Cases
import Foundation
import Learning

/// Segments a CT on its own grid.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Segment a CT on its own grid.",
        discussion: """
            OUT is a folder (one <Structure>.nii.gz each), a .nii.gz or .nrrd (a label map, the names in a .json beside \
            it), a .seg.nrrd (3D Slicer's segmentation), or a .dcm (an RTSTRUCT, or with --seg a SEG).
            """)

    @Argument(help: "A DICOM folder or an image file.") var path: String
    @Option(help: "The model; baseline-threshold needs no training.") var model: String?
    @Option(help: "The SeriesInstanceUID to read, where a DICOM folder holds several.") var series: String?
    @OptionGroup var repair: RepairOption
    @Option(name: .shortAndLong, help: "Where the masks go.") var output: String

    @Flag(help: "Write a .dcm as a segmentation (SEG) instead of an RTSTRUCT.") var seg = false

    func run() throws {
        guard !seg || output.hasSuffix(".dcm") else { throw ProgramError("--seg writes a .dcm, not \(output).") }
        try ModelOption.check(model)
        let sources = try CaseSource.find(path)
        guard sources.count == 1, let source = sources.first else {
            throw ProgramError("\(path) holds \(sources.count) patients; give one.")
        }
        let loaded = try LoadedCase.read(source.choosing(series).repairing(repair.repairs()))
        let prediction = try BaselineSegmenter().segment(
            loaded.volume, progress: { share, step in Output.progress("\(step) \(Int(share * 100)) %") })
        Output.endProgress()
        try StructureFiles.write(
            prediction.masks, of: loaded, as: seg ? .seg : StructureFiles.format(for: output), to: output,
            algorithm: prediction.model.rawValue)
        for name in prediction.masks.keys.sorted() {
            let millilitres = prediction.masks[name]?.millilitres ?? 0
            Output.note("\(name)  \(Int(millilitres.rounded())) ml  by \(prediction.model)")
        }
    }
}
