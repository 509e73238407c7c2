import CaseStore
import CaseWork
import Cases
import Foundation
import MemoryStore
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import Reports

/// What the first line of a report says, and whether it lets the masks be used.
@Suite("The report of a case") struct CaseReportTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore
    private let record: CaseRecord
    private let proposed: Mask

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 6, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let image = folder.file("ct.nii.gz")
        try NiftiFile.write(try randomVolume(geometry, seed: 4), to: image)
        record = try LoadedCase.read(CaseSource(url: image)).record
        proposed = Mask(geometry: record.geometry) { $0.x < 3 }
        try store.register(record, by: "ana", now: Date())
        _ = try store.save(
            Prediction(
                model: ModelName(rawValue: "lungs@7"), recipeDigest: "ab", masks: [.lungLeft: proposed],
                preprocessing: [],
                notes: ["Left and <right> may be swapped."]), for: record.id, by: "ana", now: Date())
    }

    private func file(
        _ status: CorrectionStatus, reason: String? = nil, needsApproval: Bool = false, touched: [Int] = [],
        added: StructureName? = nil
    ) throws {
        let lease = try store.openForWriting(record.id, reviewer: "ana", holder: "h", now: Date(), duration: 60)
        defer { try? store.release(lease) }
        let base = try #require(try store.newestPrediction(for: record.id))
        let session = try store.beginSession(on: .prediction(base), lease: lease, now: Date())
        var masks = [StructureName.lungLeft: proposed]
        if let added {
            masks[added] = Mask(geometry: record.geometry) { $0.x > 5 }
            let patch = try MaskPatch(from: Mask(geometry: record.geometry), to: masks[added] ?? proposed)
            try store.append(
                JournalEntry(
                    kind: .edit, structure: added, name: "brush", slice: 0, patch: patch,
                    digestAfter: (masks[added] ?? proposed).digest(ofSlicesTouchedBy: patch)), sequence: 1, to: session,
                lease: lease, now: Date())
        }
        let draft = CaseStore.CorrectionDraft(
            status: status, reason: reason, masks: masks,
            outcomes: [
                StructureOutcome(name: .lungLeft, surfaceDiceAgainstPrediction: 1, tolerance: 2, addedPathLength: 0)
            ], slicesTouched: touched, slicesSeen: [0, 1], activeSeconds: 61, needsApproval: needsApproval)
        _ = try store.file(draft, of: session, expectedLength: added == nil ? 0 : 1, lease: lease, now: Date())
    }

    private func report() throws -> (report: CaseReport, html: String) {
        var notes = Notes()
        let found = try ReportedCase.find(record.id.rawValue, tolerance: { _ in 2 }, in: store, notes: &notes)
        let story = try AuditStory(of: record.id, try AuditStory.rows(of: store, after: 0), store)
        let report = CaseReport(
            found, card: nil, doses: nil, story: story, madeAt: Date(timeIntervalSince1970: 0), software: "pleura 1",
            warnings: notes.sentences)
        return (report, try CasePage(report, pictures: found.pictures).html())
    }

    @Test("where and by what the image was made is said as far as it is known")
    func acquisition() throws {
        #expect(try report().html.contains("not known"))
        var made = record
        made.acquisition = Acquisition(
            site: "North <wing>", manufacturer: "GE", scannerModel: "CT750", kernel: "LUNG", hasContrast: false)
        try store.register(made, by: "ana", now: Date())
        let (found, html) = try report()
        #expect(html.contains("GE CT750, kernel LUNG, no contrast agent, site North &lt;wing&gt;"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(found)) as? [String: Any])
        let facts = try #require(json["acquisition"] as? [String: Any])
        #expect(facts["site"] as? String == "North <wing>" && facts["contrast"] as? Bool == false)
        #expect(facts["slice_spacing_mm"] as? Double == 3 && facts["scanner_model"] as? String == "CT750")
    }

    @Test("nobody has looked: the masks are open, and have no scores")
    func unreviewed() throws {
        let (report, html) = try report()
        #expect(
            report.verdict.text == "Not reviewed. The masks are what lungs@7 proposed."
                && report.verdict.isUsable == nil)
        #expect(html.contains("class=\"verdict open\"") && report.structures[0].scores == nil)
        #expect(report.warnings.contains("The file of lungs@7 is not installed here, so that there is no card of it."))
        #expect(html.contains("Left and &lt;right&gt; may be swapped.") && html.contains("largest here"))
    }

    @Test("accepted: by whom, with the comment")
    func accepted() throws {
        try file(.accepted, reason: "fine")
        let (report, html) = try report()
        #expect(report.verdict.text.hasPrefix("Accepted as proposed by ana, "))
        #expect(report.verdict.text.hasSuffix(", revision 1. Comment: fine"))
        #expect(report.verdict.isUsable == true && html.contains("class=\"verdict good\""))
        #expect(report.slicesSeen == 2 && html.contains("2 of 4") && html.contains("1 min 1 s"))
        #expect(report.history.map(\.what).last == "filed a correction, revision 1")
        #expect(html.contains("<data value=\"1.0\">1.000</data>"))
    }

    @Test("what was added to a proposal does not make it a corrected one; what was changed of it does")
    func added() throws {
        try file(.corrected, added: StructureName(rawValue: "PTV"))
        let (report, html) = try report()
        #expect(report.verdict.text.hasPrefix("Accepted as proposed, with structures added by ana, "))
        #expect(report.verdict.isUsable == true && html.contains("PTV"))
        #expect(report.status == "corrected")
    }

    @Test("corrected: a slice of what was proposed is another")
    func corrected() throws {
        try file(.corrected, touched: [1], added: StructureName(rawValue: "PTV"))
        #expect(try self.report().report.verdict.text.hasPrefix("Corrected and accepted by ana, "))
    }

    @Test("rejected: the masks must not be used")
    func rejected() throws {
        try file(.rejected, reason: "motion & noise")
        let (report, html) = try report()
        #expect(report.verdict.text.hasSuffix("revision 1: motion & noise. Its masks must not be used."))
        #expect(report.verdict.isUsable == false && html.contains("class=\"verdict bad\""))
        #expect(html.contains("motion &amp; noise"))
    }

    @Test("a second person's word counts: waiting, approved, sent back")
    func approval() throws {
        try file(.accepted, needsApproval: true)
        let waiting = try report()
        #expect(waiting.report.verdict.text.hasSuffix("It waits for a second person's approval."))
        #expect(waiting.report.verdict.isUsable == nil && waiting.html.contains("class=\"verdict open\""))
        let key = CorrectionKey(caseID: record.id, revision: 1)
        try store.judge(key, .approved, comment: "", by: "bea", now: Date())
        let approved = try report().report
        #expect(approved.verdict.text.contains("Approved by bea, ") && approved.verdict.isUsable == true)
    }

    @Test("what was sent back is not to be used")
    func returned() throws {
        try file(.accepted, needsApproval: true)
        try store.judge(
            CorrectionKey(caseID: record.id, revision: 1), .returned, comment: "apex", by: "bea", now: Date())
        let returned = try report().report
        #expect(returned.verdict.text.contains("Sent back by bea, ") && returned.verdict.text.contains(": apex."))
        #expect(returned.verdict.isUsable == false && returned.approval?.verdict == "returned")
    }
}
