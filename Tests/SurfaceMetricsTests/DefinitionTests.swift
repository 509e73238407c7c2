import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@Suite("Full computation against the scalar definition")
struct DefinitionTests {
    static let sizes = [
        GridSize(x: 8, y: 7, z: 6), GridSize(x: 70, y: 4, z: 3), GridSize(x: 64, y: 2, z: 2),
        GridSize(x: 63, y: 3, z: 2), GridSize(x: 1, y: 8, z: 7), GridSize(x: 9, y: 1, z: 8),
        GridSize(x: 12, y: 11, z: 1), GridSize(x: 1, y: 1, z: 1), GridSize(x: 130, y: 2, z: 1),
    ]
    static let tolerances: [Millimetres] = [
        2, 0, 0.7, 1, Millimetres(.infinity), -1, Millimetres(.nan), 1.4, 3.5, 25, 80, 1000,
    ]

    @Test("Volumes", arguments: 0..<10)
    func volumes(seed: UInt64) throws {
        var random = RandomMasks(seed: seed)
        for size in Self.sizes {
            let geometry = try GridGeometry(size: size, spacing: random.spacing())
            let reference = random.mask(geometry)
            let test = random.chance(0.7) ? random.neighbour(of: reference) : random.mask(geometry)
            let report = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: Self.tolerances)
            let definition = SurfaceDiceDefinition(reference: reference, test: test, spacing: geometry.spacing)
            compare(report, definition, "seed \(seed) \(geometry)")
        }
    }

    @Test("Slices", arguments: 100..<105)
    func slices(seed: UInt64) throws {
        var random = RandomMasks(seed: seed)
        for size in Self.sizes {
            let geometry = try GridGeometry(size: size, spacing: random.spacing())
            let (reference, test) = (random.mask(geometry), random.mask(geometry))
            for z in 0..<size.z {
                let report = try SurfaceMeasurement.measureSlice(
                    z, reference: reference, test: test, tolerances: Self.tolerances)
                let definition = SurfaceDiceDefinition(
                    reference: reference, test: test, spacing: geometry.spacing, slice: z)
                compare(report, definition, "seed \(seed) \(geometry) slice \(z)")
            }
        }
    }

    /// What touches a slice that is left out is not counted; distances to it are as they were.
    @Test("Volumes without some of their slices", arguments: 300..<310)
    func someSlices(seed: UInt64) throws {
        var random = RandomMasks(seed: seed)
        for size in Self.sizes {
            let geometry = try GridGeometry(size: size, spacing: random.spacing())
            let reference = random.mask(geometry)
            let test = random.chance(0.7) ? random.neighbour(of: reference) : random.mask(geometry)
            let left = Set((0..<size.z).filter { _ in random.chance(0.3) })
            let scores = try SurfaceMeasurement.score(
                reference: reference, test: test, tolerances: Self.tolerances, leavingOut: left)
            let definition = SurfaceDiceDefinition(reference: reference, test: test, spacing: geometry.spacing)
            let surfels = (definition.reference + definition.test)
                .filter { !left.contains($0.z - 1) && !left.contains($0.z) }
            func area(within tolerance: Double) -> Double {
                surfels.reduce(0) { $0 + ($1.distance <= tolerance ? definition.areas[$1.code] : 0) }
            }
            let total = surfels.reduce(0) { $0 + definition.areas[$1.code] }
            for (tolerance, score) in zip(Self.tolerances, scores) {
                #expect(abs(score.total - total) <= 1e-9 * max(1, total))
                #expect(abs(score.agreeing - area(within: tolerance.value)) <= 1e-9 * max(1, total))
            }
            let none = try SurfaceMeasurement.score(
                reference: reference, test: test, tolerances: [2], leavingOut: [])
            let whole = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: [2])
            #expect(none[0] == whole.agreements[0].score, "to the last bit")
            let all = try SurfaceMeasurement.score(
                reference: reference, test: test, tolerances: [2], leavingOut: Set(0..<size.z))
            #expect(all[0].value == nil)
        }
    }

    @Test("Balls and distances that reach over several words of a row", arguments: 200..<240)
    func wide(seed: UInt64) throws {
        var random = RandomMasks(seed: seed)
        let spacing = Spacing(x: 0.02, y: 1, z: 1)
        let geometry = try GridGeometry(size: GridSize(x: random.int(250...400), y: 2, z: 2), spacing: spacing)
        let masks = (0..<2).map { _ in
            var mask = Mask(geometry: geometry)
            for _ in 0..<random.int(1...3) { mask[random.voxel(geometry.size)] = true }
            return mask
        }
        let definition = SurfaceDiceDefinition(reference: masks[0], test: masks[1], spacing: spacing)
        // The very distances that occur, where one column too few would show, and one just below.
        let occurring = Set(definition.reference.map(\.distance)).sorted()
        let tolerances = occurring + occurring.map(\.nextDown)
        let report = try SurfaceMeasurement.measure(
            reference: masks[0], test: masks[1], tolerances: tolerances.map { Millimetres($0) })
        for (agreement, tolerance) in zip(report.agreements, tolerances) {
            let name: Comment = "seed \(seed) at \(tolerance) mm"
            #expect(agreement.withinReferenceCount == definition.reference.count { $0.distance <= tolerance }, name)
            #expect(agreement.withinTestCount == definition.test.count { $0.distance <= tolerance }, name)
        }
        #expect(report.distances?.referenceToTest.distances == occurring, "seed \(seed)")
        let back = Set(definition.test.map(\.distance)).sorted()
        #expect(report.distances?.testToReference.distances == back, "seed \(seed)")
    }

    private func compare(_ report: SurfaceReport, _ definition: SurfaceDiceDefinition, _ name: Comment) {
        let sides = [(report.reference, definition.reference), (report.test, definition.test)]
        for (summary, surfels) in sides {
            var codes = [Int](repeating: 0, count: summary.codeCounts.count)
            for surfel in surfels { codes[surfel.code] += 1 }
            #expect(summary.codeCounts == codes, name)
        }
        for (agreement, tolerance) in zip(report.agreements, Self.tolerances) {
            let name: Comment = "\(name) at \(tolerance.value) mm"
            let within = [definition.reference, definition.test].map { surfels in
                surfels.count { $0.distance <= tolerance.value }
            }
            #expect(agreement.withinReferenceCount == within[0], name)
            #expect(agreement.withinTestCount == within[1], name)
            let expected = definition.surfaceDice(tolerance: tolerance.value)
            #expect(agrees(agreement.surfaceDice, expected, within: 1e-12), name)
            let overlaps = definition.overlaps(tolerance: tolerance.value)
            #expect(agrees(agreement.overlapReference, overlaps.reference, within: 1e-12), name)
            #expect(agrees(agreement.overlapTest, overlaps.test, within: 1e-12), name)
        }
        let averages = definition.averageDistances
        #expect(agrees(report.distances?.referenceToTest.average, averages.reference, within: 1e-9), name)
        #expect(agrees(report.distances?.testToReference.average, averages.test, within: 1e-9), name)
        #expect(report.distances?.hausdorff(percent: 100) == definition.hausdorff(percent: 100), name)
        #expect(report.distances?.hausdorff(percent: 0) == definition.hausdorff(percent: 0), name)
    }
}
