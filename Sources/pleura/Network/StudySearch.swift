import Archive
import ArgumentParser
import Foundation

/// Which study is meant.
struct StudySearch: ParsableArguments {
    @Option(help: "The study, by its StudyInstanceUID.") var study: String?
    @Option(help: "The study, by its accession number.") var accession: String?
    @Option(help: "The patient, by ID; - reads it from standard input, so that no shell history keeps it.")
    var patientID: String?
    @Option(help: "Only studies of this day, or of YYYYMMDD-YYYYMMDD.") var date: String?

    /// What is asked of the node.
    func query() throws -> ArchiveQuery {
        try .studies(
            study: study, accession: accession, patientID: patientID == "-" ? readLine() ?? "" : patientID, date: date)
    }
}
