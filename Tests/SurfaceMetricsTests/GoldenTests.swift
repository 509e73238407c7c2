import SurfaceMetrics
import Testing
import VolumeFiles
import Volumes

@Suite("DeepMind's surface-distance")
struct GoldenTests {
    @Test("All golden cases: integers equal, areas and ratios within 1e-12, distances within 1e-9")
    func cases() throws {
        let cases = try Golden.decode([String: GoldenCase].self, from: "expected.json")
        #expect(cases.count == 46)
        for (name, golden) in cases.sorted(by: { $0.key < $1.key }) {
            let (reference, test) = try Golden.masks(golden.gt, golden.pred, spacing: golden.spacing)
            let report = try SurfaceMeasurement.measure(
                reference: reference, test: test, tolerances: golden.tolerances.map { Millimetres($0.tolerance_mm) },
                dimensions: golden.dimensions)
            compare(report, golden, "\(name)")
        }
    }

    private func compare(_ report: SurfaceReport, _ golden: GoldenCase, _ name: Comment) {
        #expect(report.reference.voxelCount == golden.voxels_gt, name)
        #expect(report.test.voxelCount == golden.voxels_pred, name)
        #expect(report.intersectionCount == golden.voxels_intersection, name)
        #expect(agrees(report.volumetricDice, golden.volumetric_dice, within: 1e-12), name)
        #expect(report.reference.surfelCount == golden.n_surfels_gt, name)
        #expect(report.test.surfelCount == golden.n_surfels_pred, name)
        if let expected = golden.code_hist_gt { #expect(histogram(report.reference.codeCounts) == expected, name) }
        if let expected = golden.code_hist_pred { #expect(histogram(report.test.codeCounts) == expected, name) }
        #expect(agrees(report.reference.area, golden.surface_area_gt, within: 1e-12), name)
        #expect(agrees(report.test.area, golden.surface_area_pred, within: 1e-12), name)
        for (agreement, expected) in zip(report.agreements, golden.tolerances) {
            #expect(agreement.withinReferenceCount == expected.n_within_gt, name)
            #expect(agreement.withinTestCount == expected.n_within_pred, name)
            #expect(agrees(agreement.surfaceDice, expected.surface_dice, within: 1e-12), name)
            #expect(agrees(agreement.overlapReference, expected.overlap_gt, within: 1e-12), name)
            #expect(agrees(agreement.overlapTest, expected.overlap_pred, within: 1e-12), name)
        }
        guard let distances = report.distances else {
            Issue.record("distances were asked for")
            return
        }
        #expect(
            agrees(distances.referenceToTest.average, golden.average_surface_distance_gt_to_pred, within: 1e-9), name)
        #expect(
            agrees(distances.testToReference.average, golden.average_surface_distance_pred_to_gt, within: 1e-9), name)
        let percentiles = [
            (50.0, golden.robust_hausdorff_50_acceptable ?? [golden.robust_hausdorff_50]),
            (95.0, golden.robust_hausdorff_95_acceptable ?? [golden.robust_hausdorff_95]),
            (100.0, [golden.robust_hausdorff_100]),
        ]
        for (percent, acceptable) in percentiles {
            let value = distances.hausdorff(percent: percent)
            #expect(acceptable.contains { agrees(value, $0, within: 1e-9) }, "\(name) HD\(percent) \(value)")
        }
    }

    private func histogram(_ counts: [Int]) -> [String: Int] {
        var result: [String: Int] = [:]
        for (code, count) in counts.enumerated() where count > 0 { result["\(code)"] = count }
        return result
    }

    @Test("Areas of all neighbour codes")
    func areas() throws {
        let tables = try Golden.decode(GoldenAreas.self, from: "area_tables.json")
        for table in tables.surface_area_3d {
            let areas = SurfelAreas(spacing: Golden.spacing(table.spacing_mm))
            for code in 0..<256 {
                #expect(agrees(areas[code], table.area[code], within: 1e-14), "\(table.spacing_mm) code \(code)")
            }
        }
        for table in tables.contour_length_2d {
            let lengths = SurfelAreas(spacing: Golden.spacing(table.spacing_mm), dimensions: .two)
            for code in 0..<16 {
                #expect(agrees(lengths[code], table.length[code], within: 1e-14), "\(table.spacing_mm) code \(code)")
            }
        }
    }

    @Test("An override takes the place of the spacing that a NIfTI header rounded to float32")
    func spacingOverride() throws {
        let cases = try Golden.decode([String: GoldenCase].self, from: "expected.json")
        var differing = 0
        for (name, golden) in cases where !golden.spacing_is_float32_exact {
            let tolerances = golden.tolerances.map { Millimetres($0.tolerance_mm) }
            func mask(_ file: String) throws -> Mask {
                try #require(try NiftiFile.readLabels(at: Golden.folder.appendingPathComponent(file)).masks[1])
            }
            let (reference, test) = (try mask(golden.gt), try mask(golden.pred))
            #expect(reference.geometry.spacing.x == Double(Float(golden.spacing_mm[0])))
            let header = try SurfaceMeasurement.measure(reference: reference, test: test, tolerances: tolerances)
            let decimal = try SurfaceMeasurement.measure(
                reference: reference, test: test, tolerances: tolerances, spacing: golden.spacing)
            compare(decimal, golden, "\(name)")
            if header.agreements.map(\.withinTestCount) != decimal.agreements.map(\.withinTestCount) { differing += 1 }
        }
        #expect(differing > 0)
    }
}
