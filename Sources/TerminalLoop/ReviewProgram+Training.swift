import CaseStore
import CaseWork
import Cases
import Commands
import Foundation
import JobWork
import Lists
import Review
import Screens
import TerminalKit
import Volumes

/// The queue and the models while they are on the screen, and the news of jobs wherever one is.
extension ReviewProgram {
    /// Goes to the queue or the models. A review stays open beneath and is come back to; one of a replay is left.
    func showTraining(_ page: TrainingPage) {
        if replayed != nil { leaveReplay() }
        listRequest += 1
        training.palette = PaletteState(history: personal.history())
        training.now = Date().timeIntervalSince1970
        screen = .training
        for effect in reduce(&training, .show(page)) { perform(effect) }
        tour?.observe(page)
    }

    func handleTraining(_ event: InputEvent) {
        let (columns, rows) = backend.size
        for event in EscapeRule.events(event, in: training, keymaps) {
            guard
                let action = TrainingInput.action(
                    for: event, columns: columns, rows: rows, in: training, keymaps: keymaps)
            else { continue }
            for effect in reduce(&training, action) { perform(effect) }
        }
    }

    func perform(_ effect: TrainingEffect) {
        switch effect {
        case .reload: reloadTraining()
        case .plan(let model):
            work { news, _ in .planned(try news.plan(model)) }
        case .queue(let model, let corrections):
            work(reads: true) { news, actor in
                let job = try news.queue(corrections, on: model, by: actor)
                return .say(
                    StatusMessage(
                        "job \(job.id) is queued with \(Plural.count(job.corrections.count, "correction")); a "
                            + "worker takes it"))
            }
        case .cancel(let id):
            work(reads: true) { news, actor in
                let job = try news.store.cancelJob(id, by: actor, now: Date())
                return .say(
                    StatusMessage(
                        job.state == .cancelled ? "job \(id) is cancelled" : "job \(id) will stop at its next step"))
            }
        case .retry(let id):
            work(reads: true) { news, actor in
                _ = try news.store.retryJob(id, by: actor, now: Date())
                return .say(StatusMessage("job \(id) is queued again"))
            }
        case .promote(let name, let reason):
            work(reads: true) { news, actor in
                .say(StatusMessage(try news.promote(name, reason: reason, by: actor)))
            }
        case .rollback(let base):
            work(reads: true) { news, actor in
                let change = try news.store.rollback(base, reason: nil, by: actor, now: Date())
                return .say(StatusMessage("\(change.model) is in use again"))
            }
        case .startWorker: beginWorker()
        case .openReplay(let entry, let structure, let before, let after):
            openReplay(ReplayedCase(entry: entry, structure: structure, before: before, after: after))
        case .rememberCommand(let line): personal.remember(line)
        case .showWorklist: showWorklist()
        case .back:
            listRequest += 1
            if review != nil { screen = .review } else { showWorklist() }
        }
    }

    /// Does something in the store away from the screen, says what came of it and reads the lists anew.
    private func work(
        reads: Bool = false,
        _ body: @escaping @Sendable (TrainingNews, String) throws -> TrainingUpdate
    ) {
        let (news, actor, mailbox, chosen) = (trainingNews, options.reviewer, mailbox, training.job?.id)
        listQueue.async {
            do {
                let update = try body(news, actor)
                if reads { mailbox.post(.training(.arrived(try news.read(chosen: chosen)))) }
                mailbox.post(.training(update))
            } catch {
                mailbox.post(.training(.say(StatusMessage(WorkError(error).description, kind: .warning))))
            }
        }
    }

    private func reloadTraining() {
        let chosen = training.job?.id
        work { news, _ in .arrived(try news.read(chosen: chosen)) }
    }

    private func beginWorker() {
        let (mailbox, home, start) = (mailbox, personal.folder, startWorker)
        work { _, _ in
            if let other = WorkerLock.otherHome(than: home) {
                return .say(
                    StatusMessage(
                        "not started: a worker of this computer works for another data folder (\(other)); "
                            + "pleura worker --beside-others starts one for this", kind: .warning))
            }
            try start { status in
                guard status != 0 else { return }
                let text = "the worker ended with status \(status); worker.log in the data folder says why"
                mailbox.post(.training(.say(StatusMessage(text, kind: .warning))))
            }
            return .say(StatusMessage("a worker has started; it continues after you leave"))
        }
    }

    // MARK: Replay

    /// Looks for the case of a replay, away from the screen, and opens it then.
    private func openReplay(_ replay: ReplayedCase) {
        listRequest += 1
        let (store, mailbox, request) = (store, mailbox, listRequest)
        listQueue.async {
            let warning: String
            do {
                let list = try store.worklist()
                if let item = list.items.first(where: { $0.record.id == replay.entry.correction.caseID }) {
                    let source = item.record.caseSource
                    let title = list.titles[item.record.id] ?? source.title
                    mailbox.post(.replay(replay, source, title: title, request: request))
                    return
                }
                warning = "the case is no longer in the store"
            } catch {
                warning = WorkError(error).description
            }
            mailbox.post(.training(.say(StatusMessage(warning, kind: .warning))))
        }
    }

    /// Opens the case of a replay on a screen of its own.
    func openReplay(_ replay: ReplayedCase, _ source: CaseSource, title: String) {
        leaveCase()
        var replaying = options
        replaying.replay = replay
        openCase(source, as: "\(title) · replay", options: replaying)
        replayed = replay
    }

    /// Leaves a replayed case and goes back to the list it was chosen from.
    func leaveReplay() {
        leaveCase()
        review = nil
        replayed = nil
        screen = .training
        reloadTraining()
    }

    // MARK: News of jobs

    /// Looks every few seconds at what has become of the jobs, whatever is on the screen.
    func tickTraining(_ now: Date, _ second: Int) {
        training.now = now.timeIntervalSince1970
        if screen == .training, case .list = training.mode, isDue(every: 2, at: second) { reloadTraining() }
        guard isDue(every: 5, at: second) else { return }
        let (store, mailbox) = (store, mailbox)
        listQueue.async {
            if let jobs = try? store.jobs() { mailbox.post(.jobs(jobs)) }
        }
    }

    /// Announces the jobs that have ended since they were last looked at.
    func receive(_ jobs: [Job]) {
        defer { knownJobs = Dictionary(jobs.map { ($0.id, $0.state) }) { first, _ in first } }
        // What had ended before the program was started is no news.
        guard let known = knownJobs else { return }
        guard
            // Another state counts, not only one that was not final: a cancelled job may have been queued again, and
            // have ended, since.
            let ended = jobs.last(where: { $0.state.isFinal && $0.state != .cancelled && known[$0.id] != $0.state })
        else { return }
        let chords = screen == .review ? keymaps.normal.chords(for: "queue") : keymaps.worklist.chords(for: "queue")
        var said = ended.announcement
        if screen != .training, let key = chords.first { said.text = "\(said.text) · \(key) shows it" }
        say(said)
    }

    /// Says something on the screen that is shown.
    func say(_ message: StatusMessage) {
        switch screen {
        case .review: apply(.show(message))
        case .worklist: worklist.message = message
        case .training: _ = reduce(&training, .say(message))
        }
    }
}
