@testable import Phantoms
import Testing
import Volumes

@Suite struct SiteTests {
    @Test func sitesScanOnTheirOwnGrids() throws {
        let expected = [
            ("siteA", 0.9765625, 3.0, 500.0), ("siteB", 0.703125, 1.25, 360), ("siteC", 1.171875, 5, 600),
        ]
        for (name, pixel, step, field) in expected {
            let site = try #require(PhantomSite.named(name))
            #expect(site.fieldOfView.value == field)
            let specification = PhantomSpecification(seed: 3, patient: 7, site: site)
            let grid = try ThoraxPhantom.grid(specification, PatientVariation(specification))
            #expect(grid.spacing == Spacing(x: pixel, y: pixel, z: step))
            #expect(grid.size.x == 512 && grid.size.y == 512)
            #expect(grid.direction == .identity)
            // All of the thorax, whatever the slices.
            #expect((250...400).contains(Double(grid.size.z) * step))
        }
        #expect(PhantomSite.named("siteX") == nil)
    }

    @Test func smallGridsKeepTheFieldOfView() throws {
        let phantom = try Samples.healthy.get()
        let geometry = phantom.volume.geometry
        #expect(geometry.size == GridSize(x: 96, y: 96, z: 40))
        #expect(abs(geometry.spacing.x * 96 - 500) < 1e-9)
        #expect(geometry.spacing.z > 6)
    }

    @Test func outsideTheScanCircleIsPaddingAtOneSite() throws {
        func corner(_ site: PhantomSite) throws -> HounsfieldUnit {
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(seed: 1, patient: 1, site: site, matrix: 32, slices: 4))
            return phantom.volume[VoxelIndex(x: 0, y: 31, z: 2)]
        }
        #expect(try corner(.siteB) == -2000)
        #expect(try corner(.siteA) >= -1024)
    }

    @Test func sharpAndLowDoseSitesAreNoisier() throws {
        /// The deviation between neighbours in the back muscles and liver, at full resolution.
        func grain(_ site: PhantomSite) throws -> Double {
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(seed: 4, patient: 2, site: site, matrix: 256, slices: 4, pathologies: []))
            let cord = phantom[.spinalCord].indices.filter { $0.z == 0 }
            let values = phantom.volume.slices[0]
            var differences: [Double] = []
            for y in 100..<156 {
                for x in 90..<110 {
                    let (a, b) = (Double(values[x, y].value), Double(values[x + 1, y].value))
                    if (20...160).contains(a), (20...160).contains(b) { differences.append((a - b) * (a - b)) }
                }
            }
            #expect(!cord.isEmpty && differences.count > 100)
            return mean(differences).squareRoot()
        }
        let quiet = try grain(.siteA)
        #expect(try grain(.siteB) > 1.5 * quiet)
        #expect(try grain(.siteC) > 1.2 * quiet)
    }

    @Test func absurdSizesAreRefused() {
        for (matrix, slices) in [(15, 10), (2049, 10), (64, 3), (64, 2001), (-1, 10), (64, Int.min)] {
            #expect(throws: VolumesError.self) {
                try ThoraxPhantom.generate(
                    PhantomSpecification(seed: 1, patient: 1, matrix: matrix, slices: slices))
            }
        }
    }
}
