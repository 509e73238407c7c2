import Digests
import Foundation
import TerminalKit

/// Plays a recording: gives the event loop what the user, the clock and the terminal gave it then, and news of background
/// work in the same order as then, however fast this machine is.
package final class SessionPlayer {
    /// The terminal that the program runs on.
    package let terminal: PlayedTerminal
    private let recording: SessionRecording
    private let began: Date
    private var position = 0
    /// News that came before it was their turn, oldest first.
    private var waiting: [ReviewProgram.News] = []
    /// How many lines with news of each kind are still to come.
    private var ahead: [NewsName.Kind: Int] = [:]
    /// How often news have failed to come.
    private var misses = 0
    private var differences: [String] = []
    private var masks: [RecordedMasks] = []
    private var lastScreen: [String] = []
    private let patience: Duration

    /// A player of a recording.
    /// - Parameter patience: how long news are waited for while nothing is known to go on behind the screen.
    package init(_ recording: SessionRecording, patience: Duration = .seconds(10)) {
        self.recording = recording
        self.patience = patience
        let header = recording.header
        began = Date(timeIntervalSince1970: header.began)
        terminal = PlayedTerminal(
            columns: header.columns, rows: header.rows, depth: ColourDepth(rawValue: header.colours) ?? .indexed)
        for line in recording.lines { if case .news(let name) = line.what { ahead[name.kind, default: 0] += 1 } }
    }

    /// Takes in how masks stand.
    func note(_ masks: RecordedMasks) { self.masks.append(masks) }

    /// Takes in the screen that was drawn last.
    func note(lastScreen lines: [String]) { lastScreen = lines }

    /// What is next, once all of it has come.
    func nextTurn(of program: ReviewProgram) -> Turn {
        let lines = recording.lines
        guard position < lines.count else { return lastTurn(of: program) }
        let number = lines[position].turn
        var turn = Turn(now: began.addingTimeInterval(Double(lines[position].milliseconds) / 1000))
        collect(from: program)
        turn.happenings += takeUnexpected(program).map { .news($0) }
        while position < lines.count, lines[position].turn == number {
            switch lines[position].what {
            case .input(let event):
                if case .resize(let columns, let rows) = event { terminal.size = (columns, rows) }
                turn.happenings.append(.input(event))
            case .news(let name):
                ahead[name.kind, default: 1] -= 1
                turn.happenings += wait(for: name, of: program).map { .news($0) }
            case .questionShown: turn.happenings.append(.questionShown)
            case .seen(let slice, let milliseconds):
                turn.happenings.append(.seen(slice: slice, milliseconds: milliseconds))
            case .tick(let seconds, let clock):
                turn.now = Date(timeIntervalSince1970: clock)
                turn.happenings.append(.tick(seconds: seconds))
            case .signal(let signal): turn.happenings.append(.signal(signal))
            case .masks, .end: break
            }
            position += 1
        }
        return turn
    }

    /// What follows behind the last line: all that has not been told yet, and then the end.
    private func lastTurn(of program: ReviewProgram) -> Turn {
        let now = Date()
        var quiet = ContinuousClock.now
        while quiet.duration(to: .now) < .milliseconds(500) {
            collect(from: program)
            waiting.removeAll(where: \.decidesAnswers)
            if !waiting.isEmpty {
                defer { waiting = [] }
                return Turn(now: now, happenings: waiting.map { .news($0) })
            }
            if program.isBusy(besides: waiting) { quiet = .now }
            _ = terminal.waitForInput(timeoutMilliseconds: 20)
        }
        let isComplete = recording.lines.contains { if case .end = $0.what { true } else { false } }
        if isComplete { differences.append("the recording has ended, and the program would go on") }
        return Turn(now: now, happenings: [.signal(SIGHUP)])
    }

    /// Takes news out of the program's mailbox.
    private func collect(from program: ReviewProgram) {
        waiting += program.mailbox.takeAll().filter { !$0.isProgress }
        waiting.removeAll { $0.isStale(in: program.sessionNumber) }
    }

    /// News of kinds that are not told of any more in the recording.
    private func takeUnexpected(_ program: ReviewProgram) -> [ReviewProgram.News] {
        let structures = program.review?.structures ?? []
        let isUnexpected = { [ahead] (news: ReviewProgram.News) in ahead[news.name(in: structures).kind] ?? 0 == 0 }
        defer { waiting.removeAll(where: isUnexpected) }
        // Who had nobody to answer prompts then has nobody now, or the masks would be others.
        return waiting.filter { isUnexpected($0) && !$0.decidesAnswers }
    }

    /// Waits for news. Of those that are numbered, the ones with lower numbers come with them: then, the last alone told
    /// of all.
    ///
    /// Numbered ones that do not come are no difference: a background queue passes over what a later edit has made
    /// pointless, and how much that is depends on the machine. What they lead to is compared at the end.
    private func wait(for name: NewsName, of program: ReviewProgram) -> [ReviewProgram.News] {
        var since = ContinuousClock.now
        // Once the session goes otherwise than recorded, most of what follows does not come either.
        let patience = name.number == nil ? patience / (1 << min(misses, 4)) : min(patience, .seconds(1))
        while since.duration(to: .now) < patience {
            collect(from: program)
            let structures = program.review?.structures ?? []
            let names = waiting.map { $0.name(in: structures) }
            // Recordings of before have no number for region operations.
            if let index = names.firstIndex(where: { $0 == name || name.number == nil && $0.kind == name.kind }) {
                let taken = names.indices.filter {
                    $0 == index || $0 < index && names[$0].kind == name.kind && names[$0].number != nil
                }
                defer { for i in taken.reversed() { waiting.remove(at: i) } }
                return taken.map { waiting[$0] }
            }
            if let number = name.number, names.contains(where: { $0.kind == name.kind && $0.number ?? 0 > number }) {
                return []
            }
            if program.isBusy(besides: waiting) { since = .now }
            _ = terminal.waitForInput(timeoutMilliseconds: 20)
        }
        guard name.number == nil else { return [] }
        misses += 1
        differences.append("“\(name.kind.name)” of line \(position + 2) did not come")
        return []
    }

    /// What came of it, once the program has ended.
    package var result: PlayedSession {
        var (expected, screen) = ([RecordedMasks](), String?.none)
        for line in recording.lines {
            switch line.what {
            case .masks(let masks): expected.append(masks)
            case .end(let digest): screen = digest
            default: break
            }
        }
        return PlayedSession(
            events: position, warnings: recording.warnings, differences: differences, expected: expected, found: masks,
            lastScreen: lastScreen,
            sameScreen: screen.map { $0 == SHA256Digest.hex(of: lastScreen.joined(separator: "\n")) })
    }
}

extension ReviewProgram {
    /// Whether something goes on behind the screen that will have news.
    /// - Parameter waiting: news that have come and that it has not been told: what they are the end of is over.
    func isBusy(besides waiting: [News]) -> Bool {
        let running = review?.region.running?.id
        let isWorkedOut = waiting.contains { news in
            switch news {
            case .review(.worked(.done(let id, _)), _), .review(.worked(.failed(let id, _)), _): id == running
            default: false
            }
        }
        return !work.current.isEmpty || !closing.wait(milliseconds: 0)
            || review?.region.running != nil && !isWorkedOut
    }
}
