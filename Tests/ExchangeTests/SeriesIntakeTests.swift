import CaseStore
import CaseWork
import Cases
import Dicom
import Files
import Foundation
import MemoryStore
import Routing
import Segmentation
import TestNetworks
import TestSupport
import Testing
import Volumes

@testable import Exchange

/// From complete series to the worklist, as the rules want it.
@Suite("Series intake")
struct SeriesIntakeTests {
    private typealias Site = SeriesSite

    private func rule(_ change: (inout ReviewRoute) -> Void) -> RoutingRule { chestRule(change) }

    @Test("without rules a series is on the worklist with a prediction, and names nobody")
    func plain() throws {
        let site = try Site()
        try site.send()
        guard case .registered(let ids, remarks: []) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        let item = try site.item()
        #expect(ids == [item.record.id] && item.model == .baseline && item.status == .new)
        #expect(item.structures.map(\.rawValue) == ["Lung_L", "Lung_R"])
        #expect(item.assignee == nil && item.flag == nil && site.asked == [nil])
        #expect(item.record.source == site.home.file("pacs/series/\(ids[0])").path)
        #expect(site.folder.due().isEmpty && site.folder.failed().isEmpty)
        let text = site.said.joined(separator: "\n")
        #expect(!text.contains("Nobody") && !text.contains("Thorax") && text.contains("no rule"), "\(text)")
    }

    @Test("a rule says by which model, of which structures, how urgent and for whom")
    func routed() throws {
        let site = try Site()
        try site.send()
        _ = try site.process([
            rule {
                ($0.model, $0.structures) = ("thorax@3", ["Lung_L"])
                ($0.isUrgent, $0.reader) = (true, "ana")
            }
        ])
        let item = try site.item()
        #expect(site.asked == ["thorax@3"])
        #expect(item.structures.map(\.rawValue) == ["Lung_L"])
        #expect(item.assignee == "ana" && item.flag?.comment == "urgent by rule “chest”")
        let id = try #require(try site.store.newestPrediction(for: item.record.id))
        let notes = try site.store.prediction(id).notes
        #expect(notes.contains("Of what baseline-threshold predicts, only Lung_L was asked for."), "\(notes)")
    }

    @Test("a rule says where the corrections of its cases go, once")
    func delivered() throws {
        let site = try Site()
        try site.send()
        let rule = rule { $0.delivery = ReviewRoute.Delivery(node: "clinic", forms: ["rtstruct", "sr"]) }
        _ = try site.process([rule])
        let id = try site.item().record.id
        #expect(try site.store.deliveryRoutes() == [id: DeliveryRoute(node: "clinic", forms: ["rtstruct", "sr"])])
        #expect(try site.store.audit(after: 0, limit: 99).filter { $0.action == "case.routed" }.count == 1)
    }

    @Test("what a busy store kept from a case is given when the series is tried again")
    func givenLater() throws {
        let site = try Site()
        try site.send()
        let rule = rule {
            $0.reader = "ana"
            $0.delivery = ReviewRoute.Delivery(node: "", forms: [])
        }
        site.store.failWrites(of: .deliveries, with: .busy(path: "store", operation: "test"))
        guard case .postponed = try site.process([rule]) else {
            Issue.record("\(site.said)")
            return
        }
        let id = try site.item().record.id
        #expect(try site.store.deliveryRoutes().isEmpty)
        site.store.failWrites(of: .deliveries, with: nil)
        guard case .registered = try site.process([rule]) else {
            Issue.record("\(site.said)")
            return
        }
        #expect(try site.store.deliveryRoutes() == [id: .nowhere])
        #expect(try site.item().assignee == "ana")
    }

    @Test("a structure that the model does not predict leaves the case without a prediction, and is said")
    func missingStructure() throws {
        let site = try Site()
        try site.send()
        let outcome = try site.process([rule { $0.structures = ["Lung_L", "Heart"] }])
        guard case .registered(let ids, let remarks) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(ids.count == 1 && remarks.count == 1)
        #expect(remarks.first?.contains("predicts no Heart; it predicts Lung_L, Lung_R") == true, "\(remarks)")
        #expect(try site.item().model == nil)
    }

    @Test("a model that is not there leaves the case registered, and is said")
    func missingModel() throws {
        let site = try Site()
        site.refusal = WorkError("No model x@9 is installed.")
        try site.send()
        guard case .registered(_, let remarks) = try site.process([rule { $0.model = "x@9" }]) else {
            Issue.record("\(site.said)")
            return
        }
        #expect(remarks.first?.contains("No model x@9 is installed.") == true)
        #expect(try site.item().model == nil)
    }

    @Test("trouble of this machine's leaves the series due, and it is done later, once")
    func postponed() throws {
        let site = try Site()
        site.refusal = WorkError("The disk is full.", .failed)
        try site.send()
        let first = try site.process([rule { $0.reader = "ana" }])
        #expect(first == .postponed("The disk is full."))
        #expect(site.folder.due().count == 1)
        site.refusal = nil
        guard case .registered(_, remarks: []) = try site.process([rule { $0.reader = "ana" }]) else {
            Issue.record("\(site.said)")
            return
        }
        #expect(try site.store.worklist().items.count == 1)
        #expect(try site.item().assignee == "ana" && site.item().model == .baseline && site.folder.due().isEmpty)
    }

    @Test("what people decided meanwhile stays")
    func decided() throws {
        let site = try Site()
        site.refusal = WorkError("The disk is full.", .failed)
        try site.send()
        _ = try site.process([rule { $0.reader = "ana" }])
        site.refusal = nil
        let id = try site.item().record.id
        try site.store.assign(id, to: "ben", by: "ben", now: Date())
        _ = try site.process([rule { $0.reader = "ana" }])
        #expect(try site.item().assignee == "ben")
    }

