import CaseWork
import Cases
import Commands
import Foundation
import Lists
import Review
import Screens

/// Which case is on the screen, and which follows.
extension ReviewProgram {
    func openCase(at index: Int, saying said: StatusMessage? = nil) {
        position = index
        openCase(sources[index], as: CaseSource.titles(of: sources)[index], options: options, saying: said)
        review?.worklistPosition = WorklistPosition(index: index + 1, count: sources.count)
    }

    /// Opens a case that need not be in the list.
    func openCase(
        _ source: CaseSource, as title: String, options: OpeningOptions, saying said: StatusMessage? = nil
    ) {
        memory = FrameMemory()
        sessionNumber += 1
        openingSince = .now
        log.info("case opens", metadata: ["session": "\(sessionNumber)"])
        replayed = nil
        var state = ReviewState(caseID: CaseID(rawValue: source.seriesUID ?? source.url.path), title: title)
        state.palette = PaletteState(history: personal.history())
        if tour == nil {
            // The next case of a session goes on where the last one was.
            state.hints = isTeaching ? HintProgress(learned: personal.learned()) : nil
        }
        state.messages = heard
        state.seeing.preferences = options.preferences
        state.message = said
        review = state
        screen = .review
        let (number, mailbox) = (sessionNumber, mailbox)
        session = CaseSession(source: source, store: store, options: options, work: work, closing: closing) {
            mailbox.post(.review($0, session: number))
        }
    }

    /// What was to be done once the case is open.
    func finishOpening() {
        if let slice = sliceToReturnTo, review?.left == nil { apply(.goToSlice(slice)) }
        sliceToReturnTo = nil
        if reopensAtOnce {
            reopensAtOnce = false
            apply(.reopen)
        }
    }

    /// The same case again: whoever had it may have left it.
    func retry() {
        guard replayed == nil else { return }
        sliceToReturnTo = review?.view.slice
        leaveCase()
        openCase(at: position)
    }

    /// Stops reading or segmenting, and goes where one can go on.
    func cancelOpening() {
        if replayed != nil {
            leaveReplay()
            return
        }
        leaveCase()
        if given.count == 1 {
            guard var review else { return }
            _ = reduce(&review, .openFailed("opening was stopped"))
            self.review = review
        } else {
            showWorklist(saying: StatusMessage("opening was stopped"))
        }
    }

    /// Goes on with the next case by priority, among those one came for: the ones of the command line, or all.
    func openNext(_ said: String) {
        guard tour == nil, !options.isBlinded, !options.adjudicates else { return }
        guard let asked = nextCase else { return }
        let (store, mailbox, given, number) = (store, mailbox, given, sessionNumber)
        listQueue.async {
            do {
                let news = try WorklistNews.read(store, given: given, page: .cases)
                mailbox.post(.next(news, saying: said, asked: asked))
            } catch {
                let text = "\(said) · the worklist cannot be read: \(WorkError(error).description)"
                mailbox.post(.review(.show(StatusMessage(text, kind: .warning)), session: number))
            }
        }
    }

    /// What the review is like from which one goes on; `nil` where nobody does, such as with a stroke under way.
    var nextCase: NextCase? {
        guard screen == .review, let review, review.mode == .normal, !review.isDragging, review.contour.draft == nil,
            review.nextUndo.map({ if case .preview = $0 { false } else { true } }) ?? true
        else { return nil }
        return NextCase(session: sessionNumber, sequence: review.sequence, phase: review.phase)
    }

    /// Goes on with the next case of lists that were read.
    func openNext(in news: WorklistNews, saying said: String) {
        let here = sources.indices.contains(position) ? sources[position] : nil
        var list = WorklistState(entries: [], reviewer: options.reviewer)
        var wanted: [CaseSource] = []
        for (entry, source) in zip(news.entries, news.sources)
        where here?.isSame(as: source) != true && (given.isEmpty || given.contains { $0.isSame(as: source) }) {
            list.entries.append(entry)
            wanted.append(source)
        }
        guard let next = list.next(), let line = list.entries.firstIndex(where: { $0.caseID == next.caseID }) else {
            return
        }
        leaveCase()
        if given.isEmpty { receive(news) }
        guard let index = sources.firstIndex(where: { $0.isSame(as: wanted[line]) }) else { return }
        openCase(at: index, saying: StatusMessage("\(said) · now \(next.title)"))
    }
}

/// Where a review stood when the next case was asked for. Who has done anything since stays.
struct NextCase: Hashable, Sendable {
    let session: Int
    let sequence: Int
    let phase: ReviewPhase
}
