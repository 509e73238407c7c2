import Dispatch
import Foundation
import Glibc
import Synchronization

/// Runs `body` over consecutive parts of `0..<count`, one part a core, and waits. The parts are disjoint, so `body`
/// may write to a shared buffer where each part has places of its own. Small work stays on the calling thread.
/// - Parameter minimum: the least that is worth a thread of its own.
func inParallel(_ count: Int, atLeast minimum: Int = 1, _ body: (Range<Int>) -> Void) {
    let parts = min(ProcessInfo.processInfo.activeProcessorCount, count / max(1, minimum))
    guard parts > 1 else {
        if count > 0 { body(0..<count) }
        return
    }
    concurrently(parts) { part in body(count * part / parts..<count * (part + 1) / parts) }
}

/// Runs `body` once for each of `0..<count`, on as many threads as there are cores, and waits. What it is called with
/// differs, so that it may write to a shared buffer where each has a place of its own.
///
/// On a thread that gives way to the others of its process (setpriority(2) makes such) the others that are at work
/// give way as well. Dispatch would not do there: its threads are made at the priority of whoever needs them first,
/// keep it, and go on to serve somebody else.
/// - Parameters:
///   - count: how many times.
///   - body: called on several threads at a time.
public func concurrently(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
        // Nothing outlives this call.
        nonisolated(unsafe) let body = body
        guard givesWay else {
            DispatchQueue.concurrentPerform(iterations: count) { body($0) }
            return
        }
        let work = SharedWork(count: count, body: body)
        var threads: [pthread_t] = []
        for _ in 1..<max(1, min(ProcessInfo.processInfo.activeProcessorCount, count)) {
            var thread = pthread_t()
            let share = Unmanaged.passRetained(work)
            let status = pthread_create(
                &thread, nil,
                { share in
                    if let share { Unmanaged<SharedWork>.fromOpaque(share).takeRetainedValue().perform() }
                    return nil
                }, share.toOpaque())
            guard status == 0 else {
                share.release()
                break
            }
            threads.append(thread)
        }
        work.perform()
        for thread in threads { pthread_join(thread, nil) }
    }
}

/// What several threads do together, each taking what comes next.
private final class SharedWork: Sendable {
    private let count: Int
    private let next = Atomic<Int>(0)
    private nonisolated(unsafe) let body: (Int) -> Void

    init(count: Int, body: @escaping (Int) -> Void) {
        self.count = count
        self.body = body
    }

    func perform() {
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }
}

/// Whether this thread has a lower priority than the process it belongs to.
private var givesWay: Bool {
    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
    // On Linux each thread has a priority of its own; that of the process is its first thread's.
    return getpriority(kind, 0) > getpriority(kind, id_t(getpid()))
}