    @Test("an ignored series becomes no case")
    func ignored() throws {
        let site = try Site()
        try site.send()
        let scouts = RoutingRule(
            name: "lungs", conditions: [.text(.description, [TextPattern("lung*")])], action: .ignore)
        #expect(try site.process([scouts]) == .ignored)
        #expect(try site.store.worklist().items.isEmpty && site.asked.isEmpty)
    }

    @Test("a series that was due when the rules changed is due no more, and what a case was made of stays")
    func ruledOut() throws {
        let site = try Site()
        site.refusal = WorkError("The disk is full.", .failed)
        try site.send()
        #expect(try site.process() == .postponed("The disk is full."))
        let scouts = RoutingRule(
            name: "lungs", conditions: [.text(.description, [TextPattern("lung*")])], action: .ignore)
        #expect(try site.process([scouts]) == .ignored)
        #expect(site.folder.due().isEmpty)
        let place = try site.item().record.source
        #expect(FileManager.default.fileExists(atPath: place))
    }

    @Test("a series without one of its slices becomes no case, and does once that has come")
    func missingSlice() throws {
        let site = try Site()
        try site.send(skipping: [7])
        guard case .failed(let reason) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        #expect(!reason.isEmpty && site.folder.failed().map(\.reason) == [reason])
        #expect(try site.store.worklist().items.isEmpty)
        try site.send(only: [7])
        guard case .registered(let ids, remarks: []) = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        #expect(ids.count == 1)
    }

    @Test("a series that became no case here, and of which somebody made one, is not changed by what comes later")
    func madeByHand() throws {
        let site = try Site()
        try site.send(skipping: [7])
        guard case .failed = try site.process() else {
            Issue.record("\(site.said)")
            return
        }
        let whole = try #require(
            try FileManager.default.contentsOfDirectory(
                at: site.home.file("pacs/series"), includingPropertiesForKeys: nil
            ).first)
        let before = try FileManager.default.contentsOfDirectory(atPath: whole.path).sorted()
        let source = CaseSource(url: site.home.file("sender-thorax"))
        try site.store.register(try LoadedCase.read(source).record, by: "ana", now: Date())
        try site.send(only: [7])
        #expect(try FileManager.default.contentsOfDirectory(atPath: whole.path).sorted() == before)
        let late = site.home.file("intake/late/\(whole.lastPathComponent)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: late.path).count == 1)
        #expect(site.folder.complete(quiet: 1, now: Date(timeIntervalSince1970: 3000)).isEmpty)
    }

    @Test("what is no CT is kept and becomes no case")
    func otherKind() throws {
        let site = try Site()
        let file = site.folder.arriving.appendingPathComponent("rs")
        var object = SmallObject(modality: "RTSTRUCT")
        object.kind = "1.2.840.10008.5.1.4.1.1.481.3"
        try object.data.write(to: file)
        _ = try site.folder.take(file, now: Date(timeIntervalSince1970: 1000))
        #expect(try site.process() == .kept)
        #expect(FileManager.default.fileExists(atPath: site.home.file("pacs/objects/1.2/1.3.dcm").path))
    }

    @Test("a modality that is no code is not logged: a name may stand there")
    func oddModality() throws {
        let site = try Site()
        let file = site.folder.arriving.appendingPathComponent("rs")
        var object = SmallObject(modality: "SMITH^JOHN")
        object.kind = "1.2.840.10008.5.1.4.1.1.481.3"
        try object.data.write(to: file)
        _ = try site.folder.take(file, now: Date(timeIntervalSince1970: 1000))
        #expect(try site.process() == .kept)
        let text = site.said.joined(separator: "\n")
        #expect(text.contains("a series of an odd modality becomes no case") && !text.contains("SMITH"), "\(text)")
    }

    @Test("the rules are explained for each series at a path")
    func explained() throws {
        let site = try Site()
        try site.send()
        let file = site.home.file("rules.toml")
        try Data(
            """
            [[rule]]
            name = "heads"
            body_part = "HEAD"
            slice_thickness_mm = [0, 1]
            ignore = true
            [[rule]]
            name = "from CT1"
            ae_title = "ct1"
            reader = "ana"
            priority = "urgent"
            deliver_to = "clinic"
            """.utf8
        ).write(to: file)
        let rules = try IntakeRules(file.path, usual: file)
        let explained = try RulesExplained(site.home.file("sender-thorax").path, by: rules, calling: "CT1")
        let lines = explained.lines
        #expect(lines.count == 5, "\(lines)")
        #expect(
            lines[1...] == [
                "  not “heads”:", "    body_part is “CHEST”, not “HEAD”", "    slice_thickness_mm is 12, not 0 to 1",
                "  “from CT1” matches: a case, predicted by the model in use, urgent, for ana, its corrections go to clinic as rtstruct",
            ])
        let data = try JSONEncoder().encode(explained)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let series = try #require((document["series"] as? [[String: Any]])?.first)
        #expect(series["rule"] as? String == "from CT1" && series["action"] as? String == "review")
        #expect(series["deliver_to"] as? String == "clinic" && series["deliver"] as? [String] == ["rtstruct"])
        #expect(series["model"] is NSNull && series["priority"] as? String == "urgent")
        let passed = try #require((series["passed"] as? [[String: Any]])?.first)
        #expect((passed["failing"] as? [[String: Any]])?.count == 2)
        #expect(throws: WorkError.self) { try RulesExplained(site.home.file("nowhere").path, by: rules, calling: "") }
    }
}
