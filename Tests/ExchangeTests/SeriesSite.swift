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

/// An intake into a store in memory, with a sender who sends a thorax.
final class SeriesSite {
    let home: TemporaryFolder
    let store: MemoryCaseStore
    let folder: IntakeFolder
    var said: [String] = []
    var asked: [String?] = []
    /// Why no predictor is to be had.
    var refusal: (any Error)?

    init() throws {
        home = try TemporaryFolder()
        store = MemoryCaseStore(folder: home.file("store"), account: "listen")
        folder = try IntakeFolder(DataFolder(home.url), for: store)
    }

    /// Sends a thorax, slice by slice.
    /// - Parameter frames: whether every slice has a frame of reference of its own, which is odd.
    func send(
        skipping: Set<Int> = [], only: Set<Int>? = nil, seed: String = "thorax", calling: String = "CT1",
        association: UInt64? = nil, frames: Bool = false
    ) throws {
        let ct = home.file("sender-\(seed)")
        if !FileManager.default.fileExists(atPath: ct.path) {
            let volume = try ThoraxDrawing().volume(on: ThoraxDrawing.grid(step: 12))
            try CTSeriesWriter.write(
                volume, to: ct,
                pseudonym: DicomPseudonym(
                    patientName: "Nobody^Knows", patientID: "17", date: "20260101", time: "120000",
                    studyDescription: "Thorax",
                    seriesDescription: "Lung", bodyPart: "CHEST"), seed: seed)
            if frames { try Self.spoilFrames(in: ct) }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: ct.path).sorted()
        for (index, name) in names.enumerated()
        where !skipping.contains(index) && only?.contains(index) ?? true {
            let copy = folder.arriving.appendingPathComponent(name)
            try FileManager.default.copyItem(at: ct.appendingPathComponent(name), to: copy)
            _ = try folder.take(
                copy, calling: calling, association: association, now: Date(timeIntervalSince1970: 1000))
        }
    }

    private static func spoilFrames(in folder: URL) throws {
        for (index, name) in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().enumerated() {
            let file = folder.appendingPathComponent(name)
            var data = try Data(contentsOf: file)
            let tag = try #require(data.range(of: Data([0x20, 0, 0x52, 0, 0x55, 0x49])))
            let end = tag.upperBound + 2 + Int(data[tag.upperBound])
            for place in [end - 3, end - 2] { try #require((0x30...0x39).contains(data[place])) }
            data[end - 3] = UInt8(0x30 + index / 10 % 10)
            data[end - 2] = UInt8(0x30 + index % 10)
            try data.write(to: file)
        }
    }

    /// As if the sender had stated that the series that comes has all images of the thorax.
    /// - Returns: how many these are.
    func announceAll() throws -> Int {
        let count = try FileManager.default.contentsOfDirectory(atPath: home.file("sender-thorax").path).count
        folder.state.withLock { state in
            for series in state.coming.keys { state.coming[series]?.note.expected = count }
        }
        return count
    }

    func intake(_ rules: [RoutingRule] = []) -> SeriesIntake {
        SeriesIntake(
            folder, into: store, identity: PatientIdentity(store: store, home: home.url, holdOutShare: 0.2),
            by: "listen", rules: RoutingRules(rules),
            predictor: { [unowned self] model in
                asked.append(model)
                if let refusal { throw refusal }
                return CasePredictor(
                    ModelChoice(kind: .baseline, isNamed: true), networks: ThresholdNetworks(),
                    options: PredictionOptions())
            }, say: { [unowned self] in said.append($0) })
    }

    func process(_ rules: [RoutingRule] = [], at seconds: Double = 2000) throws -> SeriesIntake.Outcome {
        let all = folder.due() + folder.complete(quiet: 1, now: Date(timeIntervalSince1970: seconds))
        return intake(rules).process(try #require(all.first))
    }

    func item() throws -> WorklistItem { try #require(try store.worklist().items.first) }
}

/// A rule for chests.
func chestRule(_ change: (inout ReviewRoute) -> Void) -> RoutingRule {
    var route = ReviewRoute()
    change(&route)
    return RoutingRule(
        name: "chest", conditions: [.text(.bodyPart, [TextPattern("chest")])], action: .review(route))
}
