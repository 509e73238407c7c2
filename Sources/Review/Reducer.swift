import Cases
import Commands
import Editing
import PatientView
import Volumes

/// Brings the state forward by what the user wants and says what is to be done outside.
///
/// Pure: no clock, no chance, no file, no network. Whatever an effect finds out comes back as news.
public func reduce(_ state: inout ReviewState, _ action: ReviewAction) -> [ReviewEffect] {
    // Typed before the question could be read: it was meant for something else.
    if state.hasUnseenQuestion, action.mayAnswer {
        state.asking.missed = true
        return []
    }
    state.idleSeconds = 0
    if !action.leavesPlaying {
        state.message = nil
        state.seeing.cine = nil
    }
    var effects = state.advance(by: action) { $0.perform(action) }
    if let learned = state.hints?.take(action, effects) { effects += learned }
    return effects
}

/// Brings the state forward by what the program reports and says what is to be done outside. Pure as well.
public func reduce(_ state: inout ReviewState, _ news: ReviewNews) -> [ReviewEffect] {
    state.advance(by: nil) { $0.receive(news) }
}

extension ReviewState {
    /// Changes the state; a question that was not asked before has not been read yet, and keys remember what was done.
    /// - Parameter action: what the user wants; `nil` where nobody asked for the change.
    fileprivate mutating func advance(
        by action: ReviewAction?, _ change: (inout ReviewState) -> [ReviewEffect]
    ) -> [ReviewEffect] {
        let (mode, drawing, isSlab) = (self.mode, stroke?.tool, seeing.slab != nil)
        var effects = change(&self)
        if isSlab { tellSlabIsAway() }
        effects += keepStatisticsUp()
        noteQuestion(after: mode)
        remember(action, effects, drawing: drawing)
        return effects
    }

