import Foundation

/// Whether a fine-tuning is to be queued without being asked for.
public struct FineTuningTrigger: Hashable, Sendable {
    /// After how many new corrections; 0 for never.
    public var afterCorrections: Int
    /// At what minute of the day, if there is any new correction; `nil` for never.
    public var at: Int?

    /// A trigger from its parts.
    public init(afterCorrections: Int, at: Int?) { (self.afterCorrections, self.at) = (afterCorrections, at) }

    /// Why one is due now, in a few words; `nil` if none is.
    /// - Parameters:
    ///   - waiting: how many corrections could be trained on and are in no job.
    ///   - lastQueued: when the model's last job was queued.
    public func reason(waiting: Int, lastQueued: Date?, now: Date, calendar: Calendar) -> String? {
        guard waiting > 0 else { return nil }
        if afterCorrections > 0, waiting >= afterCorrections { return "\(waiting) new corrections" }
        guard let at else { return nil }
        let today = calendar.startOfDay(for: now)
        guard let due = calendar.date(byAdding: .minute, value: at, to: today), now >= due else { return nil }
        // A job from the future, before the clock was set back, is none of today's.
        if let lastQueued, lastQueued >= due, lastQueued <= now { return nil }
        let (hour, minute) = (at / 60, at % 60)
        return "it is past \(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
