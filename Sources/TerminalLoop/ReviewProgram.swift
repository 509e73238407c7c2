import CaseStore
import CaseWork
import Cases
import Commands
import Foundation
import JobWork
import Lists
import Logging
import Review
import Screens
import TerminalKit
import Volumes

/// The terminal front end: waits for input and news, brings the state forward, draws.
///
/// Everything that could take time happens elsewhere and comes back through the mailbox, so the screen never waits.
/// Used from the main thread alone.
package final class ReviewProgram {
    enum Screen {
        case worklist
        case review
        case training
    }

    /// What background work found out.
    enum News: Sendable {
        /// Of a case's session; those of a session that was left are dropped.
        case review(ReviewNews, session: Int)
        /// The worklist was read anew; the case to choose in it, if another is to be.
        case lists(WorklistNews, choosing: String? = nil)
        /// Why the worklist could not be read.
        case notListed(String)
        /// Edits that could not be written, of a case that has been left.
        case lost(String)
        /// The lists in which the next case is looked for, and what to say of the last, whose session this was.
        case next(WorklistNews, saying: String, asked: NextCase)
        /// Where the case of a replay is, if it is in the store.
        case replay(ReplayedCase, CaseSource, title: String, request: Int)
        /// Of the queue and the models.
        case training(TrainingUpdate)
        /// The jobs as they are now.
        case jobs([Job])
        /// Something to say, whatever is on the screen by then.
        case said(StatusMessage)
        /// All that this line of the command file, from 1, asked of the case's session is done, with the news of it.
        case commandSettled(Int)
    }

    let backend: any InteractiveTerminal
    let store: any CaseStoring
    let options: OpeningOptions
    let render: RenderOptions
    var keymaps: Keymaps { render.keymaps }
    let mailbox: Mailbox<News>
    let log = Logger(label: "review")
    /// When the case on the screen was asked for.
    var openingSince = ContinuousClock.now
    let personal: PersonalFiles
    let trainingNews: TrainingNews
    let startWorker: @Sendable (_ ended: @escaping @Sendable (Int32) -> Void) throws -> Void
    let listQueue = DispatchQueue(label: "pleura.lists", qos: .userInitiated)
    /// What goes on away from the screen.
    let work = BackgroundWork()
    /// The cases that were left and are not closed yet.
    let closing = CaseClosing()
    /// When a key was pressed last.
    var lastKey: ContinuousClock.Instant?
    /// Whether background work had to be left to itself: the process must then end without tearing libraries down.
    package private(set) var leftWorking = false
    var sources: [CaseSource]
    /// The cases of the command line.
    let given: [CaseSource]
    var worklist: WorklistState
    var training = TrainingState()
    /// The replay that is on the screen as a review.
    var replayed: ReplayedCase?
    /// How the jobs stood when they were last looked at.
    var knownJobs: [Int64: JobState]?
    var screen = Screen.worklist
    var review: ReviewState?
    var session: CaseSession?
    var sessionNumber = 0
    var position = 0
    /// What was said of the cases before this one.
    var heard = MessageLog()
    /// Edits that were lost of the case before, until the next one is open.
    var loss: String?
    /// The case that was chosen when the worklist was shown: another one is the user's own choice.
    var listedFrom: CaseID?
    /// How often a list was shown or a replay was asked for: only the newest request is answered.
    var listRequest = 0
    /// The slice to go to once the case is open again.
    var sliceToReturnTo: Int?
    /// Whether the case is to be reopened as soon as it is open.
    var reopensAtOnce = false
    private var translator: InputTranslator
    /// The slice that stands on screen with its masks.
    var standing: StandingSlice?
    /// The screen as it was drawn last.
    var shown: CellGrid?
    /// When time was last told to the screens.
    var lastTick = Date()
    /// The second, since 1970, in which that was.
    var lastSecond: Int?
    var memory = FrameMemory()
    var isDone = false
    /// Whether a new user is taught keys in this session, which counts as one.
    lazy var isTeaching = personal.teaching() != nil
    /// The lessons, in `pleura tour`.
    var tour: Tour?
    /// Writes the session down, if it is recorded.
    let recorder: SessionRecorder?
    /// Where everything comes from in a session that is played back.
    let player: SessionPlayer?
    /// The commands that are done in place of a user, as far as they have been.
    package internal(set) var commands: CommandRun?
    /// Steps that could not be written before a case was left; complete once ``run()`` has returned.
    package var lostSteps: Int { closing.lostSteps }

    /// A program over the cases given on the command line, or over the store's worklist where there are none.
    /// - Parameters:
    ///   - training: reads the queue and the models.
    ///   - startWorker: starts a worker as a process of its own, and is given what to tell its exit status to, should it
    ///     end while this program runs.
    ///   - tour: the lessons, in `pleura tour`.
    ///   - recorder: writes the session down.
    ///   - player: gives what was recorded, in place of a user; the terminal is then its own.
    ///   - commands: what is done once the case is open; there must be exactly one.
    package init(
        backend: any InteractiveTerminal, store: any CaseStoring, sources: [CaseSource], options: OpeningOptions,
        render: RenderOptions, personal: PersonalFiles, training: TrainingNews,
        startWorker: @escaping @Sendable (_ ended: @escaping @Sendable (Int32) -> Void) throws -> Void,
        tour: Tour? = nil, recorder: SessionRecorder? = nil, player: SessionPlayer? = nil,
        commands: CommandRun? = nil
    ) {
        self.commands = commands
        self.recorder = recorder
        self.player = player
        trainingNews = training
        self.startWorker = startWorker
        self.backend = backend
        self.store = store
        self.options = options
        self.render = render
        self.sources = sources
        self.personal = personal
        self.tour = tour
        given = sources
        mailbox = Mailbox(wake: backend.wake)
        translator = InputTranslator(keymaps: render.keymaps)
        worklist = WorklistState(entries: [], reviewer: options.reviewer)
        worklist.palette = PaletteState(history: personal.history())
        if sources.isEmpty {
            worklist.isRead = false
            readLists()
        } else {
            openCase(at: 0)
        }
    }

    /// Runs until the user leaves or the terminal goes away, and everything has come to rest or ``leftWorking``.
    /// - Returns: the signal that ended the program, if one did.
    package func run() -> Int32? {
        let signal = react()
        leaveCase()
        noteEnd()
        waitForClosing()
        leftWorking = !comeToRest(patience: signal == nil ? .seconds(20) : .seconds(4))
        return signal
    }

    private func react() -> Int32? {
        while !isDone {
            draw()
            if goOnWithCommands() { continue }
            let turn = player?.nextTurn(of: self) ?? nextTurn()
            if let signal = take(turn) { return signal }
        }
        return nil
    }

    func draw() {
        let (columns, rows) = backend.size
        var grid: CellGrid
        switch screen {
        case .worklist: grid = WorklistScreen.render(worklist, options: render, columns: columns, rows: rows)
        case .training: grid = TrainingScreen.render(training, options: render, columns: columns, rows: rows)
        case .review:
            fitView()
            guard let review else { return }
            grid = ReviewScreen.render(review, options: render, columns: columns, rows: rows, memory: &memory)
        }
        if let tour, screen != .review || ScreenLayout(columns: columns, rows: rows) != nil {
            TourBox.draw(tour, options: render, into: &grid)
        }
        shown = grid
        backend.present(grid)
    }

    /// Tells the review how large its image area is now, before anything is drawn or pointed at.
    private func fitView() {
        guard let review, let layout = ScreenLayout(columns: backend.size.columns, rows: backend.size.rows),
            review.view.areaColumns != layout.image.width || review.view.areaRows != layout.image.height
        else { return }
        apply(.resizeView(columns: layout.image.width, rows: layout.image.height))
    }

    // MARK: Input

    func handle(_ event: InputEvent) {
        let (columns, rows) = backend.size
        switch screen {
        case .worklist: handleWorklist(event)
        case .training: handleTraining(event)
        case .review:
            fitView()
            guard let review else { return }
            if ScreenLayout(columns: columns, rows: rows) == nil {
                // Nothing of the review can be seen: only leaving makes sense.
                if case .key(.character("q"), _) = event { apply(.quit) }
                if case .key(.character("c"), .control) = event { apply(.quit) }
                if case .mouse(let mouse) = event, mouse.kind == .release(.left), review.isDragging {
                    apply(.endStroke)
                }
                return
            }
            for event in EscapeRule.events(event, in: review, keymaps) {
                // What the event before has led to: another mode, or away from here.
                guard screen == .review, !isDone, let review = self.review else { return }
                for action in translator.actions(for: event, in: review, columns: columns, rows: rows) { apply(action) }
            }
        }
    }

    private func handleWorklist(_ event: InputEvent) {
        let (columns, rows) = backend.size
        for event in EscapeRule.events(event, in: worklist, keymaps) {
            guard
                let action = WorklistInput.action(
                    for: event, columns: columns, rows: rows, in: worklist, keymaps: keymaps)
            else { continue }
            for effect in reduce(&worklist, action) { perform(effect) }
        }
    }

    func apply(_ action: ReviewAction) { advance(by: action) { reduce(&$0, action) } }

    func apply(_ news: ReviewNews) {
        let name = EventName.of(news)
        switch news {
        // Often, and telling nothing.
        case .tick, .progress: log.trace("news", metadata: ["name": "\(name)"])
        case .openFailed, .journalFailed, .structuresNotKept, .leaseLost, .filingFailed:
            log.error("news", metadata: ["name": "\(name)", "session": "\(sessionNumber)"])
        default: log.debug("news", metadata: ["name": "\(name)"])
        }
        advance(by: nil) { reduce(&$0, news) }
    }

    private func advance(by action: ReviewAction?, _ reduce: (inout ReviewState) -> [ReviewEffect]) {
        guard var review else { return }
        if let action { log.trace("action", metadata: ["name": "\(EventName.of(action))"]) }
        let effects = reduce(&review)
        if tour != nil, let before = self.review { tour?.observe(action, effects, before: before, after: review) }
        self.review = review
        for effect in effects { perform(effect) }
    }

    func receive(_ news: News) {
        switch news {
        case .review(let news, let session):
            guard session == sessionNumber else { return }
            apply(news)
            if case .opened = news {
                noteMasks(.opened)
                log.info("case is open", metadata: ["session": "\(session)", "seconds": "\(openingSince.seconds)"])
                finishOpening()
                // What there is to say of this case must not hide what was lost of the last.
                if let loss, let all = StatusMessage.joined(StatusMessage(loss, kind: .warning), review?.message) {
                    apply(.show(all))
                    self.loss = nil
                }
            }
        case .lists(let lists, let chosen): receive(lists, choosing: chosen)
        case .notListed(let reason):
            worklist.unreadReason = reason
            say(StatusMessage(reason, kind: .warning))
        case .lost(let text):
            loss = text
            say(StatusMessage(text, kind: .warning))
        case .next(let lists, let said, let asked):
            // Who has gone elsewhere or on meanwhile is not taken away from there.
            if asked == nextCase { openNext(in: lists, saying: said) } else { say(StatusMessage(said)) }
        case .replay(let replay, let source, let title, let request):
            if request == listRequest, screen == .training, case .list = training.mode {
                openReplay(replay, source, title: title)
            }
        case .training(let update):
            for effect in reduce(&training, update) { perform(effect) }
            // A job that one has seen end there is not announced over what one opens next.
            if screen == .training, case .arrived(let lists) = update { receive(lists.jobs.reversed()) }
        case .jobs(let jobs): receive(jobs)
        case .said(let message): say(message)
        case .commandSettled(let number): commandSettled(number)
        }
    }

    private func perform(_ effect: ReviewEffect) {
        log.debug("effect", metadata: ["name": "\(EventName.of(effect))"])
        switch effect {
        case .quit: if replayed != nil { leaveReplay() } else { isDone = true }
        case .suspend: backend.suspend()
        case .showWorklist: showWorklist()
        case .showTraining(let page): showTraining(page)
        case .openNeighbour(let step):
            let target = position + step
            guard sources.indices.contains(target) else {
                apply(
                    .show(StatusMessage("there is no case \(step > 0 ? "after" : "before") this one", kind: .warning)))
                return
            }
            leaveCase()
            openCase(at: target)
        case .openNext(let said): openNext(said)
        case .retry: retry()
        case .cancelOpening: cancelOpening()
        case .rememberCommand(let line): personal.remember(line)
        case .learned(let hint): personal.learn(hint)
        // Where files were written at the time, there may be others by now, or another computer.
        case .export where player != nil:
            mailbox.post(
                .review(.show(StatusMessage("not exported: a recording is played")), session: sessionNumber))
        default: session?.perform(effect)
        }
    }

    /// Ends what is under way with the case; what is in line is written behind the scenes.
    func leaveCase() {
        if let review { heard = review.messages.carriedOn(from: review.title) }
        if let session {
            noteMasks(.left)
            let (mailbox, title) = (mailbox, review?.title ?? "the case")
            closing.leave(session) { [log] lost in
                log.error("edits are lost", metadata: ["count": "\(lost)"])
                let edits = Plural.count(lost, "edit")
                let text = "\(edits) of \(title) could not be written and \(Plural.word(lost, "is", "are")) lost"
                mailbox.post(.lost(text))
            }
        }
        session = nil
        sessionNumber += 1
    }
}
