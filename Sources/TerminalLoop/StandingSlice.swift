import Review
import Screens
import TerminalKit

/// A slice that stands on screen with its masks, and since when.
struct StandingSlice {
    let slice: Int
    /// The session of the case that it belongs to.
    let session: Int
    /// How often the program had been stopped by then: nothing is on screen meanwhile.
    let suspensions: Int
    /// Whether the review knows that it was seen.
    var isTold = false
    private let since = ContinuousClock.now

    init(slice: Int, session: Int, suspensions: Int) {
        self.slice = slice
        self.session = session
        self.suspensions = suspensions
    }

    /// How long it has stood.
    var milliseconds: Int {
        let time = since.duration(to: .now)
        return Int(clamping: time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)
    }

    /// How long it must stand on to be seen; `nil` where that is known already.
    var millisecondsLeft: Int? { isTold ? nil : max(0, ReviewState.seenAfter - milliseconds) }
}

extension InteractiveTerminal {
    /// Whether the terminal is large enough to show a review.
    var hasRoomForReview: Bool { ScreenLayout(columns: size.columns, rows: size.rows) != nil }
}
