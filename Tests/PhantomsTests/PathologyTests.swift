@testable import Phantoms
import Testing
import Volumes

@Suite struct PathologyTests {
    private let healthy: Phantom
    private let lungs: Mask

    init() throws {
        healthy = try Samples.healthy.get()
        lungs = try healthy[.lungLeft].union(healthy[.lungRight])
    }

    private func sick(_ pathology: Pathology) throws -> (phantom: Phantom, lungs: Mask) {
        let phantom = try Samples.make([pathology]).get()
        #expect(phantom.description.pathologies == [pathology])
        return (phantom, try phantom[.lungLeft].union(phantom[.lungRight]))
    }

    @Test func nodulesStayLung() throws {
        let (phantom, after) = try sick(.nodules)
        #expect(after == lungs)
        let changed = lungs.indices.filter { phantom.volume[$0].value > healthy.volume[$0].value + 200 }
        #expect(changed.count > 2)
        // Round and small, not a lobe.
        #expect(changed.count * 20 < lungs.count)
    }

    @Test func effusionLeavesTheLungAndIsFluid() throws {
        let (phantom, after) = try sick(.effusion)
        #expect(try after.subtracting(lungs).isEmpty)
        let fluid = try lungs.subtracting(after)
        #expect(fluid.millilitres > 50)
        #expect(abs(median(phantom.values(in: fluid)) - 12) < 15)
        // It gathers at the back of a patient on the back, and in one side.
        #expect(fluid.centroid.y > lungs.centroid.y + 20)
        let sides = [PhantomStructure.lungLeft, .lungRight].filter { phantom[$0] != healthy[$0] }
        #expect(sides.count == 1)
    }

    @Test func consolidationStaysLungAndIsDense() throws {
        let (phantom, after) = try sick(.consolidation)
        #expect(after == lungs)
        let dense = phantom.values(in: after).filter { $0 > -100 }.count
        let before = healthy.values(in: lungs).filter { $0 > -100 }.count
        #expect(Double(dense - before) * phantom.volume.geometry.voxelVolume > 15_000)
    }

    @Test func emphysemaStaysLungAndIsDark() throws {
        let (phantom, after) = try sick(.emphysema)
        #expect(after == lungs)
        func dark(_ phantom: Phantom) -> Double {
            let values = phantom.values(in: lungs)
            return Double(values.filter { $0 < -950 }.count) / Double(values.count)
        }
        #expect(dark(healthy) < 0.025)
        // Low attenuation area below −950 HU, the usual measure: more than 5 % is emphysema.
        #expect(dark(phantom) > 0.05)
    }

    @Test func chanceGivesSomePatientsSomething() {
        var found: Set<Pathology> = []
        var well = 0
        for patient in 1...30 {
            let sick = PatientVariation(PhantomSpecification(seed: 5, patient: patient, site: .siteC)).pathologies
            found.formUnion(sick)
            if sick.isEmpty { well += 1 }
        }
        #expect(found == Set(Pathology.allCases))
        #expect((1...20).contains(well))
    }
}
