import Foundation
import TerminalKit

/// What comes into the event loop, and in which order.
extension ReviewProgram {
    /// Waits for what comes next from the terminal, from background work or by the clock.
    func nextTurn() -> Turn {
        watchSlice()
        backend.expectsMouse = screen == .review && review?.isMouseExpected == true
        let untilShown = millisecondsUntilQuestion
        if untilShown == 0 { return Turn(now: Date(), happenings: [.questionShown]) }
        let tick = screen == .review ? review?.secondsPerTick ?? 1 : 1
        let timeout = min(millisecondsUntilTick(tick), untilShown, standing?.millisecondsLeft ?? .max)
        let isAskedToEnd = backend.waitForInput(timeoutMilliseconds: timeout)
        if isAskedToEnd, let signal = backend.terminationRequest() {
            return Turn(now: Date(), happenings: [.signal(signal)])
        }
        var turn = Turn(now: Date())
        if let seen = sliceSeen() { turn.happenings.append(seen) }
        turn.happenings += backend.pendingEvents().map { .input($0) }
        turn.happenings += mailbox.takeAll().map { .news($0) }
        let passed = turn.now.timeIntervalSince(lastTick)
        if passed >= tick {
            // To the millisecond, as it is recorded: what is played goes as far when the recording is.
            turn.happenings.append(.tick(seconds: (passed * 1000).rounded() / 1000))
            lastTick = turn.now
        }
        return turn
    }

    /// In how many milliseconds it is time to tell of time again: drawing takes some of it.
    /// - Parameter tick: how often that is to be, seconds.
    private func millisecondsUntilTick(_ tick: Double) -> Int {
        let now = Date()
        // A clock that was put back is no reason to wait for it.
        if now < lastTick { lastTick = now }
        return Int((max(0, tick - now.timeIntervalSince(lastTick)) * 1000).rounded(.up))
    }

    /// Acts on what has come, up to where the program is left.
    /// - Returns: the signal that ends the program, if one does.
    func take(_ turn: Turn) -> Int32? {
        recorder?.beginTurn(columns: backend.size.columns, rows: backend.size.rows)
        for happening in turn.happenings where !isDone {
            if case .news(let news) = happening, news.isStale(in: sessionNumber) { continue }
            recorder?.note(happening, at: turn.now, while: typing, structures: review?.structures ?? [])
            switch happening {
            case .input(let event):
                if event.isTyped { lastKey = .now }
                handle(event)
            case .news(let news): receive(news)
            case .questionShown: showQuestion()
            case .seen(let slice, let milliseconds): apply(.drawn(slice: slice, milliseconds: milliseconds))
            case .tick(let seconds):
                // Time in the queue is not time with the case.
                if screen == .review { apply(.tick(seconds: min(seconds, 5))) }
                let second = Int(turn.now.timeIntervalSince1970)
                tickWorklist(turn.now, second)
                tickTraining(turn.now, second)
                lastSecond = second
            case .signal(let signal):
                // A stroke under way is one that was drawn: it is kept.
                apply(.hangUp)
                return signal
            }
        }
        return nil
    }

    /// Whether something is due that is done every so many seconds: once in each span of so many, however often time is
    /// told of.
    func isDue(every seconds: Int, at second: Int) -> Bool {
        guard let lastSecond else { return second % seconds == 0 }
        return second / seconds != lastSecond / seconds
    }

    /// Begins to count the time of the slice that was just drawn, or goes on with it.
    private func watchSlice() {
        let slice = screen == .review && replayed == nil && backend.hasRoomForReview ? review?.sliceOnShow : nil
        if let standing, standing.slice == slice, standing.session == sessionNumber,
            standing.suspensions == backend.suspensions
        {
            return
        }
        standing = slice.map {
            StandingSlice(slice: $0, session: sessionNumber, suspensions: backend.suspensions)
        }
    }

    /// What the review is to be told once a slice has stood long enough.
    private func sliceSeen() -> Happening? {
        guard let now = standing, !now.isTold, now.millisecondsLeft == 0, now.session == sessionNumber,
            now.suspensions == backend.suspensions
        else { return nil }
        standing?.isTold = true
        return .seen(slice: now.slice, milliseconds: now.milliseconds)
    }
}
