import Cases
import Editing
import Volumes

/// Brings the state forward by one action and says what is to be done outside.
///
/// Pure: no clock, no chance, no file, no network. Whatever an effect finds out comes back as an action.
public func reduce(_ state: inout ReviewState, _ action: ReviewAction) -> [ReviewEffect] {
    // Typed before the question could be read: it was meant for something else.
    if state.hasUnseenQuestion, action.mayAnswer { return [] }
    let mode = state.mode
    if action.isFromUser {
        state.idleSeconds = 0
        if case .resizeView = action {} else { state.message = nil }
    }
    let drawing = state.stroke?.tool
    var effects = perform(&state, action)
    if state.mode.asks, !state.mode.asksTheSame(as: mode) { state.asking = Asking() }
    state.remember(action, effects, drawing: drawing)
    if action.isFromUser, let learned = state.hints?.take(action, effects) { effects += learned }
    return effects
}

/// Does what the action says; see `reduce`.
private func perform(_ state: inout ReviewState, _ action: ReviewAction) -> [ReviewEffect] {
    if action.leavesReview,
        let undecided = state.unfinishedContour ?? state.undecidedRegion(isQuitting: action == .quit)
    {
        return state.endStroke() + state.warn(undecided)
    }
    switch action {
    case .moveSlices, .goToSlice, .slide, .goToEnd, .goToNext, .moveCursor, .point, .togglePointer, .togglePen:
        return state.move(action)
    case .setWindow, .adjustWindow, .zoom, .fitBody, .pan, .resizeView, .choosePlane, .setLayout, .compare,
        .toggleMasks, .toggleGhost:
        return state.show(action)
    case .toggleMeasuring, .clearRulers, .removeRuler: return state.measure(action)
    case .selectStructure, .nextStructure, .selectStructureAtCursor, .toggleStructure, .toggleLock, .setTolerance:
        return state.changeStructures(action)
    case .chooseTool, .setBrushRadius, .adjustBrush, .setBrushShape:
        return state.changeTool(action)
    case .limitRange, .limitInside, .limitOutside, .liftLimits, .overwrite:
        return state.changeLimits(action)
    case .beginStroke, .continueStroke, .endStroke, .cancelStroke, .dab, .dabAtCursor, .undo, .redo:
        return state.edit(action)
    case .region(let action): return state.changeRegion(action)
    case .worked(let news): return state.receive(news)
    case .repeatEdit, .stroke, .digit, .keyPrefix, .counted: return state.press(action)
    case .askToAccept, .acceptNoting, .deferCase, .flag, .approve, .sendBack, .retry, .choose, .hangUp,
        .approvalChanged, .flagged:
        return state.judge(action)
    case .contour(let action):
        return state.drawContour(action)
    case .accept, .reject, .reopen, .export, .write, .quit, .forceQuit, .openNeighbour, .showWorklist, .showTraining,
        .suspend:
        return state.finish(action)
    case .openPrompt, .line, .confirm, .cancel, .answer, .questionShown, .toggleHelp, .scrollHelp,
        .show, .showWarnings:
        return state.prompt(action)
    case .listSessions, .sessionsListed, .restoreSession: return state.handleSessions(action)
    case .progress, .previewArrived, .imageArrived, .opened, .openFailed, .journalled, .journalFailed, .leaseLost,
        .scored, .tried, .measured, .marked, .markedVolume, .checked, .filed, .filingFailed, .tick, .drawn:
        return state.receive(action)
    }
}

extension ReviewAction {
    /// Whether a person did this, as opposed to news from an effect or the clock.
    public var isFromUser: Bool {
        switch self {
        case .progress, .previewArrived, .imageArrived, .opened, .openFailed, .journalled, .journalFailed,
            .leaseLost, .scored, .tried, .drawn, .measured, .marked, .markedVolume, .checked, .filed, .filingFailed,
            .tick, .show,
            .worked:
            false
        case .approvalChanged, .flagged, .hangUp, .questionShown, .sessionsListed: false
        default: true
        }
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

    /// Has where the review stands kept, unless an earlier one still waits to be resumed: that one's place is kept.
    var keepsProgress: [ReviewEffect] { left == nil ? [.saveProgress(progress)] : [] }

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
