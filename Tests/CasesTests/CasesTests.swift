import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct CasesTests {
    @Test func structuresAreListedLungsFirst() {
        let names = ["Zebra", "SpinalCord", "Heart", "Aorta", "Lung_R", "Lung_L"].map(StructureName.init(rawValue:))
        #expect(names.sorted().map(\.rawValue) == ["Lung_L", "Lung_R", "Heart", "SpinalCord", "Aorta", "Zebra"])
    }

    @Test func onlyVersionsAreModels() {
        #expect(ModelName(rawValue: "lungs-unet2d@7").isModel)
        #expect(!ModelName.baseline.isModel && !ModelName.loaded.isModel)
    }

    @Test func finishedJobsStayFinished() {
        #expect(Set(JobState.allCases.filter(\.isFinal)) == [.promoted, .held, .failed, .cancelled])
        #expect(JobState.queued.successors == [.leased, .cancelled])
    }

    @Test func recordsSurviveJSON() throws {
        let geometry = try GridGeometry(
            size: GridSize(x: 3, y: 2, z: 1), spacing: Spacing(x: 0.1 + 0.2, y: 1 / 3, z: 3),
            origin: PatientPoint(x: -1e-7, y: 1e300, z: 0.1))
        let record = CaseRecord(
            id: CaseID(rawValue: "1.2"), seriesUID: nil, source: "/a b/ü", contentDigest: "x", geometry: geometry,
            minimumHU: -32768, maximumHU: 32767, structures: [.heart], warnings: ["tilted"],
            repairs: [.tilt], acquisition: Acquisition(site: "North", hasContrast: false))
        let data = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(CaseRecord.self, from: data) == record)
    }
}
