import ArgumentParser
import CaseWork
import Cases
import Foundation
import JobWork
import Reports
import Training
import Volumes

/// Datasets: built, checked and split.
struct DatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Build, check and split a dataset to train on.",
        subcommands: [DatasetBuildCommand.self, DatasetCheckCommand.self, DatasetSplitCommand.self])
}

/// Lists patients with their contours as a dataset.
struct DatasetBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build a dataset from patients with contours.",
        discussion: """
            A patient is a folder with ct.nii.gz and <Structure>.nii.gz, as pleura phantom writes it, or a CT series \
            with the RTSTRUCT that was drawn on it, in any layout, such as TCIA's (LCTSC). patient.json in a patient's \
            folder may name site, pathologies and subject (who it is, where one person has several folders). The images \
            stay where they are: the dataset holds their paths and digests. With --corrections, the newest correction \
            of every case in the data folder is a patient too; slices nobody looked at have no part in training.
            """)

    @Argument(help: "Folders of patients.") var folders: [String] = []
    @Option(name: [.short, .customLong("output")], help: "The dataset's folder.") var output: String
    @Option(help: "Structures, separated by commas; by default those that all patients have.") var structures: String?
    @Flag(help: "Patients may lack some of the structures; training then learns nothing of these from them.")
    var partial = false
    @Flag(help: "Also include the corrections filed in the data folder.") var corrections = false
    @OptionGroup var repair: RepairOption
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let folder = DatasetFolder(url: URL(fileURLWithPath: output))
        guard !folder.exists else {
            throw ProgramError("\(output) is already a dataset. Choose another folder, or remove its dataset.json.")
        }
        let names = structures.map { text in
            text.split(separator: ",").map {
                StructureName(rawValue: String($0).trimmingCharacters(in: .whitespaces))
            }
        }
        let builder = DatasetBuilder(
            folder: folder, structures: names, isPartial: partial, repairs: try repair.repairs())
        var (found, said) = try builder.find(folders)
        if corrections {
            let corrected = try CorrectionPatients.find(in: try home.store(), for: folder)
            found += corrected.found
            said += corrected.notes
        }
        guard !found.isEmpty else {
            throw ProgramError("No patients. Name folders, or take the data folder's corrections with --corrections.")
        }
        let built = try builder.build(name: folder.url.lastPathComponent, from: found) { done, all in
            Output.progress("read \(done) of \(Plural.count(all, "patient"))")
        }
        Output.endProgress()
        var notes = Notes()
        notes.add(said)
        notes.add(built.notes.sentences)
        notes.tell()
        try folder.write(built.dataset)
        let (structures, patients) = (built.dataset.structures.map(\.rawValue), built.dataset.patients)
        if json {
            try Output.json(
                DatasetReport(
                    dataset: built.dataset.name, structures: structures, patients: patients.map(\.id),
                    warnings: notes.sentences))
        } else {
            Output.note(
                "\(Plural.count(patients.count, "patient")) with " + structures.joined(separator: ", "))
        }
    }
}

/// Draws who is trained on, validated with and tested on.
struct DatasetSplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Divide the patients into training, validation and test sets.",
        discussion:
            "Each patient goes into one set as a whole, evenly over the sites. A split is drawn once and never changes. "
            + "With --fold, one fold of a cross-validation is the test set and everybody else is trained on."
    )

    @Argument(help: "The dataset's folder.") var dataset: String
    @Option(help: "Seed of the random split.") var seed: UInt64 = 1
    @Option(help: "Shares of training, validation and test; otherwise 70,10,20.") var shares: String?
    @Option(help: "Test on one fold of a cross-validation and train on the others, such as 2/5.") var fold: String?
    @Option(help: "With --fold: deal only the patients of this site into folds, and always train on the others.")
    var foldsOf: String?

    func run() throws {
        let folder = DatasetFolder(url: URL(fileURLWithPath: dataset))
        var list = try folder.read()
        guard list.split == nil else {
            throw ProgramError(
                "\(dataset) is already split, and a split never changes. Build another dataset for a different split.")
        }
        let split = try DatasetSplit.asked(
            of: list.patients, shares: shares, fold: fold, foldsOf: foldsOf, seed: seed)
        list.split = split
        try folder.write(list)
        Output.note(
            "\(Plural.count(split.training.count, "patient")) to train on, \(split.validation.count) to validate with, "
                + "\(split.test.count) to test on")
    }
}
