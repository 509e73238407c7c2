import ArgumentParser
import DicomNetwork
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
    func query() throws(ProgramError) -> DicomPeer.Query {
        var query = DicomPeer.Query(.study)
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

    /// The studies that match, by date.
    func studies(at peer: DicomPeer) throws -> [DicomPeer.Match] {
        try peer.find(try query()).filter { SeriesPull.isUID($0.studyUID) }
            .sorted { ($0.studyDate, $0.studyUID) < ($1.studyDate, $1.studyUID) }
    }

    /// The one study that matches.
    /// - Throws: ``ProgramError`` if there is none, or more than one.
    func theStudy(at peer: DicomPeer) throws -> DicomPeer.Match {
        let found = try studies(at: peer)
        guard let first = found.first else {
            throw ProgramError("Node \(peer.node.name) has no study that matches.")
        }
        guard found.count == 1 else {
            let list = found.map { "  \($0.studyUID)  \($0.studyDate)" }.joined(separator: "\n")
            throw ProgramError("\(found.count) studies match; say which with --study:\n\(list)")
        }
        return first
    }

    /// The series of a study that are CT, by UID.
    static func series(of study: String, at peer: DicomPeer) throws -> [DicomPeer.Match] {
        var query = DicomPeer.Query(.series)
        query.studyUID = study
        return try peer.find(query).filter { SeriesPull.isUID($0.seriesUID) }.sorted { $0.seriesUID < $1.seriesUID }
    }
}
