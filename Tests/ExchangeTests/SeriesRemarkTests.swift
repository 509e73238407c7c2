import CaseStore
import CaseWork
import Cases
import Dicom
import Foundation
import Models
import Networks
import Routing
import Segmentation
import TestNetworks
import TestSupport
import Testing

@testable import Exchange

/// What readers are told of series that may not be whole, and what mistakes with models come to.
@Suite("Series remarks")
struct SeriesRemarkTests {
    private func flag(_ site: SeriesSite) throws -> String? { try site.item().flag?.comment }

    @Test("a series of which the end is missing is flagged, with what is lacking", arguments: [true, false])
    func truncated(isUrgent: Bool) throws {
        let site = try SeriesSite()
        try site.send(skipping: [0])
        let count = try site.announceAll()
        guard case .registered(_, let remarks) = try site.process([chestRule { $0.isUrgent = isUrgent }]) else {
            Issue.record("\(site.said)")
            return
        }
        let lack = "Only \(count - 1) of \(count) images that the sender announced came."
        #expect(remarks == [lack])
        #expect(try flag(site) == (isUrgent ? "urgent by rule “chest”; " : "") + lack)
        #expect(try site.item().model == .baseline)
    }

    @Test(
        "a series whose transfer was broken off is flagged; one that was sent again is not", arguments: [true, false])
    func brokenOff(isSentAgain: Bool) throws {
        let site = try SeriesSite()
        let now = Date(timeIntervalSince1970: 1000)
        try site.send(association: 3)
        site.folder.ended(association: 3, wasCut: true, now: now)
        if isSentAgain {
            try site.send(association: 4)
            site.folder.ended(association: 4, now: now)
        }
        _ = try site.process()
        #expect(try flag(site) == (isSentAgain ? nil : "Its transfer was broken off: images may be missing."))
    }

    @Test("images that come late are told the readers of the case once, and again where more come")
    func late() throws {
        let site = try SeriesSite()
        try site.send(skipping: [0, 1, 2])
        guard case .registered(let ids, remarks: []) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        let intake = site.intake()
        let series = try #require(try site.item().record.seriesUID)
        #expect(intake.tellLate(of: series))
        #expect(try flag(site) == nil, "nothing came late")
        try site.store.mark(ids[0], .flagged, comment: "a rare finding", by: "ana", now: Date())
        try site.send(only: [0])
        #expect(site.folder.newlyApart()[series]?.late == 1)
        #expect(intake.tellLate(of: series))
        let told = "a rare finding; Images came after its series was complete; they are not part of it."
        #expect(try flag(site) == told)
        // What somebody took down stays down, until there is more.
        try site.store.mark(ids[0], .unflagged, comment: "", by: "ana", now: Date())
        #expect(intake.tellLate(of: series))
        #expect(try flag(site) == nil)
        try site.send(only: [1])
        #expect(intake.tellLate(of: series))
        #expect(try flag(site) == "Images came after its series was complete; they are not part of it.")
    }

    @Test("images that come late while the series waits are told when it becomes a case")
    func lateWhileDue() throws {
        let site = try SeriesSite()
        site.refusal = WorkError("The disk is full.", .failed)
        try site.send(skipping: [0])
        #expect(try site.process() == .postponed("The disk is full."))
        site.refusal = nil
        try site.send(only: [0])
        guard case .registered(_, let remarks) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        #expect(remarks == ["Images came after its series was complete; they are not part of it."])
        #expect(site.intake().tellLate(of: try #require(try site.item().record.seriesUID)))
        #expect(try flag(site) == remarks[0])
    }

    @Test("a missing slice that came while its series was worked on makes it a case after all")
    func missingSlice() throws {
        let site = try SeriesSite()
        try site.send(skipping: [7])
        let series = try #require(site.folder.complete(quiet: 1, now: Date(timeIntervalSince1970: 2000)).first)
        _ = try site.folder.settle(series, as: .due)
        try site.send(only: [7])
        guard case .failed = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        #expect(site.said.last?.contains("comes again") == true, "\(site.said)")
        guard case .registered(_, remarks: []) = try site.process(at: 4_000_000_000) else {
            Issue.record("\(site.said)")
            return
        }
        #expect(try flag(site) == nil)
    }

