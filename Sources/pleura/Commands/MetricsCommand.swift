import ArgumentParser
import CaseWork
import Foundation
import Reports

/// Compares two sets of masks.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Compare two masks: surface Dice and its family.",
        discussion: """
            REFERENCE and TEST are any two of: NIfTI, MetaImage or NRRD masks and label maps, folders of \
            <Structure>.nii.gz, .seg.nrrd, RTSTRUCT, SEG. An RTSTRUCT is filled on the grid of --ct, of the other \
            side, or of the CT beside it; a SEG is put onto that grid. Surface Dice is defined as in \
            google-deepmind/surface-distance. A file of two dimensions is measured in 2D. n/a: not defined, because a \
            mask is empty. A structure that one side does not have, or of which a contour is damaged there, is not \
            measured (null in JSON) and is named.
            """)

    @Argument(help: "The reference.") var reference: String
    @Argument(help: "What is measured.") var test: String
    @Option(parsing: .upToNextOption, help: "Tolerances in mm.") var tolerance: [Double] = [2]
    @Option(help: "Only this structure.") var structure: String?
    @Option(help: "X,Y,Z in mm (X,Y for two dimensions) instead of the header's, which has float32 digits only.")
    var spacing: String?
    @Option(help: "The CT that an RTSTRUCT or SEG belongs to: a DICOM folder or an image file.") var ct: String?
    @OptionGroup var volume: VolumeOption
    @OptionGroup var repair: RepairOption
    @Flag(help: "Resample TEST onto REFERENCE's grid (nearest neighbour) where the grids differ.") var resample = false
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        guard !tolerance.isEmpty, tolerance.allSatisfy({ !$0.isNaN && $0 >= 0 }) else {
            throw ProgramError("--tolerance is one or more lengths from 0 mm.")
        }
        let asked = try spacing.map(AskedSpacing.init)
        // A series that is found beside the masks may be one of several copies; what is resampled is named.
        guard ct != nil || repair.repair == nil else {
            throw ProgramError("--repair needs the CT that is to be repaired: name it with --ct DIR.")
        }
        var notes = Notes()
        let (left, right) = try ComparedMasks.read(
            reference, test, ct: ct, volume: volume.volume, repairs: repair.repairs(), resample: resample,
            by: Program.conventions, notes: &notes)
        let rows = try MetricsReport.rows(
            try ComparedPair.pairs(left, right, only: structure, resample: resample, notes: &notes),
            tolerances: tolerance,
            header: left.geometry.spacing, asked: asked, dimensions: left.dimensions, of: reference)
        notes.tell()
        if json {
            try Output.json(MetricsReport(structures: rows, warnings: notes.sentences))
        } else {
            for row in rows { Output.lines(row.lines) }
        }
    }
}
