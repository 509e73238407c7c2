import Foundation
import Glibc
import Synchronization
import Testing
import Volumes

@Suite struct ConcurrencyTests {
    private func countCalls(_ count: Int) -> [Int] {
        let calls = Mutex([Int](repeating: 0, count: count))
        concurrently(count) { index in calls.withLock { $0[index] += 1 } }
        return calls.withLock { $0 }
    }

    @Test(arguments: [0, 1, 2, 3, 1000])
    func everyIndexIsCalledOnce(count: Int) {
        #expect(countCalls(count) == [Int](repeating: 1, count: count))
    }

    @Test func aThreadThatGivesWayHasHelpersThatDoTheSame() {
        // Priorities once lowered stay so, so this needs a thread of its own.
        let found = Mutex<(calls: [Int], priorities: Set<Int32>)>(([], []))
        let done = DispatchSemaphore(value: 0)
        let own = getpriority(Self.kind, 0)
        Thread { [self] in
            setpriority(Self.kind, 0, own + 3)
            let priorities = Mutex<Set<Int32>>([])
            concurrently(64) { _ in
                usleep(1000)
                priorities.withLock { _ = $0.insert(getpriority(Self.kind, 0)) }
            }
            let calls = countCalls(500)
            found.withLock { $0 = (calls, priorities.withLock { $0 }) }
            done.signal()
        }.start()
        done.wait()
        let (calls, priorities) = found.withLock { $0 }
        #expect(calls == [Int](repeating: 1, count: 500))
        #expect(priorities == [min(19, own + 3)])
        // Dispatch's own threads are as they were.
        let elsewhere = Mutex<Set<Int32>>([])
        concurrently(64) { _ in
            usleep(1000)
            elsewhere.withLock { _ = $0.insert(getpriority(Self.kind, 0)) }
        }
        #expect(elsewhere.withLock { $0 } == [own])
    }

    private static let kind = __priority_which_t(PRIO_PROCESS.rawValue)
}
