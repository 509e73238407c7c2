import Glibc

/// Ends a wait for input from another thread, without ever blocking it.
public final class WakePipe: Sendable {
    /// The end to poll.
    let readDescriptor: Int32
    private let writeDescriptor: Int32

    /// Opens the pipe.
    public init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("opening a pipe", code: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readDescriptor, writeDescriptor) = (ends[0], ends[1])
    }

    deinit {
        Glibc.close(readDescriptor)
        Glibc.close(writeDescriptor)
    }

    /// Ends the wait that goes on, or the next one. Many calls before it end one wait.
    public func wake() {
        var byte: UInt8 = 0
        // A full pipe wakes as well as one byte more would.
        _ = write(writeDescriptor, &byte, 1)
    }

    /// Forgets the calls so far.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(readDescriptor, &bytes, bytes.count) > 0 {}
    }
}
