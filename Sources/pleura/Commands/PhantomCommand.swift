import ArgumentParser
import Foundation
import JobWork

/// Makes synthetic thorax CT with exact masks.
struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom", abstract: "Make synthetic thorax CT with exact masks.",
        discussion: "The same seed makes the same patients, byte for byte.")

    @Argument(help: "The folder to write the patients to.") var folder: String
    @Option(help: "How many patients.") var patients = 1
    @Option(help: "Seed of all random choices.") var seed: UInt64 = 1
    @Option(help: "The site: siteA, siteB, siteC or the unseen siteD; otherwise the first three in turn.") var site:
        String?
    @Option(help: "dicom or nifti.") var format = "nifti"
    @Option(help: "Columns and rows, for smaller images over the same field of view.") var matrix: Int?
    @Option(
        help:
            "Pathologies, separated by commas: nodules, effusion, consolidation, emphysema, atelectasis, mass, or none; otherwise by chance."
    )
    var pathology: String?
    @Option(help: "Slices, for smaller images over the same chest.") var slices: Int?

    func run() throws {
        try PhantomPatients(
            count: patients, seed: seed, site: site, format: format, matrix: matrix, slices: slices,
            pathology: pathology
        ).write(below: URL(fileURLWithPath: folder), by: Program.conventions, progress: Output.progress)
        Output.endProgress()
    }
}
