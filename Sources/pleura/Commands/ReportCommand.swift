import ArgumentParser
import CaseWork
import Dosimetry
import Foundation
import JobWork
import Reports

/// Writes what is known of a case as a page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a case as one HTML page: pictures, scores, dose, warnings, verdict.",
        discussion: """
            The page needs no other file and can be printed. Its masks are those of the newest filed review, otherwise of \
            the review under way, otherwise the proposal; they are measured against the proposal at each structure's \
            tolerance, and shown where they are worst. Of the patient it says no more than the case's id, but warnings \
            about files name these.
            """)

    @Argument(help: "The case id, an unambiguous beginning of it, or where its image is.") var caseID: String
    @Option(name: .shortAndLong, help: "The page, an .html file.") var output: String?
    @Option(help: "A dose, an RTDOSE file in Gy: the page then has what the structures receive.") var dose: String?
    @Option(parsing: .upToNextOption, help: "With --dose, what is told, such as D95 V20; otherwise the usual ones.")
    var points: [String] = []
    @Flag(help: "Print the same facts as one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func validate() throws {
        guard output != nil || json else { throw ValidationError("Say where the page goes: -o FILE.html, or --json.") }
        guard points.isEmpty || dose != nil else { throw ValidationError("--points goes with --dose.") }
        if let objection = DosePoint.objection(to: points) { throw ValidationError(objection) }
    }

    func run() throws {
        let program = try Program.current()
        guard let store = try home.existingStore() else {
            throw ProgramError(
                "\(home.location.path) holds no cases. Import some, or choose another folder with --home.")
        }
        var notes = Notes()
        let reported = try ReportedCase.find(caseID, tolerance: program.tolerance, in: store, notes: &notes)
        let doses = try dose.map { try StructureDoses.read(reported, dose: $0, notes: &notes) }
        let report = CaseReport(
            reported, card: try ModelOptions.card(of: reported.prediction.model, home, program),
            doses: doses.map {
                DoseReport($0, points: DosePoint.chosen(points), curveStep: nil, warnings: [])
            }, story: try AuditStory(of: reported.record.id, try AuditStory.rows(of: store, after: 0), store),
            madeAt: Date(), software: "pleura \(Version.text)", warnings: notes.sentences)
        if let output {
            let page = CasePage(report, pictures: reported.pictures)
            try Output.write(Data(try page.html().utf8), to: output)
        }
        for warning in report.warnings { Output.note("note: \(warning)") }
        if json { try Output.json(report) } else { print(report.line) }
    }
}
