import CaseStore
import Cases
import Foundation
import NcursesBackend
import Review
import Screens
import TerminalKit

/// The terminal front end: waits for input and news, brings the state forward, draws.
///
/// Everything that could take time happens elsewhere and comes back through the mailbox, so the screen never waits.
/// Used from the main thread alone.
final class ReviewProgram {
    private enum Screen {
        case worklist
        case review
    }

    /// News of a case's session; those of a session that was left are dropped.
    private struct News: Sendable {
        let session: Int
        let action: ReviewAction
    }

    private let backend: NcursesBackend
    private let store: any CaseStoring
    private let options: OpeningOptions
    private let render: RenderOptions
    private let wake: WakePipe
    private let mailbox: Mailbox<News>
    private var sources: [CaseSource]
    /// The cases of the command line.
    private let given: [CaseSource]
    private var worklist: WorklistState
    private var screen = Screen.worklist
    private var review: ReviewState?
    private var session: CaseSession?
    private var sessionNumber = 0
    private var position = 0
    private var translator: InputTranslator
    private var memory = FrameMemory()
    private var isDone = false
    /// Steps that could not be written before a case was left.
    private(set) var lostSteps = 0

    /// A program over the cases given on the command line, or over the store's worklist where there are none.
    init(
        backend: NcursesBackend, store: any CaseStoring, sources: [CaseSource], options: OpeningOptions,
        render: RenderOptions
    ) throws {
        self.backend = backend
        self.store = store
        self.options = options
        self.render = render
        self.sources = sources
        given = sources
        let wake = try WakePipe()
        self.wake = wake
        mailbox = Mailbox { wake.wake() }
        translator = InputTranslator(keymap: render.keymap)
        worklist = WorklistState(entries: [])
        if sources.isEmpty {
            try loadWorklist()
        } else {
            openCase(at: 0)
        }
    }

    /// Runs until the user leaves or the terminal goes away.
    /// - Returns: the signal that ended the program, if one did.
    func run() -> Int32? {
        var last = Date()
        while !isDone {
            draw()
            // Blinking between two masks is too slow to compare by at a second each.
            let tick = review?.view.comparison == .blink ? 0.5 : 1
            let result = backend.waitForInput(timeoutMilliseconds: Int(tick * 1000), wake: wake)
            if result.contains(.termination), let signal = backend.terminationRequest() {
                leaveCase()
                return signal
            }
            for event in backend.pendingEvents() where !isDone { handle(event) }
            for news in mailbox.takeAll() where news.session == sessionNumber { apply(news.action) }
            let now = Date()
            if now.timeIntervalSince(last) >= tick {
                apply(.tick(seconds: min(now.timeIntervalSince(last), 5)))
                last = now
            }
        }
        leaveCase()
        return nil
    }

    private func draw() {
        let (columns, rows) = backend.size
        switch screen {
        case .worklist:
            backend.present(WorklistScreen.render(worklist, options: render, columns: columns, rows: rows))
        case .review:
            fitView()
            guard let review else { return }
            backend.present(
                ReviewScreen.render(review, options: render, columns: columns, rows: rows, memory: &memory))
        }
    }

    /// Tells the review how large its image area is now, before anything is drawn or pointed at.
    private func fitView() {
        guard let review, let layout = ScreenLayout(columns: backend.size.columns, rows: backend.size.rows),
            review.view.areaColumns != layout.image.width || review.view.areaRows != layout.image.height
        else { return }
        apply(.resizeView(columns: layout.image.width, rows: layout.image.height))
    }

    // MARK: Input

    private func handle(_ event: InputEvent) {
        let (columns, rows) = backend.size
        switch screen {
        case .worklist: handleWorklist(event)
        case .review:
            fitView()
            guard let review else { return }
            if ScreenLayout(columns: columns, rows: rows) == nil {
                // Nothing of the review can be seen: only leaving makes sense.
                if case .key(.character("q"), _) = event { apply(.quit) }
                if case .key(.character("c"), .control) = event { apply(.quit) }
                return
            }
            for action in translator.actions(for: event, in: review, columns: columns, rows: rows) { apply(action) }
        }
    }

