import Phantoms
import Segmentation
import SurfaceMetrics

/// Segments the lungs of a thorax of 512 × 512 × 133 without a model.
enum SegmentBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let phantom = try ThoraxPhantom.generate(PhantomSpecification(seed: 1, patient: 1, slices: 133))
        let segmenter = BaselineSegmenter()
        let prediction = try segmenter.segment(phantom.volume)
        let times = try Timing.walls(5) { _ = try segmenter.segment(phantom.volume) }
        table.add("lungs of 133 slices", times.median, unit: "ms")
        for (name, structure) in [(PhantomStructure.lungLeft, "Lung_L"), (.lungRight, "Lung_R")] {
            guard let mask = prediction.masks.first(where: { $0.key.rawValue == structure })?.value else { continue }
            let report = try SurfaceMeasurement.measure(
                reference: phantom[name], test: mask, tolerances: [2], contents: .scores)
            let score = report.agreements[0].surfaceDice.map(ResultTable.number) ?? "n/a"
            table.note("surface Dice of \(structure) at 2 mm: \(score)")
        }
        table.note("median of 5 runs")
    }
}
