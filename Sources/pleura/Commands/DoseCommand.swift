import ArgumentParser
import CaseWork
import Dosimetry
import Foundation
import Reports

/// Dose-volume histograms.
struct DoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dvh", abstract: "Tell what dose structures receive: D95, mean dose, V20 and their family.",
        discussion: """
            MASKS is masks as metrics takes them, or a case, whose newest correction is measured beside the model's \
            proposal. Dose is interpolated linearly to the masks' voxels. D95 is the dose in Gy that 95 % of a structure \
            receives, D2cc that of its hottest 2 ml, V20 the share in % that receives 20 Gy, V20cc the same in ml.
            """)

    @Argument(
        help: "Masks: NIfTI, NRRD, MetaImage, RTSTRUCT, SEG, a folder of them; or a case id or where its image is.")
    var masks: String
    @Option(help: "The dose: an RTDOSE file in Gy.") var dose: String
    @Option(parsing: .upToNextOption, help: "What is told, such as D95 D2cc V20 Dmean; otherwise the usual ones.")
    var points: [String] = []
    @Option(help: "Also the curve, in steps of so many Gy; for --json.") var curve: Double?
    @Option(help: "The CT that an RTSTRUCT or SEG belongs to: a DICOM folder or an image file.") var ct: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func validate() throws {
        if let objection = DosePoint.objection(to: points) { throw ValidationError(objection) }
        guard curve.map({ $0 >= DoseVolumeHistogram.step }) ?? true else {
            throw ValidationError("--curve is a step from \(DoseVolumeHistogram.step) Gy.")
        }
    }

    func run() throws {
        var notes = Notes()
        let areMasks =
            try ComparedMasks.areMasks(at: masks) && home.existingStore()?.hasCase(imagedAt: masks) != true
        guard areMasks || ct == nil else { throw ProgramError("--ct goes with masks; a case knows its CT.") }
        let doses =
            areMasks
            ? try StructureDoses.read(masks: masks, dose: dose, ct: ct, by: Program.conventions, notes: &notes)
            : try StructureDoses.read(case: masks, dose: dose, in: try home.store(), notes: &notes)
        notes.tell()
        let report = DoseReport(
            doses, points: DosePoint.chosen(points), curveStep: curve,
            warnings: notes.sentences)
        if json {
            try Output.json(report)
        } else {
            for row in report.structures { Output.lines(row.lines) }
        }
    }
}
