import Editing
import Foundation
import Volumes

/// The live-wire from the last click to a cursor that moves over a slice of 512×512.
enum LiveWireBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let phantom = try Sample.thorax.get()
        let slice = phantom.volume.slices[phantom.volume.slices.count / 2]
        let wire = LiveWire(slice: slice, spacing: phantom.volume.geometry.spacing, window: -1350...150)
        let middle = SliceCorner(x: slice.width / 2, y: slice.height / 2)
        for (name, reach) in [("20 mm", 0.06), ("a quarter of the slice", 0.25), ("across the slice", 0.49)] {
            var times: [Double] = []
            for direction in 0..<16 {
                // Around the rim of a square.
                let side = Double(direction % 4) / 2 - 0.75
                let (dx, dy) = [(1, side), (-1, side), (side, 1), (side, -1)][direction / 4]
                let end = SliceCorner(
                    x: middle.x + Int(dx * reach * Double(slice.width)),
                    y: middle.y + Int(dy * reach * Double(slice.height)))
                times += (0..<5).map { _ in Timing.cpu { wire.path(from: middle, to: end) }.milliseconds }
            }
            let samples = Samples(times)
            table.add("wire of \(name), median", samples.median, unit: "ms")
            table.add("wire of \(name), p95", samples.percentile(95), unit: "ms", target: .atMost(16))
        }
        table.note("from the middle of a \(slice.width)×\(slice.height) slice of the phantom, lung window; CPU time")
    }
}
