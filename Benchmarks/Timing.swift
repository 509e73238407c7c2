import Foundation

/// How long things take, in milliseconds.
enum Timing {
    /// Wall-clock time of one call.
    static func wall<T>(_ work: () throws -> T) rethrows -> (milliseconds: Double, value: T) {
        try time(CLOCK_MONOTONIC, work)
    }

    /// CPU time of one call, of this thread alone.
    static func cpu<T>(_ work: () throws -> T) rethrows -> (milliseconds: Double, value: T) {
        try time(CLOCK_THREAD_CPUTIME_ID, work)
    }

    /// Wall-clock times of several calls, after one that does not count.
    static func walls(_ count: Int, _ work: () throws -> Void) rethrows -> Samples {
        try work()
        return Samples(try (0..<count).map { _ in try wall(work).milliseconds })
    }

    /// A clock that never goes back, ms.
    static func monotonic() -> Double { now(CLOCK_MONOTONIC) }

    private static func time<T>(_ clock: clockid_t, _ work: () throws -> T) rethrows -> (Double, T) {
        let start = now(clock)
        let value = try work()
        return (now(clock) - start, value)
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}

/// Times of the same thing.
struct Samples {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    /// How many.
    var count: Int { sorted.count }
    /// The shortest, which other programs on the machine disturb least.
    var best: Double { sorted.first ?? .nan }
    /// The one in the middle.
    var median: Double { percentile(50) }

    /// The smallest that at least `percent` of all do not exceed.
    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((Double(sorted.count) * percent / 100).rounded(.up)) - 1
        return sorted[min(max(rank, 0), sorted.count - 1)]
    }
}
