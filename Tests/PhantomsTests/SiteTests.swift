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
        #expect(geometry.size == GridSize(x: 72, y: 72, z: 32))
        #expect(abs(geometry.spacing.x * 72 - 500) < 1e-9)
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

    /// Water at a site's own spacing has the site's noise; a sharp kernel's is fine-grained, a soft one's is coarse.
    @Test func waterHasTheNoiseOfTheSite() throws {
        for site in PhantomSite.all {
            let pixel = site.pixelSpacing.value
            let geometry = try GridGeometry(
                size: GridSize(x: 64, y: 64, z: 1),
                spacing: Spacing(x: pixel, y: pixel, z: site.sliceSpacing.value),
                origin: PatientPoint(x: -32 * pixel, y: -32 * pixel, z: -100))
            var scene = Scene()
            scene.add(.ellipsoid(Point3(0, 0, -100), Point3(200, 200, 200)), 0)
            let specification = PhantomSpecification(seed: 1, patient: 1, site: site)
            let painter = SlicePainter(
                scene: scene, geometry: geometry, site: site, patient: PatientVariation(specification),
                noiseSeed: PhantomRandom(seed: 1, stream: "noise"))
            let image = painter.paint(slice: 0).image
            var (values, products): ([Double], [Double]) = ([], [])
            for y in 10..<54 {
                for x in 10..<54 {
                    let here = Double(image[x, y].value)
                    values.append(here)
                    products.append(here * Double(image[x + 1, y].value))
                }
            }
            let variance = mean(values.map { $0 * $0 })
            #expect(abs(mean(values)) < 4)
            // The tissue's own texture adds a little.
            #expect((0.8 * site.noise...1.45 * site.noise).contains(variance.squareRoot()), "\(site.name)")
            let correlation = mean(products) / variance
            #expect(site.kernel == .sharp ? correlation < 0.45 : correlation > 0.55, "\(site.name)")
        }
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
