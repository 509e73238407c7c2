import Cases
import Models
import Testing
import Volumes

@testable import Segmentation

@Suite struct NeighbourSlicesPredictionTests {
    /// Each slice is asked about with its own neighbours, mirrored too, and wherever batches begin.
    @Test func predictionSeesTheSlicesAround() throws {
        let (count, area) = (11, 256)
        var fake = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        fake.preprocessing.spacing = Spacing(x: 2, y: 2, z: 2)
        (fake.preprocessing.columns, fake.preprocessing.rows) = (16, 16)
        fake.preprocessing.cropsToBody = false
        (fake.preprocessing.windowLow, fake.preprocessing.windowHigh) = (0, 1000)
        fake.preprocessing.neighbourSlices = [1, 4]
        fake.network.levels = 1
        // Slice z is 10·z + column; the network claims the slices whose neighbours are all where they should be.
        let network = FakeNetwork(fake) { channel, x, y, slice, _ in
            guard slice.count == 5 * area else { return .nan }
            func value(_ plane: Int, _ x: Int) -> Int { Int((slice[plane * area + y * 16 + x] * 1000).rounded()) }
            // Mirrored slices have their values the other way round.
            let column = value(0, 1) > value(0, 0) ? x : 15 - x
            let z = (value(0, x) - column) / 20
            let expected = [0, -1, 1, -4, 4].map { 20 * min(max(z + $0, 0), count - 1) + column }
            return (0..<5).map({ value($0, x) }) == expected && (x >= 8) == (channel == 0) ? 1 : 0
        }
        let geometry = try GridGeometry(
            size: GridSize(x: 16, y: 16, z: count), spacing: Spacing(x: 2, y: 2, z: 2))
        let volume = try drawnVolume(geometry) { Int16(20 * $0.z + $0.x) }
        let segmenter = try ModelSegmenter(name: ModelName(rawValue: "fake@1"), recipe: fake, network: network)
        for (together, mirrors) in [(1, false), (3, false), (4, true), (64, false)] {
            var options = PredictionOptions()
            options.batchSize = together
            options.mirrors = mirrors
            let prediction = try segmenter.segment(volume, options: options).prediction
            for name in [StructureName.lungRight, .lungLeft] {
                #expect(prediction.masks[name]?.count == 8 * 16 * count, "\(together) together, \(name)")
            }
            #expect(prediction.preprocessing.contains("further channels: slices 2.0, 8.0 mm away, to both sides"))
        }
    }
}
