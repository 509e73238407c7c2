import ArgumentParser
import Foundation
import JobWork
import Reports
import Training
import Volumes

/// Looks for what is wrong with a dataset.
struct DatasetCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read every patient and name every problem.",
        discussion: """
            Errors: what cannot be read or has changed, missing and empty contours, contours on another grid, left and \
            right swapped, values that are no HU, one image or person twice over the parts of the split. Warnings: \
            unusual spacing, density or volume. Exit status 2 if there is an error.
            """)

    @Argument(help: "The dataset's folder.") var dataset: String
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        let folder = DatasetFolder(url: URL(fileURLWithPath: dataset))
        let list = try folder.read()
        let reader = DatasetReader()
        let results = PairwiseWork.map(list.patients) { done, all in
            Output.progress("checked \(done) of \(Plural.count(all, "patient"))")
        } _: { patient in
            DatasetCheck.patient(patient, try reader.read(patient, in: folder))
        }
        Output.endProgress()
        let report = DatasetCheckReport(list, results)
        if json {
            for note in report.notes { Output.note(note) }
            try Output.json(report)
        } else {
            Output.lines(report.lines)
        }
        if report.errors > 0 { throw ExitCode(ProgramError.Kind.input.rawValue) }
    }
}
