import ArgumentParser
import CaseWork
import Cases
import Foundation
import JobWork
import Networks
import Reports
import Training
import Volumes

/// Measures a model on a dataset.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a model on a dataset's patients, in 3D on their own grids.",
        discussion: """
            For each structure, and for both lungs as Lungs: surface Dice at 2 mm, Dice, HD95 and the mean of the two \
            average surface distances. Structures with a tolerance of their own (--tolerances, or [tolerances_mm] in the \
            settings) are measured at that as well. Patients with pathology are also reported apart, where the dataset \
            knows them. A model that answers prompts is measured by a simulated user instead, who corrects errors of known \
            kinds on single slices, and by corrections that it carries on (docs/refine.md).
            """)

    @Argument(help: "The dataset's folder.") var dataset: String
    @OptionGroup var models: ModelOptions
    @Option(help: "The part of the split: training, validation, test, or all patients.") var split = "test"
    @Option(help: "Tolerances of structures in mm, such as Heart=3,Esophagus=3.") var tolerances: String?
    @Option(help: "A .json file of the slices where no reader could tell, to measure without them as well.")
    var ambiguous: String?
    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Also write the numbers to this .csv file.") var csv: String?
    @Option(help: "Also draw the surface Dice to this .svg file.") var svg: String?
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        let predictor = try models.predictor(home, program, measures: true)
        let own = try OwnTolerances(tolerances ?? "")
        let folder = DatasetFolder(url: URL(fileURLWithPath: dataset))
        let list = try folder.read()
        let wanted = try list.patients(ofPart: split, path: dataset)
        var notes = Notes()
        if let study = try PromptStudy(of: predictor.choice, networks: TorchNetworks()) {
            guard svg == nil, tolerances == nil, ambiguous == nil else {
                throw ProgramError(
                    "--svg, --tolerances and --ambiguous are for models that segment; \(predictor.choice.name) answers prompts."
                )
            }
            let found = try study.measure(wanted, in: folder, notes: &notes, progress: Output.progress)
            Output.endProgress()
            notes.tell()
            if let csv { try Output.write(Data(found.curves.csv.utf8), to: csv) }
            let report = PromptReport(found.curves, carried: found.carried, warnings: notes.sentences)
            return json ? try Output.json(report) : Output.lines(report.lines)
        }
        let evaluation = try DatasetEvaluation(
            dataset: list, folder: folder, predictor: predictor,
            tolerance: { own.values[$0] ?? program.tolerance($0) },
            ambiguous: try ambiguous.map { try AmbiguousSlices(contentsOf: URL(fileURLWithPath: $0)) }
        ).run(wanted, notes: &notes, progress: Output.progress)
        Output.endProgress()
        for name in own.values.keys.sorted() where !evaluation.structures.contains(name) {
            notes.add("\(name) was not measured, so that its tolerance changes nothing.")
        }
        notes.tell()
        guard !evaluation.structures.isEmpty else {
            throw ProgramError("\(evaluation.model) segments no structure that \(dataset) has contours of.")
        }
        if let csv { try Output.write(Data(evaluation.csv.utf8), to: csv) }
        if let svg { try Output.write(Data(evaluation.svg.utf8), to: svg) }
        if json {
            try Output.json(EvaluationReport(evaluation, warnings: notes.sentences))
        } else {
            Output.lines(EvaluationTable(evaluation).lines)
        }
    }
}
