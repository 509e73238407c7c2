import SurfaceMetrics
import TestSupport
import Testing
import Volumes

/// SURFACE-DICE.md §5, as the package answers.
@Suite("Edge cases")
struct EdgeCaseTests {
    private let empty: Mask
    private let block: Mask

    init() throws {
        empty = try asciiMask([["...", "..."], ["...", "..."]])
        block = try asciiMask([["##.", "##."], ["...", "..."]])
    }

    @Test("Both masks empty: everything is n/a, the Hausdorff distance is infinite")
    func bothEmpty() throws {
        let report = try SurfaceMeasurement.measure(
            reference: empty, test: empty, tolerances: [2, -1, Millimetres(.infinity)])
        for agreement in report.agreements {
            #expect(agreement.surfaceDice == nil)
            #expect(agreement.overlapReference == nil && agreement.overlapTest == nil)
            #expect(agreement.pathLength?.missing == 0)
        }
        #expect(report.volumetricDice == nil)
        #expect(report.distances?.referenceToTest.average == nil)
        #expect(report.distances?.hausdorff(percent: 95) == .infinity)
        #expect(report.reference.area == 0 && report.test.surfelCount == 0)
    }

    @Test("One mask empty: 0, but 1 at an infinite tolerance")
    func oneEmpty() throws {
        for isSwapped in [false, true] {
            let report = try SurfaceMeasurement.measure(
                reference: isSwapped ? empty : block, test: isSwapped ? block : empty,
                tolerances: [2, 1e300, Millimetres(.infinity)])
            #expect(report.agreements.map(\.surfaceDice) == [0, 0, 1])
            let full = report.agreements.map { isSwapped ? $0.overlapTest : $0.overlapReference }
            let none = report.agreements.map { isSwapped ? $0.overlapReference : $0.overlapTest }
            #expect(full == [0, 0, 1])
            #expect(none == [nil, nil, nil])
            #expect(report.volumetricDice == 0)
            let distances = try #require(report.distances)
            let there = isSwapped ? distances.testToReference : distances.referenceToTest
            let back = isSwapped ? distances.referenceToTest : distances.testToReference
            #expect(there.average == .infinity)
            #expect(back.average == nil)
            #expect(distances.hausdorff(percent: 50) == .infinity)
            #expect(report.agreements.map { isSwapped ? $0.pathLength?.surplus : $0.pathLength?.missing } == [4, 4, 0])
        }
    }

    @Test("Tolerances: negative and NaN hold nothing, zero what coincides, infinite everything")
    func tolerances() throws {
        let report = try SurfaceMeasurement.measure(
            reference: block, test: block,
            tolerances: [-1, Millimetres(.nan), 0, Millimetres(-0.0), Millimetres(.infinity)])
        #expect(report.agreements.map(\.surfaceDice) == [0, 0, 1, 1, 1])
        #expect(try SurfaceMeasurement.measure(reference: block, test: block, tolerances: []).agreements.isEmpty)
    }

    @Test("A mask that fills the volume is closed at the border")
    func full() throws {
        let mask = Mask(
            geometry: try GridGeometry(size: GridSize(x: 4, y: 4, z: 4), spacing: Spacing(x: 1, y: 1, z: 1))
        )
        .inverted()
        let report = try SurfaceMeasurement.measure(reference: mask, test: mask, tolerances: [1])
        #expect(report.reference.surfelCount == 98)
        #expect(abs(report.reference.area - 81.19) < 0.005)
        let voxel = Mask(
            geometry: try GridGeometry(size: GridSize(x: 1, y: 1, z: 1), spacing: Spacing(x: 1, y: 1, z: 1))
        )
        .inverted()
        let single = try SurfaceMeasurement.measure(reference: voxel, test: voxel, tolerances: [1])
        #expect(single.reference.surfelCount == 8)
        #expect(abs(single.reference.area - 3.0.squareRoot()) < 1e-12)
    }

    @Test("What cannot be measured is refused")
    func refusals() throws {
        let other = try asciiMask([["##.", "##."], ["...", "..."]], spacing: Spacing(x: 1, y: 1, z: 2))
        #expect(throws: VolumesError.self) {
            try SurfaceMeasurement.measure(reference: block, test: other, tolerances: [1])
        }
        #expect(throws: VolumesError.self) {
            try SurfaceMeasurement.measure(reference: block, test: block, tolerances: [1], dimensions: .two)
        }
        for bad in [0, -1, Double.nan, .infinity] {
            #expect(throws: VolumesError.self) {
                try SurfaceMeasurement.measure(
                    reference: block, test: block, tolerances: [1], spacing: Spacing(x: 1, y: bad, z: 1))
            }
        }
        for z in [-1, 2] {
            #expect(throws: VolumesError.self) {
                try SurfaceMeasurement.measureSlice(z, reference: block, test: block, tolerances: [1])
            }
        }
    }

    @Test("A slice is measured in 2D: its score differs from that of a volume one slice thick")
    func dimensions() throws {
        let spacing = Spacing(x: 2, y: 1, z: 5)
        let reference = try asciiMask([["....", ".#..", "...."]], spacing: spacing)
        let test = try asciiMask([["....", "..#.", "...."]], spacing: spacing)
        let slice = try SurfaceMeasurement.measureSlice(0, reference: reference, test: test, tolerances: [0])
        // One pixel: four corners of half a diagonal each; the two on the shared side coincide.
        #expect(slice.reference.area == 2 * 5.0.squareRoot())
        #expect(slice.agreements[0].surfaceDice == 0.5)
        let image = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: [0], dimensions: .two)
        #expect(image == slice)
        let volume = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: [0])
        #expect(volume.reference.surfelCount == 8)
    }
}
