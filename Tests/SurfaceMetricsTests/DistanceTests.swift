import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@Suite("Distances")
struct DistanceTests {
    @Test("Surfels with nothing near them, against the scalar definition", arguments: 0..<6)
    func farApart(seed: UInt64) throws {
        var random = RandomMasks(seed: seed + 500)
        let sizes = [GridSize(x: 150, y: 20, z: 12), GridSize(x: 3, y: 60, z: 20), GridSize(x: 200, y: 1, z: 1)]
        let geometry = try GridGeometry(size: sizes[Int(seed) % 3], spacing: random.spacing())
        let masks = (0..<2).map { _ in
            var mask = Mask(geometry: geometry)
            for _ in 0..<random.int(1...12) { mask[random.voxel(geometry.size)] = true }
            return mask
        }
        let distances = try #require(try SurfaceMeasurement.distances(reference: masks[0], test: masks[1]))
        let definition = SurfaceDiceDefinition(reference: masks[0], test: masks[1], spacing: geometry.spacing)
        for (directed, surfels) in [
            (distances.referenceToTest, definition.reference), (distances.testToReference, definition.test),
        ] {
            #expect(directed.distances == Set(surfels.map(\.distance)).sorted())
            let area = surfels.reduce(0) { $0 + definition.areas[$1.code] }
            #expect(agrees(directed.cumulativeAreas.last, area, within: 1e-12))
        }
        #expect(agrees(distances.referenceToTest.average, definition.averageDistances.reference, within: 1e-12))
        for percent in [0.0, 10, 37, 50, 77, 95, 100] {
            let (found, expected) = (distances.hausdorff(percent: percent), definition.hausdorff(percent: percent))
            // Where the percentile falls on a step of the cumulative area, rounding decides: the next step is right too.
            let near = [percent - 1e-9, percent + 1e-9].map { definition.hausdorff(percent: $0) }
            #expect(found == expected || near.contains(found), "seed \(seed) HD\(percent)")
        }
        let again = try SurfaceMeasurement.distances(reference: masks[0], test: masks[1])
        #expect(again == distances)
    }

    @Test("By hand: a voxel and another two further on")
    func byHand() throws {
        let reference = try asciiMask([["#....."]], spacing: Spacing(x: 3, y: 1, z: 1))
        let test = try asciiMask([["..#..."]], spacing: Spacing(x: 3, y: 1, z: 1))
        let report = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: [2.9, 3, 6])
        // Corner points at 0 and 3 mm against 6 and 9: half of each surface is 3 mm away, half is 6 mm.
        #expect(report.distances?.hausdorff(percent: 100) == 6)
        #expect(report.distances?.hausdorff(percent: 50) == 3)
        #expect(agrees(report.distances?.referenceToTest.average, 4.5, within: 1e-15))
        #expect(report.agreements.map(\.surfaceDice) == [0, 0.5, 1])
        #expect(report.volumetricDice == 0)
    }

    @Test("Cancelled distances are none")
    func cancelled() throws {
        let mask = try asciiMask([["##.", ".##"]])
        #expect(try SurfaceMeasurement.distances(reference: mask, test: mask, isCancelled: { true }) == nil)
        #expect(try SurfaceMeasurement.distances(reference: mask, test: mask)?.hausdorff(percent: 100) == 0)
    }
}
