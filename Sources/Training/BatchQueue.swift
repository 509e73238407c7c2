import Foundation
import Networks

/// Batches that a thread of its own makes ahead of the network, so that reading and augmentation cost no time of
/// training's. They come in order, and no more than a few wait.
final class BatchQueue: @unchecked Sendable {
    // Guarded by `condition`.
    private var waiting: [TrainingBatch] = []
    private var isCancelled = false
    private let condition = NSCondition()
    private let depth: Int

    /// Starts to make batches.
    /// - Parameters:
    ///   - count: how many there are.
    ///   - depth: how many may wait.
    ///   - make: makes the batch of a number; called on the queue's thread alone.
    init(count: Int, depth: Int = 3, make: @escaping @Sendable (Int) -> TrainingBatch) {
        self.depth = depth
        let thread = Thread { [weak self] in
            for index in 0..<count {
                let batch = make(index)
                guard let self, self.put(batch) else { return }
            }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { cancel() }

    private func put(_ batch: TrainingBatch) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count >= depth && !isCancelled { condition.wait() }
        guard !isCancelled else { return false }
        waiting.append(batch)
        condition.broadcast()
        return true
    }

    /// The next batch; waits for it. As many may be asked for as there are.
    func next() -> TrainingBatch {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty { condition.wait() }
        let batch = waiting.removeFirst()
        condition.broadcast()
        return batch
    }

    /// Makes no more.
    func cancel() {
        condition.lock()
        isCancelled = true
        condition.broadcast()
        condition.unlock()
    }
}
