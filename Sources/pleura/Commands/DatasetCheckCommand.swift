import ArgumentParser
import Foundation
import Learning
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

    private struct Report: Encodable {
        struct Patient: Encodable {
            let id: String
            let problems: [DatasetProblem]
        }
        let patients: [Patient]
        let errors: Int
        let warnings: Int
    }

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
        let between = DatasetCheck.list(list)
        var patients: [Report.Patient] = []
        for (patient, result) in zip(list.patients, results) {
            var problems = between[patient.id] ?? []
            switch result {
            case .success(let own): problems += own
            case .failure(let error):
                problems.append(DatasetProblem(severity: .error, text: ProgramError(error).description))
            }
            patients.append(Report.Patient(id: patient.id, problems: problems))
        }
        let all = patients.flatMap(\.problems)
        let errors = all.filter { $0.severity == .error }.count
        let report = Report(patients: patients, errors: errors, warnings: all.count - errors)
        if json {
            for patient in patients {
                for problem in patient.problems {
                    Output.note("\(problem.severity.rawValue): \(patient.id): \(problem.text)")
                }
            }
            try Output.json(report)
        } else {
            for patient in patients {
                for problem in patient.problems {
                    print("\(patient.id)  \(problem.severity.rawValue): \(problem.text)")
                }
            }
            print(
                "\(Plural.count(patients.count, "patient")), \(Plural.count(report.errors, "error")), "
                    + "\(Plural.count(report.warnings, "warning"))")
        }
        if errors > 0 { throw ExitCode(ProgramError.Kind.input.rawValue) }
    }
}
