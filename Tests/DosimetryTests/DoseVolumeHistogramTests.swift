import Dosimetry
import Foundation
import TestSupport
import Testing
import Volumes

/// Histograms whose answer is known on paper.
@Suite struct DoseVolumeHistogramTests {
    /// A dose of `slope` Gy for each mm along z, from 0 at `zero` mm, on planes 2 mm apart.
    private func ramp(slope: Double = 0.5, planes: Int = 61, from zero: Double = -10) throws -> DoseGrid {
        let geometry = try GridGeometry(
            size: GridSize(x: 40, y: 40, z: planes), spacing: Spacing(x: 3, y: 3, z: 2),
            origin: PatientPoint(x: -60, y: -60, z: zero))
        // 10 µGy a unit: all of these doses are whole numbers of it.
        let slices = (0..<planes).map { [UInt32](repeating: UInt32(($0 * 2) * Int(slope * 100_000)), count: 1600) }
        return try DoseGrid(geometry: geometry, slices: slices, grayPerUnit: 1e-5)
    }

    private func mask(spacing z: Double, slices: Int, _ isInside: (Double, Double, Double) -> Bool) throws -> Mask {
        let geometry = try GridGeometry(
            size: GridSize(x: 80, y: 80, z: slices), spacing: Spacing(x: 1, y: 1, z: z),
            origin: PatientPoint(x: -39.5, y: -39.5, z: z / 2))
        return Mask(geometry: geometry) { voxel in
            let point = geometry.point(at: ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z)))
            return isInside(point.x, point.y, point.z)
        }
    }

    /// A cylinder along a linear dose: the histogram is a straight line, whatever the slices' thickness.
    @Test(arguments: [1.0, 2.5, 5, 10])
    func aCylinderInALinearDose(thickness: Double) throws {
        let dose = try ramp()
        let cylinder = try mask(spacing: thickness, slices: Int(50 / thickness)) { x, y, _ in x * x + y * y < 900 }
        let histogram = try DoseVolumeHistogram(of: cylinder, in: dose)
        #expect(histogram.coveredShare == 1 && histogram.millilitres == cylinder.millilitres)
        // From z 0 to 50 mm dose rises from 5 to 30 Gy. Parts are at most 1.5 mm long, 0.75 Gy.
        let half = 0.75 / 2
        #expect(abs(try #require(histogram.mean) - 17.5) < 1e-9)
        #expect(abs(try #require(histogram.minimum) - 5) <= half)
        #expect(abs(try #require(histogram.maximum) - 30) <= half)
        for percent in [2.0, 5, 50, 95, 98] {
            let wanted = 30 - percent / 100 * 25
            #expect(abs(try #require(histogram.dose(toShare: percent / 100)) - wanted) <= half + 0.001)
        }
        for gray in [6.0, 10, 17.5, 20, 29] {
            #expect(abs(try #require(histogram.share(receiving: gray)) - (30 - gray) / 25) <= half / 25 + 1e-4)
        }
        #expect(histogram.share(receiving: 0) == 1 && histogram.share(receiving: 31) == 0)
        let curve = histogram.curve(every: 0.5)
        #expect(curve.first?.share == 1 && curve.last?.share == 0)
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.share >= $1.share })
    }

    /// A cone whose tip is in the hottest plane: what receives a dose shrinks with the cube of what is left.
    @Test func aConeInALinearDose() throws {
        let dose = try ramp()
        let cone = try mask(spacing: 1, slices: 50) { x, y, z in (x * x + y * y).squareRoot() < 35 * (50 - z) / 50 }
        let histogram = try DoseVolumeHistogram(of: cone, in: dose)
        // On the voxels' grid the cone is not quite one: half a per cent.
        for gray in [7.5, 10, 15, 20] {
            let left = (30 - gray) / 25
            #expect(abs(try #require(histogram.share(receiving: gray)) - left * left * left) < 0.005)
        }
        // The mean of a cone's dose lies a quarter of the way up.
        #expect(abs(try #require(histogram.mean) - (5 + 25.0 / 4)) < 0.05)
        let d50 = 30 - 25 * pow(0.5, 1.0 / 3)
        #expect(abs(try #require(histogram.dose(toShare: 0.5)) - d50) < 0.2)
    }

    /// A mask on an oblique, mirrored grid receives the same dose.
    @Test func otherAxesGiveTheSame() throws {
        let dose = try ramp()
        let turned = try GridGeometry(
            size: GridSize(x: 50, y: 20, z: 20), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 9.5, y: -9.5, z: 49.5),
            direction: GridDirection(
                x: PatientVector(x: 0, y: 0, z: -1), y: PatientVector(x: 0, y: 1, z: 0),
                z: PatientVector(x: -1, y: 0, z: 0)))
        let box = Mask(geometry: turned) { _ in true }
        let histogram = try DoseVolumeHistogram(of: box, in: dose)
        #expect(abs(try #require(histogram.mean) - 17.5) < 1e-9)
        #expect(abs(try #require(histogram.dose(toShare: 0.95)) - (30 - 0.95 * 25)) < 0.5)
    }

    /// What lies beyond the dose grid is left out and told.
    @Test func whatHasNoDoseIsLeftOut() throws {
        // The dose ends at z 31 mm: its last plane at 30 mm holds for another half step.
        let dose = try ramp(planes: 21)
        let cylinder = try mask(spacing: 1, slices: 50) { x, y, _ in x * x + y * y < 400 }
        let histogram = try DoseVolumeHistogram(of: cylinder, in: dose)
        #expect(abs(histogram.coveredShare - 31.0 / 50) < 1e-9)
        #expect(try #require(histogram.maximum) <= 20)
        let away = try mask(spacing: 1, slices: 50) { _, _, z in z > 40 }
        let none = try DoseVolumeHistogram(of: away, in: dose)
        #expect(none.coveredShare == 0 && none.mean == nil && none.dose(toShare: 0.5) == nil)
        #expect(none.share(receiving: 1) == nil && none.curve(every: 1).isEmpty)
        let empty = try DoseVolumeHistogram(of: Mask(geometry: cylinder.geometry), in: dose)
        #expect(empty.coveredShare == 0 && empty.millilitres == 0 && empty.maximum == nil)
    }

    /// Against sorting all doses, on random ones: every quantile and share to a step.
    @Test func sortingGivesTheSame() throws {
        var random = SeededGenerator(seed: 5)
        let geometry = try GridGeometry(size: GridSize(x: 9, y: 8, z: 7), spacing: Spacing(x: 1, y: 1, z: 1))
        for _ in 0..<20 {
            let slices = (0..<7).map { _ in (0..<72).map { _ in UInt32.random(in: 0...70_000, using: &random) } }
            let dose = try DoseGrid(geometry: geometry, slices: slices, grayPerUnit: 0.001)
            let mask = Mask(geometry: geometry) { _ in Bool.random(using: &random) }
            let histogram = try DoseVolumeHistogram(of: mask, in: dose)
            var doses: [Double] = []
            for z in 0..<7 {
                for i in 0..<72 where mask[VoxelIndex(x: i % 9, y: i / 9, z: z)] {
                    doses.append(Double(slices[z][i]) * 0.001)
                }
            }
            doses.sort(by: >)
            #expect(abs(try #require(histogram.mean) - doses.reduce(0, +) / Double(doses.count)) < 1e-9)
            #expect(histogram.maximum == doses.first && histogram.minimum == doses.last)
            for count in 1...doses.count {
                let found = try #require(histogram.dose(toShare: Double(count) / Double(doses.count)))
                #expect(abs(found - doses[count - 1]) <= DoseVolumeHistogram.step + 1e-9)
            }
            for gray in stride(from: 0.0005, to: 71, by: 3.1) {
                let share = Double(doses.count { $0 >= gray }) / Double(doses.count)
                let among = Double(doses.count { abs($0 - gray) <= 0.001 }) / Double(doses.count)
                #expect(abs(try #require(histogram.share(receiving: gray)) - share) <= among + 1e-9)
            }
        }
    }

    @Test func pointsHaveTheirUsualNames() throws {
        let histogram = try DoseVolumeHistogram(
            of: try mask(spacing: 1, slices: 50) { x, y, _ in x * x + y * y < 900 }, in: try ramp())
        func value(_ name: String) throws -> Double {
            let point = try #require(DosePoint(name), "\(name)")
            return try #require(point.value(in: histogram))
        }
        let (d95, d50, d2cc, v20) = (try value("D95"), try value("d50"), try value("D2cc"), try value("V20"))
        #expect(d95 == histogram.dose(toShare: 0.95) && d50 == histogram.dose(toShare: 0.5))
        #expect(d2cc == histogram.dose(toShare: 2 / histogram.millilitres))
        let (hottest, v20cc, all) = (try value("D0.03cc"), try value("V20cc"), try value("D9999cc"))
        let d50cc = try value("D50cc")
        #expect(hottest >= d2cc && d2cc > d50cc && abs(v20 - 40) < 1.6)
        #expect(abs(v20cc - v20 / 100 * histogram.millilitres) < 1e-9 && all == histogram.minimum)
        let (mean, maximum) = (try value("Dmean"), try value("Dmax"))
        #expect(mean == histogram.mean && maximum == histogram.maximum)
        #expect(DosePoint("V20")?.unit == "%" && DosePoint("V20cc")?.unit == "ml" && DosePoint("D95")?.unit == "Gy")
        for wrong in ["", "D", "V", "D101", "X5", "Dmedian", "D-5", "V1e5", "D5 ", "Dcc"] {
            #expect(DosePoint(wrong) == nil, "\(wrong)")
        }
        #expect(DosePoint.usual.count == 9)
    }

    @Test func gridsHoldWhatTheySay() throws {
        let geometry = try GridGeometry(size: GridSize(x: 2, y: 2, z: 1), spacing: Spacing(x: 1, y: 1, z: 1))
        #expect(throws: VolumesError.self) { try DoseGrid(geometry: geometry, slices: [], grayPerUnit: 1) }
        #expect(throws: VolumesError.self) { try DoseGrid(geometry: geometry, slices: [[1]], grayPerUnit: 1) }
        for scale in [0, -1, Double.nan, .infinity] {
            #expect(throws: VolumesError.self) {
                try DoseGrid(geometry: geometry, slices: [[1, 2, 3, 4]], grayPerUnit: scale)
            }
        }
        #expect(try DoseGrid(geometry: geometry, slices: [[1, 2, 9, 4]], grayPerUnit: 0.5).maximum == 4.5)
        // A scale that makes absurd doses would make absurdly many steps of a histogram.
        let highest = try DoseGrid(geometry: geometry, slices: [[0, 0, 0, 10]], grayPerUnit: 1000)
        #expect(highest.maximum == DoseGrid.highest)
        let all = Mask(geometry: geometry) { _ in true }
        #expect(try DoseVolumeHistogram(of: all, in: highest).dose(toShare: 0.1) == 10_000)
        #expect(throws: VolumesError.self) {
            try DoseGrid(geometry: geometry, slices: [[0, 0, 0, .max]], grayPerUnit: 1e30)
        }
    }
}
