import CaseStore
import Cases
import Commands
import Dispatch
import Foundation
import Review
import Synchronization
import Volumes

/// One case while it is on the screen: performs the review's effects and posts what comes of them.
package final class CaseSession: Sendable {
    let opener: CaseOpener
    private let source: CaseSource
    let store: any CaseStoring
    private let metrics: MetricsWorker
    let regions: RegionWorker
    let post: @Sendable (ReviewNews) -> Void
    private let open = Mutex<OpenCase?>(nil)
    /// How far the case has come to the screen.
    private let stage: OpeningStage
    let isClosed: Cancellation
    private let queue = DispatchQueue(label: "pleura.open", qos: .userInitiated)
    let work: BackgroundWork

    /// Starts opening a case, once those left before are closed; news come through `post` until the session is closed.
    /// - Parameter work: is told of what goes on, so that the program does not end under it.
    package init(
        source: CaseSource, store: any CaseStoring, options: OpeningOptions, work: BackgroundWork, closing: CaseClosing,
        post deliver: @escaping @Sendable (ReviewNews) -> Void
    ) {
        let (isClosed, stage) = (Cancellation(), OpeningStage())
        let opening = work.begin(BackgroundWork.reading)
        let post = { @Sendable (news: ReviewNews) in
            if case .imageArrived = news { work.rename(opening, BackgroundWork.prediction) }
            if case .opened = news, !stage.show() { return }
            if !isClosed.isCancelled { deliver(news) }
        }
        self.source = source
        self.store = store
        self.isClosed = isClosed
        self.stage = stage
        self.post = post
        self.work = work
        metrics = MetricsWorker(post: post)
        regions = RegionWorker(post: post)
        opener = CaseOpener(
            store: store, options: options, post: post, isCancelled: { isClosed.isCancelled })
        queue.async { [self] in
            defer { work.end(opening) }
            closing.settle()
            do {
                let opened = try opener.open(source)
                // Left while it was read: nobody else has it, so it is given back here.
                if stage.isLeftUnread {
                    _ = opened.journal?.close()
                    return
                }
                metrics.prepare(SanityWorker(volume: opened.loaded.volume, predictions: opened.predictions))
                open.withLock { $0 = opened }
                prepareAnswerer(for: opened)
            } catch is CancellationError {
                return
            } catch {
                post(.openFailed(WorkError(error).description))
            }
        }
    }

    /// Performs an effect; those of the program itself (leaving, the worklist) are its own to perform.
    package func perform(_ effect: ReviewEffect) {
        switch effect {
        case .journal(let entry, let sequence): journal { $0.append(entry, sequence: sequence) }
        case .journalTogether(let entries, let last): journal { $0.append(entries, through: last) }
        case .workOut(let id, let task): regions.begin(task, id: id)
        case .stopWork(let id): regions.stop(id)
        case .measure(let name, let patch, let edit): metrics.apply(patch, to: name, edit: edit)
        case .tryOut(let name, let patch, let edit): metrics.tryOut(patch, on: name, edit: edit)
        case .measureAll(let name, let mask, let tolerance, let edit):
            withOpenCase { [metrics] opened in
                let reference = opened.references[name] ?? Mask(geometry: mask.geometry)
                metrics.begin(name, mask: mask, reference: reference, tolerance: tolerance, edit: edit)
            }
        case .mark(let name, let z, _): withOpenCase { [metrics] _ in metrics.mark(name, z: z) }
        case .describe(let id, let mask): describe(mask, id: id)
        case .saveProgress(let progress): journal { $0.save(progress) }
        case .progressWithStep(let progress): journal { $0.stage(progress) }
        case .keepStructures(let listing): journal { $0.keep(listing) }
        case .introduce(let name):
            withOpenCase { [post, tolerance = opener.options.tolerance] opened in
                post(.introduced(name, tolerance: tolerance(name), reference: opened.references[name]))
            }
        case .loadStructures(let path, let names, let asReference): load(path, names, asReference)
        case .listSessions: listPutAside()
        case .restoreSession(let number): restore(number)
        case .resolveLeftReview(let resume): if !resume { journal { $0.abandonSession() } }
        case .file(let request): journal { $0.file(request) }
        case .reopen: reopen()
        case .export(let format, let path, let masks): export(format, path, masks)
        case .deferCase(let comment): mark(.deferred, comment)
        case .flag(let comment): mark(comment == nil ? .unflagged : .flagged, comment ?? "")
        case .judge(let approves, let comment): judge(approves, comment)
        case .openNeighbour, .showWorklist, .showTraining, .suspend, .quit, .openNext, .retry, .cancelOpening,
            .rememberCommand,
            .learned:
            break
        }
    }

    /// Runs once the case is open and all effects that were performed so far are done, but for exports, region
    /// operations and measurements; what they have to say has been posted by then.
    package func afterwards(_ work: @escaping @Sendable () -> Void) {
        withOpenCase { opened in if let journal = opened.journal { journal.afterwards(work) } else { work() } }
    }

    /// Ends the session: what is in line is written, the case is given back. Blocks until that is done.
    /// - Returns: how many steps could not be written.
    package func close() -> Int {
        isClosed.cancel()
        metrics.close()
        regions.close()
        let ending = work.begin("the measurements")
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            metrics.wait()
            regions.wait()
            work.end(ending)
        }
        // A case that is still being read is not waited for: whoever reads it sees that and gives everything back.
        guard !stage.leave() else { return 0 }
        queue.sync {}
        return open.withLock { $0 }?.journal?.close() ?? 0
    }

    /// Under which id the review is kept; `nil` for a case that could not be opened. Blocks while it is being opened.
    package var openedCaseID: CaseID? { queue.sync { open.withLock { $0?.caseID } } }

    /// Takes another review of the case in hand.
    func adopt(_ opened: OpenCase) {
        metrics.prepare(SanityWorker(volume: opened.loaded.volume, predictions: opened.predictions))
        open.withLock { $0 = opened }
    }

    /// Runs once the case is open; `.opened` may be seen on screen a moment before the opener returns.
    func withOpenCase(_ work: @escaping @Sendable (OpenCase) -> Void) {
        queue.async { [self] in if let opened = open.withLock({ $0 }) { work(opened) } }
    }

    private func journal(_ work: @escaping @Sendable (ReviewJournal) -> Void) {
        withOpenCase { opened in if let journal = opened.journal { work(journal) } }
    }

    private func reopen() {
        journal { [self] journal in
            journal.afterwards { [self] in
                do {
                    guard let opened = open.withLock({ $0 }), let newest = try store.newestCorrection(of: opened.caseID)
                    else { throw WorkError("there is no filed review to reopen") }
                    let correction = try store.correction(newest)
                    let prediction = try store.prediction(opened.predictionID)
                    var review = OpenedReview(
                        model: prediction.model, referenceSource: opened.referenceSource,
                        structures: opener.options.structures(
                            correction.masks, prediction, opened.references,
                            listed: try listing(of: opened)),
                        uncertainty: prediction.uncertainty?.sliceScores ?? [])
                    review.notes = opened.notes
                    review.isBlinded = opener.options.isBlinded
                    // What somebody else has seen, this reviewer has not.
                    if correction.reviewer == opener.options.reviewer {
                        review.seenSlices = Set(correction.slicesSeen)
                    }
                    post(.opened(review))
                } catch {
                    post(.openFailed(WorkError(error).description))
                }
            }
        }
    }

    /// Puts the case off or flags it, after every step in line.
    private func mark(_ kind: CaseMark.Kind, _ comment: String) {
        withOpenCase { [self] opened in
            let work = { @Sendable [self] in
                do {
                    try store.mark(
                        opened.caseID, kind, comment: comment, by: opener.options.reviewer, now: Date())
                    if kind != .deferred { post(.flagged(kind == .flagged ? comment : nil)) }
                } catch {
                    post(.show(StatusMessage("not kept: \(WorkError(error).description)", kind: .warning)))
                }
            }
            if let journal = opened.journal { journal.afterwards(work) } else { work() }
        }
    }

    /// Approves the correction that was filed when the case was opened, or sends it back.
    private func judge(_ approves: Bool, _ comment: String) {
        withOpenCase { [self] opened in
            do {
                guard let key = opened.filed else { throw WorkError("there is no filed correction") }
                let me = opener.options.reviewer
                try store.judge(key, approves ? .approved : .returned, comment: comment, by: me, now: Date())
                post(.approvalChanged(approves ? .approved(by: me) : .returned(by: me, comment: comment)))
            } catch {
                post(.show(StatusMessage("not kept: \(WorkError(error).description)", kind: .warning)))
            }
        }
    }

    /// The list of structures as the screen has it, on disk or on its way there.
    func listing(of opened: OpenCase) throws -> StructureListing? {
        try opened.journal?.unwrittenListing ?? store.structureListing(of: opened.caseID)
    }

    /// Writes masks to a file, behind everything in line.
    private func export(_ format: String, _ path: String, _ masks: [StructureName: Mask]) {
        withOpenCase { [self, post, work, conventions = opener.options.conventions] opened in
            let exporting = work.begin("the export")
            let export = { @Sendable [self] in
                defer { work.end(exporting) }
                do {
                    guard let format = ExportFormat(rawValue: format) else {
                        throw WorkError("\(format) is not a format; there are \(ExportFormat.list)")
                    }
                    let listing = try listing(of: opened)
                    try StructureFiles.write(
                        masks, of: opened.loaded, as: format, to: path, algorithm: nil,
                        by: conventions.coloured(by: listing))
                    let notes = CorrectionExport.empty(masks.filter(\.value.isEmpty).keys)
                    let said = (["exported to \(path)"] + notes).joined(separator: " · ")
                    post(.show(StatusMessage(said, kind: notes.isEmpty ? .note : .caution)))
                } catch {
                    let reason = WorkError(error).description
                    post(.show(StatusMessage("not exported: \(reason)", kind: .warning)))
                }
            }
            let begin = { @Sendable in DispatchQueue.global(qos: .utility).async(execute: export) }
            if let journal = opened.journal { journal.afterwards(begin) } else { begin() }
        }
    }
}

/// How far a case has come to the screen: from when its masks have been posted there may be edits, which leaving waits
/// for; a case that is left before that is given back by whoever reads it. It is one or the other.
private final class OpeningStage: Sendable {
    private enum Stage { case reading, shown, leftUnread }
    private let stage = Mutex<Stage>(.reading)

    /// The masks are about to be posted.
    /// - Returns: whether they may be: the case was not left before.
    func show() -> Bool {
        stage.withLock { stage in
            if stage == .reading { stage = .shown }
            return stage == .shown
        }
    }

    /// The case is left.
    /// - Returns: whether it has not been shown yet.
    func leave() -> Bool {
        stage.withLock { stage in
            if stage == .reading { stage = .leftUnread }
            return stage == .leftUnread
        }
    }

    /// Whether the case was left before it was shown.
    var isLeftUnread: Bool { stage.withLock { $0 == .leftUnread } }
}

/// A flag that background work looks at between steps.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() { flag.store(true, ordering: .releasing) }
}