    private func handleWorklist(_ event: InputEvent) {
        guard let action = WorklistInput.action(for: event, rows: backend.size.rows, in: worklist) else { return }
        for effect in reduce(&worklist, action) {
            switch effect {
            case .open: openCase(at: worklist.selected)
            case .quit: isDone = true
            }
        }
    }

    private func apply(_ action: ReviewAction) {
        guard screen == .review, var review else { return }
        let effects = reduce(&review, action)
        self.review = review
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: ReviewEffect) {
        switch effect {
        case .quit: isDone = true
        case .suspend: backend.suspend()
        case .showWorklist: showWorklist()
        case .openNeighbour(let step):
            let target = position + step
            guard sources.indices.contains(target) else {
                apply(
                    .show(StatusMessage("there is no case \(step > 0 ? "after" : "before") this one", kind: .warning)))
                return
            }
            leaveCase()
            openCase(at: target)
        default: session?.perform(effect)
        }
    }

    // MARK: Cases

    private func loadWorklist() throws {
        let list = try store.worklist()
        let known = list.items.map(\.record.caseSource)
        // A case given on the command line is in the store only once it has been opened.
        let unopened = given.filter { source in !known.contains { $0.url.path == source.url.path } }
        let last = sources.indices.contains(position) ? sources[position].url.path : nil
        sources = known + unopened
        let now = Date()
        worklist.entries =
            list.items.map { WorklistEntry($0, now: now) } + unopened.map(WorklistEntry.init(unopened:))
        let selected = sources.firstIndex { $0.url.path == last } ?? worklist.selected
        worklist.selected = min(selected, max(0, worklist.entries.count - 1))
        if !list.damaged.isEmpty {
            worklist.message = StatusMessage(
                "\(list.damaged.count) damaged records are not listed; pleura doctor says more", kind: .warning)
        }
    }

    private func openCase(at index: Int) {
        position = index
        memory = FrameMemory()
        sessionNumber += 1
        let source = sources[index]
        var state = ReviewState(caseID: CaseID(rawValue: source.seriesUID ?? source.url.path), title: source.title)
        state.worklistPosition = WorklistPosition(index: index + 1, count: sources.count)
        review = state
        screen = .review
        let (number, mailbox) = (sessionNumber, mailbox)
        session = CaseSession(source: source, store: store, options: options) {
            mailbox.post(News(session: number, action: $0))
        }
    }

    private func leaveCase() {
        lostSteps += session?.close() ?? 0
        session = nil
        sessionNumber += 1
    }

    private func showWorklist() {
        leaveCase()
        review = nil
        screen = .worklist
        do {
            try loadWorklist()
        } catch {
            worklist.message = StatusMessage(ProgramError(error).description, kind: .warning)
        }
    }
}

extension WorklistEntry {
    /// A line for a case of which nothing is known but where it is.
    init(unopened source: CaseSource) {
        self.init(
            caseID: CaseID(rawValue: source.seriesUID ?? source.url.path), title: source.title, status: .new,
            image: "not opened yet")
    }

    /// A line of the worklist as the store has it.
    init(_ item: WorklistItem, now: Date) {
        let (size, step) = (item.record.geometry.size, item.record.geometry.spacing)
        let spacing = [step.x, step.y, step.z].map { String(format: "%.2f", $0) }.joined(separator: "×")
        self.init(
            caseID: item.record.id, title: item.record.caseSource.title, status: item.status,
            image: "\(size.x)×\(size.y)×\(size.z) · \(spacing) mm", model: item.model?.rawValue,
            reviewer: item.reviewer,
            holder: item.heldBy.flatMap { held in held.expiresAt > now ? held.reviewer : nil })
    }
}
