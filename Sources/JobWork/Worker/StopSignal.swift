import Dispatch
import Glibc
import Synchronization

/// Notes SIGINT and SIGTERM, so that long work can end in good order. A second one ends the program at once.
///
/// Sendable because the sources are only kept, and the flag has a lock.
package final class StopSignal: @unchecked Sendable {
    private let flag = Mutex(false)
    private let sources: [any DispatchSourceSignal]

    /// Whether somebody asked to stop.
    package var isSet: Bool { flag.withLock { $0 } }

    package init() {
        let numbers = [SIGINT, SIGTERM]
        sources = numbers.map { number in
            // Otherwise the system ends the program before the source hears of it.
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for (number, source) in zip(numbers, sources) {
            source.setEventHandler { [weak self] in
                let isSecond = self?.flag.withLock { value in
                    defer { value = true }
                    return value
                }
                if isSecond == true { _exit(128 + number) }
            }
            source.resume()
        }
    }
}
