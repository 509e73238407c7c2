import Cases
import Editing
import Volumes

/// Brings the state forward by one action and says what is to be done outside.
///
/// Pure: no clock, no chance, no file, no network. Whatever an effect finds out comes back as an action.
public func reduce(_ state: inout ReviewState, _ action: ReviewAction) -> [ReviewEffect] {
    if action.isFromUser {
        state.idleSeconds = 0
        if case .resizeView = action {} else { state.message = nil }
    }
    switch action {
    case .moveSlices, .goToSlice, .goToEnd, .goToNext, .moveCursor, .point, .togglePointer, .togglePen:
        return state.move(action)
    case .setWindow, .adjustWindow, .zoom, .fitBody, .pan, .resizeView, .toggleMasks, .toggleGhost:
        return state.show(action)
    case .selectStructure, .nextStructure, .selectStructureAtCursor, .toggleStructure, .toggleLock, .setTolerance:
        return state.changeStructures(action)
    case .chooseTool, .setBrushRadius, .adjustBrush, .setBrushShape:
        return state.changeTool(action)
    case .limitRange, .limitInside, .limitOutside, .liftLimits:
        return state.changeLimits(action)
    case .beginStroke, .continueStroke, .endStroke, .cancelStroke, .dab, .dabAtCursor, .undo, .redo:
        return state.edit(action)
    case .region(let action): return state.changeRegion(action)
    case .worked(let news): return state.hear(news)
    case .accept, .reject, .reopen, .export, .write, .quit, .forceQuit, .openNeighbour, .showWorklist, .suspend:
        return state.finish(action)
    case .openPrompt, .type, .deleteBackwards, .confirm, .cancel, .answer, .toggleHelp, .scrollHelp, .show:
        return state.converse(action)
    case .progress, .previewArrived, .imageArrived, .opened, .openFailed, .journalled, .journalFailed, .leaseLost,
        .scored, .measured, .marked, .filed, .filingFailed, .tick:
        return state.hear(action)
    }
}

extension ReviewAction {
    /// Whether a person did this, as opposed to news from an effect or the clock.
    public var isFromUser: Bool {
        switch self {
        case .progress, .previewArrived, .imageArrived, .opened, .openFailed, .journalled, .journalFailed,
            .leaseLost, .scored, .measured, .marked, .filed, .filingFailed, .tick, .show, .worked:
            false
        default: true
        }
    }
}

extension ReviewState {
    /// Where the review stands, for the store.
    var progress: ReviewProgress {
        ReviewProgress(slice: view.slice, seenSlices: seenSlices.sorted(), activeSeconds: activeSeconds)
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
        case .readOnly(let reason): "read only: \(reason)"
        case .filing: "the correction is being filed"
        case .filed: "this review is filed; :reopen goes on with it"
        case .failed: "the case could not be opened"
        }
    }

    /// Asks for the boundary marks of all visible structures on the slice on screen.
    func marksForSlice() -> [ReviewEffect] {
        structures.filter(\.isVisible).map { .mark($0.name, z: view.slice, edit: $0.edit) }
    }
}
