import CaseStore
import Cases
import Foundation
import Phantoms
import SQLiteStore
import TestSupport
import Testing
import Volumes

@testable import Rehearsal

@Suite("The reviewer that knows the truth") struct CorrectionOracleTests {
    private let geometry: GridGeometry
    private let folder: TemporaryFolder
    private let store: SQLiteCaseStore
    private let id = CaseID(rawValue: "1.2.3")

    init() throws {
        geometry = try GridGeometry(size: GridSize(x: 16, y: 16, z: 4), spacing: Spacing(x: 1, y: 1, z: 3))
        folder = try TemporaryFolder()
        store = try SQLiteCaseStore(url: folder.file("pleura.sqlite"))
        try store.register(
            CaseRecord(
                id: id, seriesUID: nil, source: "/nowhere", contentDigest: "aa", geometry: geometry, minimumHU: 0,
                maximumHU: 1, structures: [], warnings: []), by: "ana", now: Date())
    }

    private func box(_ columns: Range<Int>) -> Mask {
        Mask(geometry: geometry) { columns.contains($0.x) && (4..<12).contains($0.y) && (1...2).contains($0.z) }
    }

    private func predict(_ mask: Mask) throws {
        _ = try store.save(
            Prediction(model: ModelName(rawValue: "lungs@1"), masks: [.lungLeft: mask], preprocessing: []), for: id,
            by: "ana", now: Date())
    }

    @Test("what lies within a millimetre of the truth stays as it was proposed")
    func reach() throws {
        let oracle = CorrectionOracle(store: store)
        let truth = box(4..<12)
        #expect(try oracle.corrected(box(5..<11), truth: truth) == box(5..<11))
        #expect(try oracle.corrected(box(4..<13), truth: truth) == box(4..<13))
        #expect(try oracle.corrected(box(2..<12), truth: truth) == box(3..<12))
        #expect(try oracle.corrected(Mask(geometry: geometry), truth: truth) == truth.eroded(by: 1))
    }

    @Test("its correction goes through lease, journal and filing like a person's")
    func filing() throws {
        try predict(box(2..<12))
        let oracle = CorrectionOracle(store: store)
        let correction = try oracle.review(id, truth: [.lungLeft: box(4..<12)], tolerance: { _ in 2 })
        #expect(correction.status == .corrected && correction.reviewer == "oracle")
        #expect(correction.masks == [.lungLeft: box(3..<12)])
        #expect(correction.slicesTouched == [1, 2] && correction.slicesSeen == [0, 1, 2, 3])
        let sessions = try store.sessions(of: id)
        #expect(sessions.map(\.journalLength) == [1])
    }

    @Test("a proposal without an error is accepted without a step")
    func acceptance() throws {
        try predict(box(4..<12))
        let correction = try CorrectionOracle(store: store)
            .review(id, truth: [.lungLeft: box(4..<12)], tolerance: { _ in 2 })
        #expect(correction.status == .accepted && correction.slicesTouched.isEmpty)
    }
}

@Suite("The patients of a rehearsal") struct RehearsalPatientTests {
    @Test("at the site where all have fibrosis everybody has it, and elsewhere nobody")
    func pathologies() {
        for number in 1...10 {
            for site in [PhantomSite.siteD] + PhantomSite.all {
                let found = LearningLoop.pathologies(at: site, number)
                #expect(found.contains(.fibrosis) == (site.percentFibrosis == 100), "\(site.name) \(number)")
            }
        }
    }

    @Test("what the results depend on is in the options' text; rounds are not")
    func options() {
        var options = LearningLoop.Options()
        let text = options.text
        options.rounds = 7
        #expect(options.text == text)
        options.casesPerRound += 1
        #expect(options.text != text)
    }
}
