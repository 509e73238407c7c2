import Models
import Networks
import Synchronization

/// A network that is a formula.
final class FakeNetwork: SegmentationNetwork, Sendable {
    let configuration: NetworkConfiguration
    /// The probability of a class at a column and row, from the whole slice and the seed of the dropout.
    private let formula: @Sendable (_ class: Int, _ x: Int, _ y: Int, _ slice: [Float], _ seed: UInt64?) -> Float
    private let asked = Mutex<[UInt64?]>([])

    init(
        _ recipe: Recipe,
        _ formula: @escaping @Sendable (_ class: Int, _ x: Int, _ y: Int, _ slice: [Float], _ seed: UInt64?) -> Float
    ) {
        configuration = recipe.network
        self.formula = formula
    }

    /// The seeds of all that was asked so far.
    var seeds: [UInt64?] { asked.withLock { $0 } }

    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        asked.withLock { $0.append(dropoutSeed) }
        let area = images.rows * images.columns
        var result: [Float] = []
        for i in 0..<images.count {
            let all = images.channels * area
            let slice = Array(images.values[i * all..<(i + 1) * all])
            for channel in 0..<configuration.classes {
                for y in 0..<images.rows {
                    for x in 0..<images.columns { result.append(formula(channel, x, y, slice, dropoutSeed)) }
                }
            }
        }
        return result
    }

    /// Finds what is darker than soft tissue, left and right of the slice's middle: the patient's left has the higher
    /// columns.
    static func sides(_ recipe: Recipe) -> FakeNetwork {
        let (columns, offset) = (recipe.preprocessing.columns, recipe.firstStructureChannel)
        return FakeNetwork(recipe) { channel, x, y, slice, _ in
            guard channel >= offset else { return slice[y * columns + x] < 0.3 ? 0 : 1 }
            let isLung = (0.05..<0.3).contains(slice[y * columns + x])
            return isLung && (2 * x >= columns) == (channel == offset) ? 1 : 0
        }
    }
}
