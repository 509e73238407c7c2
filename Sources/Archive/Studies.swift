import CaseWork
import DicomNetwork

/// Looks for studies and their series at a DICOM node. UIDs that are none, which could name files, are left out.
package enum Studies {
    /// The studies that match, by date.
    package static func matching(_ query: DicomPeer.Query, at peer: DicomPeer) throws -> [DicomPeer.Match] {
        try peer.find(query).filter { SeriesPull.isUID($0.studyUID) }
            .sorted { ($0.studyDate, $0.studyUID) < ($1.studyDate, $1.studyUID) }
    }

    /// The one study that matches.
    /// - Throws: ``WorkError`` if there is none, or more than one.
    package static func only(_ query: DicomPeer.Query, at peer: DicomPeer) throws -> DicomPeer.Match {
        let found = try matching(query, at: peer)
        guard let first = found.first else {
            throw WorkError("Node \(peer.node.name) has no study that matches.")
        }
        guard found.count == 1 else {
            let list = found.map { "  \($0.studyUID)  \($0.studyDate)" }.joined(separator: "\n")
            throw WorkError("\(found.count) studies match; say which with --study:\n\(list)")
        }
        return first
    }

    /// The series of a study that are CT, by UID.
    package static func series(of study: String, at peer: DicomPeer) throws -> [DicomPeer.Match] {
        var query = DicomPeer.Query(.series)
        query.studyUID = study
        return try peer.find(query).filter { SeriesPull.isUID($0.seriesUID) }.sorted { $0.seriesUID < $1.seriesUID }
    }
}
