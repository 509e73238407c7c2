import TestSupport

@testable import Networks

/// Networks on volumes small enough for a test.
enum SmallVolumeNet {
    /// Both kinds, with blocks folded and not.
    static let kinds: [(NetworkConfiguration.Kind, Bool)] = [
        (.vNet, false), (.vNet, true), (.uNet3D, false), (.uNet3D, true),
    ]

    static func configuration(
        _ kind: NetworkConfiguration.Kind, folds: Bool = false,
        _ change: (inout NetworkConfiguration) -> Void = { _ in }
    ) -> NetworkConfiguration {
        var configuration = NetworkConfiguration(kind)
        configuration.filters = folds && kind == .vNet ? 8 : 4
        configuration.levels = 1
        configuration.convolutions = [1, 2]
        configuration.kernelWidth = 3
        configuration.foldsBlocks = folds
        configuration.batchNormMomentum = 0.8
        change(&configuration)
        return configuration
    }

    static func make(
        _ kind: NetworkConfiguration.Kind, folds: Bool = false, seed: UInt64 = 1,
        _ change: (inout NetworkConfiguration) -> Void = { _ in }
    ) throws -> TorchNetwork {
        try TorchNetwork(
            configuration: configuration(kind, folds: folds, change), seed: seed, engine: TorchEngine.load(threads: 1))
    }

    /// Voxels of 1 and −1 at random. A voxel belongs to the structure if more of three of its neighbours, one along
    /// each axis, are 1 than −1: who sees only two of the axes is right about three voxels of four.
    static func majority(count: Int = 1, size: Int, seed: UInt64, classes: Int = 1) -> TrainingBatch {
        var random = SeededGenerator(seed: seed)
        let voxels = size * size * size
        let values = (0..<count * voxels).map { _ in Bool.random(using: &random) ? Float(1) : -1 }
        var targets = [Float](repeating: 0, count: count * classes * voxels)
        for volume in 0..<count {
            func value(_ slice: Int, _ row: Int, _ column: Int) -> Float {
                guard slice < size, row < size, column >= 0 else { return 0 }
                return values[volume * voxels + (slice * size + row) * size + column]
            }
            for voxel in 0..<voxels {
                let (slice, row, column) = (voxel / size / size, voxel / size % size, voxel % size)
                let sum = value(slice + 1, row, column) + value(slice, row + 1, column) + value(slice, row, column - 1)
                if classes > 1 {
                    targets[(volume * classes + (sum > 0 ? classes - 1 : 0)) * voxels + voxel] = 1
                } else if sum > 0 {
                    targets[volume * voxels + voxel] = 1
                }
            }
        }
        let volumes = ImageBatch(count: count, slices: size, rows: size, columns: size, values: values)
        return TrainingBatch(images: volumes, targets: targets)
    }

    /// The first of a batch's volumes.
    static func first(of batch: ImageBatch, count: Int = 1, from first: Int = 0) -> ImageBatch {
        let size = batch.values.count / batch.count
        return ImageBatch(
            count: count, channels: batch.channels, slices: batch.slices, rows: batch.rows, columns: batch.columns,
            values: Array(batch.values[(first * size)..<((first + count) * size)]))
    }
}
