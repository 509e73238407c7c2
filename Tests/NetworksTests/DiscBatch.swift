import TestSupport

@testable import Networks

/// Bright discs on noise: the easiest thing a network can learn.
enum DiscBatch {
    static func make(count: Int, size: Int, seed: UInt64, classes: Int = 1) -> TrainingBatch {
        var random = SeededGenerator(seed: seed)
        var values = [Float](repeating: 0, count: count * size * size)
        var targets = [Float](repeating: 0, count: count * classes * size * size)
        for slice in 0..<count {
            let x = Float.random(in: 0.3...0.7, using: &random) * Float(size)
            let y = Float.random(in: 0.3...0.7, using: &random) * Float(size)
            let radius = Float.random(in: 0.15...0.3, using: &random) * Float(size)
            for row in 0..<size {
                for column in 0..<size {
                    let dx = Float(column) - x
                    let dy = Float(row) - y
                    let isIn = dx * dx + dy * dy <= radius * radius
                    values[(slice * size + row) * size + column] =
                        (isIn ? 0.7 : 0.3) + Float.random(in: -0.2...0.2, using: &random)
                    let label = isIn ? classes - 1 : 0
                    if classes > 1 || isIn {
                        targets[((slice * classes + label) * size + row) * size + column] = 1
                    }
                }
            }
        }
        let images = ImageBatch(count: count, rows: size, columns: size, values: values)
        return TrainingBatch(images: images, targets: targets)
    }
}
