import DicomNetwork
import Foundation

/// A DICOM node, spoken to by DIMSE: C-ECHO, C-FIND, C-GET or C-MOVE, C-STORE, storage commitment.
package struct DimseArchive: ImageArchive {
    private let peer: DicomPeer

    /// The archive at a node.
    package init(_ node: DicomNode) { peer = DicomPeer(node) }

    /// See ``ImageArchive/name``.
    package var name: String { peer.node.name }

    /// See ``ImageArchive/echo()``.
    package func echo() throws { try translated { () throws(DicomNetworkError) in try peer.echo() } }

    /// See ``ImageArchive/find(_:)``.
    package func find(_ query: ArchiveQuery) throws -> [ArchiveMatch] {
        var asked: DicomPeer.Query
        switch query.level {
        case .study: asked = DicomPeer.Query(.study)
        case .series: asked = DicomPeer.Query(.series)
        case .image: asked = DicomPeer.Query(.image)
        }
        asked.studyUID = query.studyUID
        asked.seriesUID = query.seriesUID
        asked.accession = query.accession
        asked.patientID = query.patientID
        asked.date = query.date
        let question = asked
        return try translated { () throws(DicomNetworkError) in try peer.find(question) }.map(ArchiveMatch.init)
    }

    /// See ``ImageArchive/fetch(study:series:instances:to:stored:remark:)``.
    package func fetch(
        study: String, series: String, instances: [String], to folder: URL, stored: @escaping (String) -> Void,
        remark: @escaping (String) -> Void
    ) throws {
        _ = try translated { () throws(DicomNetworkError) -> Set<String> in
            switch peer.node.retrieval {
            case .get:
                try peer.get(
                    study: study, series: series, instances: instances, to: folder.path, stored: stored, remark: remark)
            case .move:
                try peer.move(
                    study: study, series: series, instances: instances, to: folder.path, stored: stored, remark: remark)
            }
        }
    }

    /// See ``ImageArchive/store(_:)``. All files are read before the first is sent.
    package func store(_ files: [URL]) throws -> [ArchivedObject] {
        try translated { () throws(DicomNetworkError) in try peer.store(files.map(\.path)) }.map(ArchivedObject.init)
    }

    /// See ``ImageArchive/commit(_:patience:)``.
    package func commit(_ objects: [ArchivedObject], patience: Int) throws -> [ArchivedObject] {
        let asked = objects.map {
            DicomPeer.Outcome(sopClassUID: $0.sopClassUID, sopInstanceUID: $0.sopInstanceUID, status: $0.status)
        }
        return try translated { () throws(DicomNetworkError) in try peer.commit(asked, patience: patience) }
            .map(ArchivedObject.init)
    }

    private func translated<T>(_ call: () throws(DicomNetworkError) -> T) throws -> T {
        do throws(DicomNetworkError) {
            return try call()
        } catch {
            throw ArchiveError(error)
        }
    }
}

extension ArchiveError {
    /// What a DICOM node did, in the words of archives.
    init(_ error: DicomNetworkError) {
        let kind: Kind =
            switch error.kind {
            case .notOffered: .notOffered
            case .timedOut: .timedOut
            case .unreachable, .rejected, .refused, .aborted, .insecure, .file, .nonsense, .local: .failed
            }
        self.init(kind, error.description)
    }
}

extension ArchivedObject {
    fileprivate init(_ outcome: DicomPeer.Outcome) {
        self.init(sopClassUID: outcome.sopClassUID, sopInstanceUID: outcome.sopInstanceUID, status: outcome.status)
    }
}

extension ArchiveMatch {
    fileprivate init(_ match: DicomPeer.Match) {
        self.init()
        studyUID = match.studyUID
        studyDate = match.studyDate
        studyDescription = match.studyDescription
        seriesUID = match.seriesUID
        seriesDescription = match.seriesDescription
        modality = match.modality
        sopClassUID = match.sopClassUID
        sopInstanceUID = match.sopInstanceUID
        instanceCount = match.instanceCount
    }
}
