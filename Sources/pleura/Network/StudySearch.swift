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
    /// - Throws: ``ProgramError`` if nothing says which study.
    func query() throws(ProgramError) -> ArchiveQuery {
        var query = ArchiveQuery(.study)
        query.studyUID = study ?? ""
        query.accession = accession ?? ""
        query.patientID = patientID == "-" ? readLine() ?? "" : patientID ?? ""
        query.date = date ?? ""
        let texts = [query.studyUID, query.accession, query.patientID]
        guard texts.contains(where: { !$0.isEmpty }) else {
            throw ProgramError("Say which study: --study UID, --accession NUMBER or --patient-id ID.")
        }
        // In DICOM these would search for more than one said.
        guard texts.allSatisfy({ !$0.contains(where: { "*?\\".contains($0) }) }) else {
            throw ProgramError("Studies are matched exactly: *, ? and \\ are not allowed.")
        }
        guard query.date.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") }) else {
            throw ProgramError("--date is YYYYMMDD or YYYYMMDD-YYYYMMDD.")
        }
        return query
    }
}
