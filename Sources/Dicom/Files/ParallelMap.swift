import Dispatch

/// Computes `count` values on all cores and gives them in order. `body` runs once for each index, on any thread.
func parallelMap<T: Sendable>(count: Int, _ body: @Sendable (Int) -> T) -> [T] {
    guard count > 0 else { return [] }
    return [T](unsafeUninitializedCapacity: count) { buffer, filled in
        // Every index writes a place of its own, and concurrentPerform returns after the last one.
        nonisolated(unsafe) let places = buffer
        DispatchQueue.concurrentPerform(iterations: count) { index in
            places.initializeElement(at: index, to: body(index))
        }
        filled = count
    }
}