    /// Does what the user wants; see `reduce`.
    fileprivate mutating func perform(_ action: ReviewAction) -> [ReviewEffect] {
        if action.leavesReview,
            let undecided = unfinishedContour ?? undecidedRegion(isQuitting: action == .quit)
        {
            return endStroke() + warn(undecided)
        }
        switch action {
        // Moving about
        case .moveSlices(let count): return goThrough(to: gridPlane.depth + count)
        case .goToSlice(let depth): return goThrough(to: depth)
        case .slide(let z): return go(to: z)
        case .goToEnd(let last): return goThrough(to: last ? Int.max : 0)
        case .goToNext(let kind, let backwards): return goToNext(kind, backwards)
        case .moveCursor(let columns, let halfRows): return moveCursor(columns: columns, halfRows: halfRows)
        case .point(let point): return aim(at: clamped(point))
        case .togglePointer: return togglePointer()
        case .togglePen: return togglePen()
        // Showing
        case .setWindow(let window): view.window = window
        case .adjustWindow(let width, let level):
            view.window = WindowLevel(width: view.window.width + width, level: view.window.level + level)
        case .zoom(let factor): zoom(by: factor)
        case .fitBody: fitBody()
        case .pan(let columns, let halfRows): pan(columns: columns, halfRows: halfRows)
        case .resizeView(let columns, let rows): return resizeView(columns: columns, rows: rows)
        case .choosePlane(let plane): return choose(plane ?? view.plane.next)
        case .setLayout(let layout): return setLayout(layout ?? (view.layout == .one ? .three : .one))
        case .compare(let comparison): compare(comparison)
        case .toggleMasks: view.showsMasks.toggle()
        case .toggleGhost: view.showsGhost.toggle()
        case .toggleContext(let name): return toggleContext(name)
        case .see(let action): return see(action)
        case .toggleMeasuring: return toggleMeasuring()
        case .clearRulers: clearRulers()
        case .removeRuler: removeRuler()
        // Structures
        case .selectStructure(let name): return selectStructure(name)
        case .nextStructure(let backwards): return selectNextStructure(backwards: backwards)
        case .selectStructureAtCursor: return selectStructureAtCursor()
        case .toggleStructure(let name): return toggleStructure(name)
        case .toggleLock(let name): return toggleLock(name)
        case .structures(let action): return changeStructures(action)
        case .setTolerance(let tolerance): return setTolerance(tolerance)
        // Editing
        case .chooseTool(let tool): return choose(tool)
        case .setBrushRadius(let radius): return setBrushRadius(radius)
        case .adjustBrush(let steps): adjustBrush(by: steps)
        case .setBrushShape(let shape): brush.shape = shape
        case .limitRange(let range): return limit(to: range)
        case .limitInside(let name): return limit(to: name, isInside: true)
        case .limitOutside(let name): return limit(to: name, isInside: false)
        case .liftLimits: return liftLimits()
        case .overwrite(let isOn): return overwrite(isOn ?? !overwrites)
        case .beginStroke(let point, let tool): return beginDrag(at: point, with: tool)
        case .continueStroke(let point): return continueDrag(to: point)
        case .endStroke: return endDrag()
        case .cancelStroke: return cancelDrag()
        case .dab(let tool, let x, let y, let z):
            let effects = dab(tool, x: x, y: y, z: z)
            if effects.makesAnEdit { tellNewestEdit() }
            return effects
        case .dabAtCursor(let tool): return dabAtCursor(tool)
        case .region(let action): return changeRegion(action)
        case .contour(let action): return drawContour(action)
        case .undo: return undo()
        case .redo: return step(.redo)
        case .repeatEdit: return repeatEdit()
        case .stroke(let points, let tool): return draw(along: points, with: tool)
        // Keys
        case .digit(let digit, let meaning): return take(digit: digit, meaning: meaning)
        case .keyPrefix(let prefix): keys.pending.prefix = prefix
        case .counted(let count, let action): return perform(action, times: count)
        // Judging
        case .accept: return accept(comment: "", asks: true)
        case .askToAccept: return askToAccept()
        case .acceptNoting(let comment, let asks): return accept(comment: comment, asks: asks)
        case .deferCase(let comment): return deferCase(comment)
        case .flag(let comment): return setFlag(comment)
        case .approve(let comment): return judgeFiled(approves: true, comment)
        case .sendBack(let comment): return sendBack(comment)
        case .retry: return retry()
        case .choose(let choice): return choose(choice)
        case .reject(let reason): return reject(reason)
        case .reopen: return reopen()
        // Saving and leaving
        case .export(let format, let path): return export(format, to: path)
        case .write: return write()
        case .quit: return quit()
        case .forceQuit: return endStroke() + keepsProgress + [.quit]
        case .openNeighbour(let step): return leave(.openNeighbour(step))
        case .showWorklist: return leave(.showWorklist)
        case .showTraining(let page): return endStroke() + keepsProgress + [.showTraining(page)]
        case .suspend: return endStroke() + [.suspend]
        // Prompts, lists and help
        case .openPrompt(let kind): return openPrompt(kind)
        case .line(let edit): change(edit)
        case .confirm: return confirm()
        case .cancel: return cancel()
        case .answer(let isYes): return answer(isYes)
        case .listSessions: return endStroke() + [.listSessions]
        case .restoreSession(let number): return restoreSession(number)
        case .toggleHelp: toggleHelp()
        case .showWarnings: return showWarnings()
        case .scrollHelp(let lines): scroll(by: lines)
        }
        return []
    }
}

extension ReviewState {
    /// Where the review stands, for the store.
    var progress: ReviewProgress {
        var progress = ReviewProgress(
            slice: view.slice, seenSlices: seenSlices.sorted(), activeSeconds: activeSeconds)
        progress.choices = adjudication?.choices ?? [:]
        return progress
    }

    /// Has where the review stands kept, unless an earlier one still waits to be resumed, or may turn out to once the
    /// case has been read: that one's place is kept.
    var keepsProgress: [ReviewEffect] {
        if case .loading = phase { return [] }
        return left == nil ? [.saveProgress(progress)] : []
    }

    /// Shows a warning and does nothing else.
    mutating func warn(_ text: String) -> [ReviewEffect] {
        message = StatusMessage(text, kind: .warning)
        return []
    }

    /// Why the case may not be changed now, or `nil` if it may.
    var obstacle: String? {
        switch phase {
        case .open: left == nil ? nil : "first say whether the review that was left is to be resumed"
        case .loading: "the case is still being opened"
        case .readOnly(let reason): isReplay ? reason : "read only: \(reason); :retry opens it again"
        case .filing: "the correction is being filed"
        case .filed where approval?.isAwaiting == true:
            "this review is filed and waiting for approval; :reopen continues it"
        case .filed: "this review is filed; :reopen continues it"
        case .failed: "the case could not be opened"
        }
    }

    /// Asks for the boundary marks of all visible structures on the slice on screen.
    func marksForSlice() -> [ReviewEffect] {
        structures.filter(\.isVisible).map { .mark($0.name, z: view.slice, edit: $0.edit) }
    }
}
