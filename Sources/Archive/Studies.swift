import CaseWork
import Dicom

/// Looks for studies and their series in an archive. UIDs that are none, which could name files, are left out.
package enum Studies {
    /// The studies that match, by date.
    package static func matching(_ query: ArchiveQuery, at archive: any ImageArchive) throws -> [ArchiveMatch] {
        try archive.find(query).filter { DicomUID.mayNameFile($0.studyUID) }
            .sorted { ($0.studyDate, $0.studyUID) < ($1.studyDate, $1.studyUID) }
    }

    /// The one study that matches.
    /// - Throws: ``WorkError`` if there is none, or more than one.
    package static func only(_ query: ArchiveQuery, at archive: any ImageArchive) throws -> ArchiveMatch {
        let found = try matching(query, at: archive)
        guard let first = found.first else {
            throw WorkError("Node \(archive.name) has no study that matches.")
        }
        guard found.count == 1 else {
            let list = found.map { "  \($0.studyUID)  \($0.studyDate)" }.joined(separator: "\n")
            throw WorkError("\(found.count) studies match; say which with --study:\n\(list)")
        }
        return first
    }

    /// The series of a study, of any modality, by UID.
    package static func series(of study: String, at archive: any ImageArchive) throws -> [ArchiveMatch] {
        var query = ArchiveQuery(.series)
        query.studyUID = study
        return try archive.find(query).filter { DicomUID.mayNameFile($0.seriesUID) }
            .sorted { $0.seriesUID < $1.seriesUID }
    }

    /// The series of a study that are CT, by UID.
    /// - Parameter only: one of them, by its UID; `nil` for all.
    /// - Throws: ``WorkError`` if there is none.
    package static func ctSeries(
        of study: String, only: String? = nil, at archive: any ImageArchive
    ) throws -> [ArchiveMatch] {
        let all = try series(of: study, at: archive)
        let found = all.filter { $0.modality == "CT" && (only == nil || $0.seriesUID == only) }
        guard found.isEmpty else { return found }
        if let only, let other = all.first(where: { $0.seriesUID == only }) {
            throw WorkError("Series \(only) is of modality \(other.modality), not CT.")
        }
        throw WorkError(only == nil ? "The study has no CT series." : "The study has no such series.")
    }
}

extension ArchiveQuery {
    /// A query for studies as a user asks for them.
    /// - Throws: ``WorkError`` if nothing says which study, and for what would search for more than was said.
    package static func studies(
        study: String?, accession: String?, patientID: String?, date: String?
    ) throws(WorkError) -> ArchiveQuery {
        var query = ArchiveQuery(.study)
        query.studyUID = study ?? ""
        query.accession = accession ?? ""
        query.patientID = patientID ?? ""
        query.date = date ?? ""
        let texts = [query.studyUID, query.accession, query.patientID]
        guard texts.contains(where: { !$0.isEmpty }) else {
            throw WorkError("Say which study: --study UID, --accession NUMBER or --patient-id ID.")
        }
        // In DICOM these would search for more than one said.
        guard texts.allSatisfy({ !$0.contains(where: { "*?\\".contains($0) }) }) else {
            throw WorkError("Studies are matched exactly: *, ? and \\ are not allowed.")
        }
        guard query.date.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") }) else {
            throw WorkError("--date is YYYYMMDD or YYYYMMDD-YYYYMMDD.")
        }
        return query
    }
}
