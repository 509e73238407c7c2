import CaseStore
import CaseWork
import Cases
import Commands
import Foundation
import Lists

/// The worklist while it is on the screen.
extension ReviewProgram {
    func showWorklist(saying said: StatusMessage? = nil) {
        let last = sources.indices.contains(position) ? sources[position].url.path : nil
        leaveCase()
        review = nil
        replayed = nil
        screen = .worklist
        worklist.palette = PaletteState(history: personal.history())
        if let said { worklist.message = said }
        // What is listed until then may be what was true before the case was opened.
        worklist.isRead = false
        if let index = sources.firstIndex(where: { $0.url.path == last }), worklist.entries.indices.contains(index) {
            worklist.select(worklist.entries[index].caseID)
        }
        listedFrom = worklist.current?.caseID
        readLists(choosing: last)
        tour?.observe(worklist.page)
    }

    /// Shows lists that were read.
    /// - Parameter path: where the image of the case to choose is.
    func receive(_ news: WorklistNews, choosing path: String? = nil) {
        // Who has moved on in the old list stays where they are; who has opened a case is still at its place.
        let hasMoved = worklist.current?.caseID != listedFrom
        worklist.isRead = true
        worklist.unreadReason = nil
        let here = sources.indices.contains(position) ? sources[position] : nil
        sources = news.sources
        if let here, let index = sources.firstIndex(where: { $0.isSame(as: here) }) { position = index }
        worklist.now = news.now
        worklist.entries = news.entries
        for (page, lines) in news.lists { worklist.lists[page] = lines }
        worklist.selected = min(worklist.selected, max(0, worklist.lineCount - 1))
        if !hasMoved, let index = sources.firstIndex(where: { $0.url.path == path }) {
            worklist.select(worklist.entries[index].caseID)
        }
        if let warning = news.warning, worklist.message == nil {
            worklist.message = StatusMessage(warning, kind: .warning)
        }
    }

    func perform(_ effect: WorklistEffect) {
        switch effect {
        case .open(let id): openCase(id)
        case .reopen(let id):
            reopensAtOnce = true
            openCase(id)
        case .assign(let id, let name):
            change(id, "\(title(id)) is \(name.map { $0 == options.reviewer ? "yours" : "\($0)'s" } ?? "nobody's") now")
            {
                try $0.assign(id, to: name, by: $1, now: Date())
            }
        case .flag(let id, let comment):
            change(id, "\(title(id)) \(comment == nil ? "is no longer flagged" : "is flagged")") {
                try $0.mark(
                    id, comment == nil ? .unflagged : .flagged, comment: comment ?? "", by: $1, now: Date())
            }
        case .reload:
            readLists()
            tour?.observe(worklist.page)
        case .rememberCommand(let line): personal.remember(line)
        case .showTraining(let page): showTraining(page)
        case .quit: isDone = true
        }
    }

    private func title(_ id: CaseID) -> String { worklist.entries.first { $0.caseID == id }?.title ?? "the case" }

    private func openCase(_ id: CaseID) {
        guard let index = worklist.entries.firstIndex(where: { $0.caseID == id }) else { return }
        openCase(at: index)
    }

    /// Changes something of a case in the store, and shows the lists as they are then.
    private func change(
        _ id: CaseID, _ said: String, _ work: @escaping @Sendable (any CaseStoring, String) throws -> Void
    ) {
        let (store, actor, mailbox, given, page) = (store, options.reviewer, mailbox, given, worklist.page)
        listQueue.async {
            do {
                try work(store, actor)
                mailbox.post(.lists(try WorklistNews.read(store, given: given, page: page)))
                mailbox.post(.said(StatusMessage(said)))
            } catch CaseStoreError.noSuchCase {
                mailbox.post(.said(StatusMessage("open the case first; it is not in the store yet", kind: .warning)))
            } catch {
                mailbox.post(.said(StatusMessage(WorkError(error).description, kind: .warning)))
            }
        }
    }

    /// Reads the lists anew, away from the screen, once the cases that were left are closed.
    /// - Parameter path: where the image of the case to choose is.
    func readLists(choosing path: String? = nil) {
        let (store, mailbox, given, page, closing) = (store, mailbox, given, worklist.page, closing)
        listQueue.async {
            closing.settle()
            do {
                mailbox.post(.lists(try WorklistNews.read(store, given: given, page: page), choosing: path))
            } catch {
                mailbox.post(.notListed(WorkError(error).description))
            }
        }
    }

    /// Others work on the same cases: what they did is seen within seconds.
    func tickWorklist(_ now: Date, _ second: Int) {
        guard screen == .worklist else { return }
        if isDue(every: 5, at: second) { readLists() }
        worklist.now = now.timeIntervalSince1970
    }
}
