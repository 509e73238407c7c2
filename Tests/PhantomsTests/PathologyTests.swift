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

    @Test func anAirlessLobeStaysLungAndMovesItsSurroundings() throws {
        // Several patients, because side and lobe are drawn.
        var lobes: Set<Bool> = []
        for patient in 1...4 {
            let sick = try Samples.make([.atelectasis], patient: patient).get()
            let well = try Samples.make([], patient: patient).get()
            let variation = PatientVariation(Samples.specification([.atelectasis], patient: patient))
            let collapse = try #require(variation.collapse)
            lobes.insert(collapse.lobe == .lower)
            let own: PhantomStructure = collapse.side == .right ? .lungRight : .lungLeft
            let other: PhantomStructure = collapse.side == .right ? .lungLeft : .lungRight
            // Volume is lost on that side, and the other lung follows into the room.
            #expect(sick[own].millilitres < 0.9 * well[own].millilitres)
            #expect(sick[other].millilitres > well[other].millilitres)
            // The raised diaphragm takes room from the heart on the side it moves to; above both domes it is whole.
            let diaphragm = Diaphragm(variation)
            let domes =
                max(diaphragm.height(-62, -25).z, diaphragm.height(64, -25).z) * variation.scale.z + variation.shift.z
            func heart(_ phantom: Phantom) -> Double {
                let places = phantom[.heart].indices.map { phantom.volume.geometry.point(at: $0) }
                return mean(places.filter { $0.z > domes }.map(\.x))
            }
            #expect((heart(sick) - heart(well)) * collapse.side.sign > 2)
            #expect(abs(sick[.spinalCord].centroid.x - well[.spinalCord].centroid.x) < 1)
            // A dense wedge is in the mask.
            func dense(_ phantom: Phantom) -> Double {
                Double(phantom.values(in: phantom[own]).filter { $0 > -100 }.count)
                    * phantom.volume.geometry.voxelVolume
            }
            #expect(dense(sick) - dense(well) > 20_000)
        }
        #expect(lobes.count == 2)
    }

    @Test func aMassAtTheWallIsLungWithinTheRibCageOnly() throws {
        var sizes: [Double] = []
        for patient in 1...4 {
            let sick = try Samples.make([.mass], patient: patient).get()
            let well = try Samples.make([], patient: patient).get()
            #expect(try sick[.lungLeft].union(sick[.lungRight]) == well[.lungLeft].union(well[.lungRight]))
            let lungs = try well[.lungLeft].union(well[.lungRight])
            let solid = lungs.indices.filter {
                sick.volume[$0].value > -50 && well.volume[$0].value < -300
            }
            sizes.append(Double(solid.count) * well.volume.geometry.voxelVolume / 1000)
        }
        // Millilitres: a sphere of 16 mm has 17, of 38 mm 230; a part lies in the wall.
        #expect(sizes.allSatisfy { $0 > 4 && $0 < 260 })
    }

    @Test func fibrosisStaysLungAndIsDenseUnderThePleuraOfTheBases() throws {
        let (phantom, after) = try sick(.fibrosis)
        #expect(after == lungs)
        // The outer centimetre of the lower half, and the inside of the lung.
        let low = lungs.indices.filter { $0.z < lungs.geometry.size.z / 2 }
        let inner = try lungs.eroded(by: 25)
        let outer = try lungs.subtracting(lungs.eroded(by: 10))
        func density(_ phantom: Phantom, _ mask: Mask) -> Double {
            mean(low.filter { mask[$0] }.map { Double(phantom.volume[$0].value) })
        }
        let gain = density(phantom, outer) - density(healthy, outer)
        #expect(gain > 120)
        #expect(density(phantom, inner) - density(healthy, inner) < gain / 3)
        let sides = [PhantomStructure.lungLeft, .lungRight].map { side in
            median(phantom.values(in: phantom[side])) - median(healthy.values(in: phantom[side]))
        }
        #expect(sides.allSatisfy { $0 > 0 })
    }

    @Test func onlyTheNewSiteHasFibrosisUnasked() {
        for site in PhantomSite.all {
            let found = (1...20).flatMap {
                PatientVariation(PhantomSpecification(seed: 3, patient: $0, site: site)).pathologies
            }
            #expect(!found.contains(.fibrosis))
        }
        let sick = PatientVariation(PhantomSpecification(seed: 3, patient: 1, site: .siteD)).pathologies
        #expect(sick.contains(.fibrosis))
    }

    @Test func laterPathologiesLeaveTheFirstDrawsAlone() {
        // Drawn by the version that knew four pathologies: seed 1, patients 1 and 2 of the sample data.
        let first = PatientVariation(PhantomSpecification(seed: 1, patient: 1, site: .siteA)).pathologies
        let second = PatientVariation(PhantomSpecification(seed: 1, patient: 2, site: .siteB)).pathologies
        #expect(first == [])
        #expect(second == [.emphysema, .nodules])
    }

    @Test func chanceGivesSomePatientsSomething() {
        var found: Set<Pathology> = []
        var well = 0
        for patient in 1...30 {
            let sick = PatientVariation(PhantomSpecification(seed: 5, patient: patient, site: .siteC)).pathologies
            found.formUnion(sick)
            if sick.isEmpty { well += 1 }
        }
        #expect(found == Set(Pathology.allCases.filter { $0.frequency(at: .siteC) > 0 }))
        #expect((1...20).contains(well))
    }
}