    @Test("without a prediction a case is given to its reader nevertheless, once")
    func givenWithout() throws {
        let site = try SeriesSite()
        site.refusal = WorkError("The engine is ill.", .failed)
        let rule = chestRule { ($0.reader, $0.isUrgent) = ("ana", true) }
        try site.send()
        for _ in 0..<2 {
            #expect(try site.process([rule]) == .postponed("The engine is ill."))
            let item = try site.item()
            #expect(item.assignee == "ana" && item.flag?.comment == "urgent by rule “chest”")
        }
        // What people decide stays, however often it is tried again.
        let id = try site.item().record.id
        try site.store.assign(id, to: nil, by: "ben", now: Date())
        try site.store.mark(id, .unflagged, comment: "", by: "ben", now: Date())
        site.refusal = nil
        guard case .registered(_, remarks: []) = try site.process([rule]) else {
            Issue.record("\(site.said)")
            return
        }
        #expect(try site.item().assignee == nil && site.item().flag == nil && site.item().model == .baseline)
    }

    @Test("what a network answers is no accident: the case is registered without a prediction")
    func uselessNetwork() throws {
        let site = try SeriesSite()
        site.refusal = PredictionError.otherNetwork
        try site.send()
        guard case .registered(_, let remarks) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        #expect(remarks.count == 1 && remarks[0].contains("not the one that the model's recipe describes"))
        #expect(site.folder.due().isEmpty)
    }

    @Test("what is odd about an image is said before it is predicted, and not again")
    func warnings() throws {
        let site = try SeriesSite()
        site.refusal = WorkError("The engine is ill.", .failed)
        try site.send(frames: true)
        _ = try site.process()
        _ = try site.process()
        let notes = site.said.filter { $0.contains(": note: Slices have different frame-of-reference UIDs") }
        #expect(notes.count == 1, "\(site.said)")
    }

    @Test("rules whose models are missing or answer prompts are refused", arguments: ["refine@2", "nothing@1"])
    func models(name: String) throws {
        let home = try TemporaryFolder()
        let file = home.file("rules.toml")
        try Data("[[rule]]\nname = \"chests\"\nmodel = \"\(name)\"\n".utf8).write(to: file)
        let rules = try IntakeRules(file.path, usual: file)
        let catalogue = ModelCatalogue(folders: [repositoryRoot().appendingPathComponent("models")])
        let error = #expect(throws: WorkError.self) { try rules.checked(with: catalogue, nodes: [:]) }
        #expect(error?.description.contains("rule “chests”: model: ") == true, "\(String(describing: error))")
        let expected = name == "refine@2" ? "answers prompts" : "No model nothing@1 is installed"
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    }

    @Test("a predictor is used again for the same choice alone")
    func cache() throws {
        let home = try TemporaryFolder()
        let (one, other) = (home.file("one.safetensors"), home.file("other.safetensors"))
        let shipped = repositoryRoot().appendingPathComponent("models/lungs-unet2d.safetensors")
        for file in [one, other] { try FileManager.default.copyItem(at: shipped, to: file) }
        let cache = PredictorCache()
        func predictor(_ file: URL, isNamed: Bool = true, warning: String? = nil) throws -> CasePredictor {
            let entry = ModelCatalogue.Entry(url: file, header: try ModelFile.header(of: file))
            return CasePredictor(
                ModelChoice(kind: .model(entry), isNamed: isNamed, warning: warning), networks: ThresholdNetworks(),
                options: PredictionOptions())
        }
        func isReused(_ predictor: CasePredictor) -> Bool { cache.reuse(predictor) !== predictor }
        #expect(try !isReused(predictor(one)))
        #expect(try isReused(predictor(one)))
        // The same name in the header, another file.
        #expect(try !isReused(predictor(other)))
        #expect(try !isReused(predictor(other, isNamed: false)))
        #expect(try !isReused(predictor(other, isNamed: false, warning: "Another predicts instead.")))
        #expect(try isReused(predictor(other, isNamed: false, warning: "Another predicts instead.")))
        // The same file, of another time.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: other.path)
        #expect(try !isReused(predictor(other, isNamed: false, warning: "Another predicts instead.")))
        let baseline = CasePredictor(
            ModelChoice(kind: .baseline, isNamed: true), networks: ThresholdNetworks(), options: PredictionOptions())
        #expect(
            !isReused(baseline)
                && isReused(
                    CasePredictor(
                        ModelChoice(kind: .baseline, isNamed: true), networks: ThresholdNetworks(),
                        options: PredictionOptions()))
        )
    }
}
