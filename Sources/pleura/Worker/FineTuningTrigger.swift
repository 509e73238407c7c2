import Cases
import Foundation
import Settings

/// Whether a fine-tuning is to be queued without being asked for.
struct FineTuningTrigger {
    /// After how many new corrections; 0 for never.
    var afterCorrections: Int
    /// At what minute of the day, if there is any; `nil` for never.
    var at: Int?

    init(afterCorrections: Int, at: Int?) { (self.afterCorrections, self.at) = (afterCorrections, at) }

    init(_ settings: UserSettings) {
        self.init(afterCorrections: settings.trainsAfterCorrections, at: settings.trainsAt)
    }

    /// Why one is due now; `nil` if none is.
    /// - Parameters:
    ///   - waiting: how many corrections are in no job yet.
    ///   - lastQueued: when the model's last job was queued.
    func reason(waiting: Int, lastQueued: Date?, now: Date, calendar: Calendar) -> String? {
        guard waiting > 0 else { return nil }
        if afterCorrections > 0, waiting >= afterCorrections { return "\(waiting) new corrections" }
        guard let at else { return nil }
        let today = calendar.startOfDay(for: now)
        guard let due = calendar.date(byAdding: .minute, value: at, to: today), now >= due else { return nil }
        if let lastQueued, lastQueued >= due, lastQueued <= now { return nil }
        return String(format: "it is past %02d:%02d", at / 60, at % 60)
    }
}
