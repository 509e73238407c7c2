import Cases
import Foundation
import Testing

@Suite struct FineTuningTriggerTests {
    private let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        return calendar
    }()
    /// 1 January 2025, hours after midnight, UTC.
    private func time(_ hours: Double) -> Date { Date(timeIntervalSince1970: 1_735_689_600 + hours * 3600) }

    @Test func firesAfterSoManyCorrections() {
        let trigger = FineTuningTrigger(afterCorrections: 10, at: nil)
        func reason(_ waiting: Int) -> String? {
            trigger.reason(waiting: waiting, lastQueued: time(1), now: time(2), calendar: calendar)
        }
        #expect(reason(9) == nil && reason(0) == nil)
        #expect(reason(10) == "10 new corrections")
        let never = FineTuningTrigger(afterCorrections: 0, at: nil)
        #expect(never.reason(waiting: 99, lastQueued: nil, now: time(2), calendar: calendar) == nil)
    }

    @Test func firesOnceADayAtItsTime() {
        let trigger = FineTuningTrigger(afterCorrections: 0, at: 150)
        func reason(_ hours: Double, last: Double?, waiting: Int = 1) -> String? {
            trigger.reason(
                waiting: waiting, lastQueued: last.map(time), now: time(hours), calendar: calendar)
        }
        #expect(reason(2.4, last: nil) == nil)
        #expect(reason(2.5, last: nil) == "it is past 02:30")
        #expect(reason(2.5, last: nil, waiting: 0) == nil)
        #expect(reason(9, last: 2.6) == nil)
        #expect(reason(26.6, last: 2.6) == "it is past 02:30")
        // The machine slept through the night.
        #expect(reason(33, last: -20) != nil)
        // The clock was set back by two days: the job of then does not count for ever.
        #expect(reason(9, last: 57) != nil)
    }
}
