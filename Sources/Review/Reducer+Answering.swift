import Cases
import Commands
import Editing
import Volumes

/// What becomes of questions.
extension ReviewState {
    /// Answers the question that is asked, if one is.
    mutating func answer(_ isYes: Bool) -> [ReviewEffect] {
        guard case .question(let question) = mode else { return [] }
        return answer(question, isYes)
    }

    /// Does what the answer to a question says. An answer that gives up work is no yes or no: it is typed.
    mutating func answer(_ question: Question, _ yes: Bool) -> [ReviewEffect] {
        switch question {
        case .resume:
            // No key but those that resume means anything; how to start over is on the screen.
            return yes ? resolveLeft(resume: true) : []
        case .quitUnsaved:
            if !yes { mode = .normal }
            return []
        case .quitWorking:
            mode = .normal
            guard yes else { return [] }
            let stopped = stopRegion(because: "stopped")
            return stopped + quit()
        case .accept(_, let comment):
            mode = .normal
            if yes { return accept(comment: comment, asks: false) }
            message = StatusMessage("not filed")
            guard let unseen = nextSlice(of: .unseen, backwards: false) else { return [] }
            return go(to: unseen)
        case .approve:
            mode = .normal
            if yes { return judgeFiled(approves: true, "") }
            message = StatusMessage("not approved")
            return []
        case .reject(let reason):
            mode = .normal
            if yes { return reject(reason) }
            message = StatusMessage("not rejected")
            return []
        }
    }

    /// Changes the word that an answer may have to be.
    mutating func answer(_ question: Question, typing edit: LineEdit) {
        switch edit {
        case .type(let text):
            guard question.mayDiscard else { return }
            let line = text.filter {
                !$0.isNewline && $0.unicodeScalars.first?.properties.generalCategory != .control
            }
            asking.typed = String((asking.typed + line).prefix(20))
            asking.misunderstood = ""
        case .deleteBackwards: asking.typed = String(asking.typed.dropLast())
        case .deleteWord: asking.typed = ""
        case .recall, .complete: break
        }
    }

    /// Enter on a question that can be answered by a word.
    mutating func confirmAnswer(_ question: Question) -> [ReviewEffect] {
        let typed = asking.typed.trimmed
        asking.typed = ""
        guard typed == Question.discardWord else {
            asking.misunderstood = typed
            // Nothing typed is the answer that keeps everything.
            return typed.isEmpty && question != .quitUnsaved ? answer(question, true) : []
        }
        mode = .normal
        switch question {
        case .resume: return resolveLeft(resume: false)
        case .quitUnsaved: return endStroke() + keepsProgress + [.quit]
        case .quitWorking, .accept, .approve, .reject: return []
        }
    }

    /// A reason was typed: asks before the case is rejected for it, as it may have been meant for a shell.
    mutating func askToReject(_ reason: String) -> [ReviewEffect] {
        let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return reject("") }
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        mode = .question(.reject(reason: words))
        return ended
    }

    /// Goes on with the review that was left, or starts over.
    mutating func resolveLeft(resume: Bool) -> [ReviewEffect] {
        guard let left else { return [] }
        self.left = nil
        mode = .normal
        if resume {
            restore(left)
            // Beside what there was to warn of where it is resumed as the case opens.
            sayFirst("resumed: \(Self.edits(left.history.done.count)) restored")
        } else {
            adjudication?.choices = [:]
            message = StatusMessage(
                "started over; the \(Self.edits(left.history.done.count)) were put aside, :sessions brings them back")
        }
        return [.resolveLeftReview(resume: resume)] + measureEverything()
    }

    /// Puts the review where another one stood.
    private mutating func restore(_ left: LeftReview) {
        for i in structures.indices {
            if let mask = left.masks[structures[i].name] {
                structures[i].mask = mask
                structures[i].recount()
                structures[i].editedSlices = Set(
                    mask.slices.indices.filter { mask.slices[$0] != structures[i].prediction.slices[$0] })
            }
        }
        // What it had deleted or given another name stays away until undo brings it back.
        for structure in structures.reversed() where left.leavesOut(structure) { takeOut(structure.name) }
        history = left.history
        sequence = left.sequence
        seenSlices = left.seenSlices
        activeSeconds = left.activeSeconds
        view.slice = min(max(0, left.slice), max(0, (geometry?.size.z ?? 1) - 1))
        // The structure that was edited last goes on being edited, or the next stroke changes another. Of an edit of
        // several, the first part is the one that it was asked of.
        if let last = history.nextUndo.last, let index = structures.firstIndex(where: { $0.name == last.structure }) {
            let suited = view.window == windowOfActive
            activeIndex = index
            if suited { view.window = windowOfActive }
        }
    }

    /// So many edits, in words.
    static func edits(_ count: Int) -> String { count == 1 ? "1 edit" : "\(count) edits" }
}
