import Archive
import CaseStore
import CaseWork
import Files
import Foundation
import Reports

/// Sends a case's newest correction to an archive, as an object that refers to the images it was drawn on.
package struct CorrectionPush {
    private let archive: any ImageArchive
    private let store: any CaseStoring
    private let data: DataFolder
    private let conventions: StructureConventions

    /// How it is sent.
    package struct Options {
        /// RTSTRUCT, SEG, or a report with the SEG that it refers to.
        package var form: CorrectionForm
        /// Whether the RTSTRUCT is marked as approved.
        package var approve = false
        /// Within how many mm contours are simplified.
        package var simplify: Double?
        /// The folder of the original series of a pseudonymised case.
        package var onto: String?
        /// The only revision that is sent; `nil` for the newest, whichever it is.
        package var revision: Int?
        /// How long to wait for the archive to vouch for the object, seconds; `nil` not to ask.
        package var patience: Int?

        /// The plainest way.
        package init(form: CorrectionForm) { self.form = form }
    }

    /// A push from a store.
    package init(
        to archive: any ImageArchive, from store: any CaseStoring, data: DataFolder, conventions: StructureConventions
    ) {
        self.archive = archive
        self.store = store
        self.data = data
        self.conventions = conventions
    }

    /// Sends it.
    /// - Returns: what came of it, and whether the archive does not vouch for what it was sent.
    /// - Throws: ``WorkError`` for a case that cannot be sent, ``ArchiveError`` if the archive does not keep it.
    package func run(_ query: String, _ options: Options) throws -> (report: PushReport, isUncommitted: Bool) {
        var notes = Notes()
        let export = try CorrectionExport.find(query, in: store, original: options.onto, notes: &notes)
        guard options.onto != nil || !Pseudonymised.holds(export.record, home: data.url) else {
            throw WorkError(
                "Case \(export.record.id) was imported under a pseudonym, which the PACS does not know. Give the folder of "
                    + "the original series with --onto.")
        }
        if let wanted = options.revision, wanted != export.key.revision {
            throw WorkError(
                "Revision \(export.key.revision) of case \(export.record.id) was filed meanwhile; revision \(wanted) was "
                    + "not sent.", .failed)
        }
        let folder = data.outgoing(getpid())
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("object.dcm")
        var details = export.details(approve: options.approve, simplify: options.simplify)
        details.madeAt = export.correction.filedAt
        let files = try export.write(as: options.form, to: file.path, details: details, by: conventions)
        // What a report refers to goes first.
        let outcomes = try files.reversed().map { try ObjectPush(to: archive).run($0, patience: options.patience) }
        var report = PushReport(
            node: archive.name, caseID: export.record.id.rawValue, revision: export.key.revision,
            sopInstanceUID: outcomes.last?.sopInstanceUID ?? "",
            warnings: notes.sentences + outcomes.flatMap(\.remarks), remarks: outcomes.flatMap(\.remarks))
        let answers = outcomes.compactMap(\.answer)
        let worst = [Commitment.Answer.failed, .pending, .notOffered, .committed].first { answers.contains($0) }
        if let worst { report.commitment = worst.rawValue }
        return (report, worst == .failed)
    }
}
