import ArgumentParser
import CaseWork
import Foundation
import Reports

/// Brings several readings of one image together.
struct ConsensusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consensus",
        abstract: "Bring several readings of one image together, and tell how far they agree.",
        discussion: """
            READING is a case, of which the newest correction and every second reader's filed reading (pleura review \
            --blinded) are taken, or masks as metrics takes them, one reader each. staple: STAPLE (Warfield 2004), which \
            also estimates each reader's sensitivity and specificity; a voxel is in with a probability of one half. \
            majority: a voxel is in where more than half of the readers have it; ties are left out and counted. A reader \
            who has no mask of a structure has not read it; an empty mask is a reading. Surface Dice of each pair is at \
            the structure's tolerance; the added path length is the contour that one has and the other lacks.
            """)

    @Argument(help: ArgumentHelp("Cases, or masks of one image.", valueName: "reading")) var readings: [String]
    @Option(help: "staple or majority.") var method = ReaderConsensus.Method.staple
    @Option(help: "nifti, rtstruct, seg, nrrd or seg.nrrd.") var format = ExportFormat.nifti
    @Option(name: .shortAndLong, help: "The folder, or a file of the format's suffix; without it nothing is written.")
    var output: String?
    @Option(help: "The CT that masks belong to: a DICOM folder or an image file.") var ct: String?
    @OptionGroup var repair: RepairOption
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        guard ct != nil || repair.repair == nil else {
            throw ProgramError("--repair needs the CT that is to be repaired: name it with --ct DIR.")
        }
        let repairs = try repair.repairs()
        var notes = Notes()
        // What was left out explains why nothing is left, too.
        defer { notes.tell() }
        let read = try ReaderMasks.read(
            readings, ct: ct.map { CaseSource(url: URL(fileURLWithPath: $0), repairs: repairs) },
            in: try home.existingStore(), by: Program.conventions, notes: &notes)
        let consensus = try ReaderConsensus(
            of: read, by: method, tolerance: try Program.current().tolerance, notes: &notes)
        let files = try output.map { try consensus.write(as: format, to: $0, by: Program.conventions) } ?? []
        let report = ConsensusReport(consensus, files: files.map(\.path), warnings: notes.sentences)
        try Output.report(report, report.lines, asJSON: json)
    }
}

extension ReaderConsensus.Method: ExpressibleByArgument {}

extension ExportFormat: ExpressibleByArgument {}
