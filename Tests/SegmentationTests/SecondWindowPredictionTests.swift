import Cases
import Models
import Testing
import Volumes

@testable import Segmentation

@Suite struct SecondWindowPredictionTests {
    /// Prediction sees both channels of a slice, mirrored too.
    @Test func predictionSeesBothChannels() throws {
        let area = 256
        var fake = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        fake.preprocessing.spacing = Spacing(x: 2, y: 2, z: 2)
        (fake.preprocessing.columns, fake.preprocessing.rows) = (16, 16)
        fake.preprocessing.cropsToBody = false
        fake.preprocessing.secondWindow = .init(low: -160, high: 240)
        fake.network.levels = 1
        // Claims what is dark in the second channel, and fails where the second is not the first one's.
        let settings = fake.preprocessing
        let network = FakeNetwork(fake) { channel, x, y, slice, _ in
            guard slice.count == 2 * area,
                Array(slice[area...]) == Array(settings.channels(of: [Array(slice[..<area])])[area...])
            else { return .nan }
            let isDark = slice[area + y * 16 + x] < 0.2
            return isDark && (x >= 8) == (channel == 0) ? 1 : 0
        }
        let geometry = try GridGeometry(
            size: GridSize(x: 16, y: 16, z: 3), spacing: Spacing(x: 2, y: 2, z: 2))
        let volume = try drawnVolume(geometry) { (4..<10).contains($0.y) ? ($0.x < 6 ? -500 : 100) : 40 }
        let segmenter = try ModelSegmenter(name: ModelName(rawValue: "fake@1"), recipe: fake, network: network)
        for mirrors in [false, true] {
            var options = PredictionOptions()
            options.mirrors = mirrors
            let masks = try segmenter.segment(volume, options: options).prediction.masks
            #expect(masks[.lungRight]?.count == 6 * 6 * 3)
            #expect(masks[.lungLeft]?.isEmpty == true)
        }
    }
}
