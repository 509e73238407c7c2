import Foundation
import Glibc
import Synchronization

/// Work that gives way to whoever types.
enum LowPriority {
    /// How much nicer than before (nice(2)): about a tenth of a core is left to it where others want all of it.
    private static let niceness: Int32 = 10

    /// Makes this thread give way, and all threads that it makes from now on: at the start of a program, all of it. On
    /// Linux each thread has a priority of its own.
    static func begin() {
        let kind = __priority_which_t(PRIO_PROCESS.rawValue)
        setpriority(kind, 0, min(19, getpriority(kind, 0) + niceness))
    }

    /// Does work on a thread of its own that gives way to the others of the process, and waits for it. Threads that
    /// are made in it, such as OpenMP's, give way as well.
    static func perform<Outcome: Sendable>(_ work: @escaping @Sendable () throws -> Outcome) throws -> Outcome {
        let result = Slot<Outcome>()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            begin()
            result.value.withLock { $0 = Result(catching: work) }
            done.signal()
        }
        // As much as the first thread of a program has.
        thread.stackSize = 8 << 20
        thread.start()
        done.wait()
        guard let outcome = result.value.withLock({ $0 }) else { preconditionFailure("the work was done") }
        return try outcome.get()
    }

    private final class Slot<Outcome: Sendable>: Sendable {
        let value = Mutex<Result<Outcome, any Error>?>(nil)
    }
}
