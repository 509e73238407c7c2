import Editing
import Synchronization
import Volumes

/// Somebody who answers prompts as they say: voxels that are marked are what they were marked as, and a correction that
/// is carried on is the neighbour's, voxel by voxel.
public final class FakeAnswerer: PromptAnswering {
    public let name: String
    private let certainty: @Sendable (Int) -> Double
    private let agrees: @Sendable (Int) -> Bool
    private let reach: Int
    private let asked = Mutex<[PromptQuestion]>([])

    /// Somebody who answers.
    /// - Parameters:
    ///   - certainty: how sure they are of a slice, 0…1.
    ///   - agrees: whether they leave a slice as it is, whatever is asked.
    ///   - reach: how many voxels beyond a mark, to the right, they take to be meant as well.
    public init(
        name: String = "refine@1", reach: Int = 0, certainty: @escaping @Sendable (Int) -> Double = { _ in 0.9 },
        agrees: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) {
        self.name = name
        self.reach = reach
        self.certainty = certainty
        self.agrees = agrees
    }

    /// What was asked, oldest first.
    public var questions: [PromptQuestion] { asked.withLock { $0 } }

    public func answer(_ question: PromptQuestion) throws(RegionError) -> PromptAnswer {
        asked.withLock { $0.append(question) }
        var mask = question.mask
        guard !agrees(question.slice) else { return PromptAnswer(mask: mask, certainty: 1) }
        for y in 0..<mask.height {
            for x in 0..<mask.width {
                if let guide = question.guide {
                    if guide.before[x, y] != guide.after[x, y] { mask[x, y] = guide.after[x, y] }
                } else if question.newest[x, y] {
                    let isInside = question.inside[x, y]
                    for x in x...min(mask.width - 1, x + reach) { mask[x, y] = isInside }
                }
            }
        }
        return PromptAnswer(mask: mask, certainty: mask == question.mask ? 1 : certainty(question.slice))
    }
}
