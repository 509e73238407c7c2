import Foundation
import Testing

@testable import Networks

@Suite("How a network on volumes is built")
struct VolumeConfigurationTests {
    @Test("what no network can have is refused in words")
    func refusals() throws {
        let wrong: [(String, (inout NetworkConfiguration) -> Void)] = [
            ("0 input channels", { $0.inputChannels = 0 }), ("300 classes", { $0.classes = 300 }),
            ("softmax of one class", { $0.outputActivation = .softmax }), ("7 levels", { $0.levels = 7 }),
            ("0 filters", { $0.filters = 0 }), ("more than 8192 channels", { $0.filters = 1024 }),
            ("kernels of 4 voxels", { $0.kernelWidth = 4 }), ("5 stages are described", { $0.levels = 3 }),
            ("0 convolutions on level 2", { $0.convolutions[2] = 0 }),
            (
                "7 filters for 8 channels",
                {
                    $0.foldsBlocks = true
                    $0.filters = 7
                }
            ),
            ("momentum 1.0", { $0.batchNormMomentum = 1 }), ("dropout 1.0 on level 0", { $0.dropout = 1 }),
            (
                "on level 4",
                {
                    $0.dropout = 0.2
                    $0.dropoutChangePerLevel = 0.2
                }
            ),
        ]
        for (words, change) in wrong {
            var configuration = NetworkConfiguration(.vNet)
            change(&configuration)
            let error = #expect(throws: EngineError.self) { try configuration.validate() }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "none") for \(words)")
            #expect(error?.description.hasPrefix("no V-Net can be built: ") == true)
        }
        try NetworkConfiguration(.vNet).validate()
        try NetworkConfiguration(.uNet3D).validate()
        // Stages and what they keep are a V-Net's alone.
        var unet = NetworkConfiguration(.uNet3D)
        unet.levels = 2
        unet.foldsBlocks = true
        unet.filters = 4
        try unet.validate()
    }

    @Test("a configuration comes back from JSON")
    func coding() throws {
        var configuration = NetworkConfiguration(.vNet)
        configuration.convolutions = [2, 2, 2, 2, 2]
        configuration.foldsBlocks = true
        configuration.outputActivation = .softmax
        configuration.classes = 7
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(NetworkConfiguration.self, from: data) == configuration)
    }

    @Test("the published V-Net, counted by hand")
    func countedByHand() {
        // A convolution has width³·in·out values, then a bias and a slope for each channel.
        func convolution(_ from: Int, _ to: Int, _ width: Int = 5) -> Int { width * width * width * from * to + 2 * to }
        var all = convolution(1, 16) + convolution(16, 32, 2)
        all += 2 * convolution(32, 32) + convolution(32, 64, 2)
        all += 3 * convolution(64, 64) + convolution(64, 128, 2)
        all += 3 * convolution(128, 128) + convolution(128, 256, 2)
        all += 3 * convolution(256, 256)
        all += convolution(256, 128, 2) + 3 * convolution(256, 256)
        all += convolution(256, 64, 2) + 3 * convolution(128, 128)
        all += convolution(128, 32, 2) + 2 * convolution(64, 64)
        all += convolution(64, 16, 2) + convolution(32, 32)
        all += 32 * 2 + 2
        var configuration = NetworkConfiguration(.vNet)
        configuration.classes = 2
        let layout = NetworkLayout(configuration)
        #expect(layout.parameterCount == all)
        #expect(layout.learnedParameterCount == all)
        #expect(Set(layout.entries.map(\.name)).count == layout.entries.count)
    }

    @Test("a U-Net on volumes has the tensors of one on slices, with kernels of one axis more")
    func unetLayout() {
        for upsampling in [NetworkConfiguration.Upsampling.deconvolution, .simple] {
            for usesBatchNorm in [false, true] {
                var volume = NetworkConfiguration(.uNet3D)
                volume.upsampling = upsampling
                volume.usesBatchNorm = usesBatchNorm
                var slice = NetworkConfiguration()
                slice.upsampling = upsampling
                slice.usesBatchNorm = usesBatchNorm
                let expected = NetworkLayout(slice).entries.map { entry in
                    TensorEntry(
                        name: entry.name,
                        shape: entry.shape.count == 4 ? entry.shape + [entry.shape[3]] : entry.shape, role: entry.role)
                }
                #expect(NetworkLayout(volume).entries == expected)
            }
        }
    }

    @Test("first weights are the seed's, with He's spread, and slopes of a quarter")
    func initialisation() throws {
        for (kind, folds) in SmallVolumeNet.kinds {
            let first = try SmallVolumeNet.make(kind, folds: folds, seed: 4).weights()
            #expect(try SmallVolumeNet.make(kind, folds: folds, seed: 4).weights() == first)
            #expect(try SmallVolumeNet.make(kind, folds: folds, seed: 5).weights() != first)
        }
        var configuration = NetworkConfiguration(.vNet)
        configuration.levels = 2
        configuration.convolutions = [1, 2, 3]
        let tensors = TensorInitialiser.tensors(of: NetworkLayout(configuration).entries, seed: 1)
        func deviation(_ name: String) throws -> Double {
            let values = try #require(tensors.first { $0.name == name }).values
            return (values.reduce(0.0) { $0 + Double($1 * $1) } / Double(values.count)).squareRoot()
        }
        #expect(try abs(deviation("mid.conv2.weight") / (2.0 / Double(125 * 64)).squareRoot() - 1) < 0.01)
        #expect(try abs(deviation("down1.sconv.weight") / (2.0 / Double(8 * 32)).squareRoot() - 1) < 0.02)
        // Each value that a transposed convolution makes comes of one value of each channel.
        #expect(try abs(deviation("up1.tconv.weight") / (2.0 / 64).squareRoot() - 1) < 0.02)
        let slopes = try #require(tensors.first { $0.name == "up0.tprelu.weight" })
        #expect(slopes.values == [Float](repeating: 0.25, count: 16))
    }
}
