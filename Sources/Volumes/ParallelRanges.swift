import Dispatch
import Foundation

/// Runs `body` over consecutive parts of `0..<count`, one part a core, and waits. The parts are disjoint, so `body`
/// may write to a shared buffer where each part has places of its own. Small work stays on the calling thread.
/// - Parameter minimum: the least that is worth a thread of its own.
func inParallel(_ count: Int, atLeast minimum: Int = 1, _ body: (Range<Int>) -> Void) {
    let parts = min(ProcessInfo.processInfo.activeProcessorCount, count / max(1, minimum))
    guard parts > 1 else {
        if count > 0 { body(0..<count) }
        return
    }
    withoutActuallyEscaping(body) { body in
        // Disjoint parts, and nothing outlives this call.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            body(count * part / parts..<count * (part + 1) / parts)
        }
    }
}
