import PatientView
import Review
import TerminalKit
import Volumes

/// Turns keys and mouse into actions: the only place that knows both where things are on the screen and what keys
/// mean.
public struct InputTranslator: Sendable {
    private let keymaps: Keymaps
    /// Where the middle button went down, while it drags the view.
    private var dragged: (x: Int, y: Int)?
    /// Where the right button went down with Alt, while it drags the window.
    private var windowed: (x: Int, y: Int)?
    /// What the left button has begun to drag that is no stroke.
    private var sliding = Sliding.nothing

    private enum Sliding {
        case nothing
        /// The slider on the strip.
        case strip
        /// The crosshair of a pane that was just taken in hand.
        case crosshair
    }

    /// A translator for the keys of a user.
    public init(keymaps: Keymaps) { self.keymaps = keymaps }

    /// The actions an event means in a state on a screen of this size.
    public mutating func actions(
        for event: InputEvent, in state: ReviewState, columns: Int, rows: Int
    ) -> [ReviewAction] {
        switch event {
        case .resize: return []
        case .paste(let text):
            if case .prompt = state.mode { return [.type(text)] }
            return []
        case .key(let key, let modifiers):
            return keyActions(key, modifiers, state, ScreenLayout(columns: columns, rows: rows))
        case .mouse(let mouse):
            guard let layout = ScreenLayout(columns: columns, rows: rows) else { return [] }
            return mouseActions(mouse, state, layout)
        }
    }

    private func keyActions(
        _ key: Key, _ modifiers: InputModifiers, _ state: ReviewState, _ layout: ScreenLayout?
    ) -> [ReviewAction] {
        let mode = state.mode
        switch mode {
        case .normal, .pointer:
            if mode == .pointer, key == .special(.escape) { return [.cancel] }
            return commandActions(KeyChord(key: key, modifiers: modifiers), state)
        case .prompt: return PromptKey(key, modifiers).map { [$0.action()] } ?? []
        case .question(let question): return AnswerKey.actions(for: key, modifiers, question, state.asking)
        case .overlay(.key(let prefix)):
            return [
                KeyExplanation(keymaps, state).action(for: KeyChord(key: key, modifiers: modifiers), behind: prefix)
            ]
        case .help:
            switch HelpKey.inHelp(key, modifiers, state.palette) {
            case .scroll(let lines): return [.scrollHelp(lines)]
            case .close: return [.cancel]
            case .search(let edit): return [.line(edit)]
            case nil: return []
            }
        case .warnings, .sessions, .overlay:
            if key == .special(.enter) { return [.confirm] }
            if case .overlay(.statistics) = mode {
                switch key {
                case .special(.tab): return [.see(.describeNext(backwards: modifiers.contains(.shift)))]
                case .special(.backTab): return [.see(.describeNext(backwards: true))]
                default: break
                }
            }
            switch HelpKey(key) {
            case .scroll(let lines): return [scrolling(by: lines, state, layout)]
            case .close: return [.cancel]
            case .search, nil: return []
            }
        }
    }

    /// What scrolls what lies over the image: no further than there are lines of it.
    private func scrolling(by lines: Int, _ state: ReviewState, _ layout: ScreenLayout?) -> ReviewAction {
        guard let area = layout?.image else { return .scrollHelp(lines) }
        switch state.mode {
        case .overlay(.messages(let number, let line)):
            let within = MessagesOverlay.reading(lines, state.messages, number, line, in: area)
            return within.map { .see(.readOn(lines: $0)) } ?? .scrollHelp(lines)
        case .overlay(.statistics(let scroll)):
            let last = StatisticsOverlay.lastScroll(state, in: area)
            return .scrollHelp(min(max(0, min(scroll, last) + lines), last) - scroll)
        default: return .scrollHelp(lines)
        }
    }

    /// What a chord means where keys are commands: a command, a part of a number, or a part of a longer chord.
    private func commandActions(_ chord: KeyChord, _ state: ReviewState) -> [ReviewAction] {
        let keymap = keymaps.review(in: state)
        let pending = state.keys.pending
        if pending.prefix != nil {
            let text = pending.chord(chord.description)
            if let binding = keymap.binding(for: text) { return [counted(binding.action, state)] }
            return keymap.isPrefix(text) ? [.keyPrefix(text)] : [.keyPrefix(nil)]
        }
        let binding = keymap.binding(for: chord.description)
        if case .character(let character) = chord.key, character.isASCII, let digit = character.wholeNumberValue {
            if chord.modifiers == .alt, binding == nil { return [.digit(digit, meaning: nil)] }
            if chord.modifiers.isEmpty {
                let isWithin = pending.count != nil || digit == 0 && state.keys.tentative != nil
                if isWithin || binding == nil && digit > 0 { return [.digit(digit, meaning: nil)] }
                if let binding { return [.digit(digit, meaning: binding.action)] }
                return []
            }
        }
        if let binding { return [counted(binding.action, state)] }
        return keymap.isPrefix(chord.description) ? [.keyPrefix(chord.description)] : []
    }

    private func counted(_ action: ReviewAction, _ state: ReviewState) -> ReviewAction {
        // A letter may have been meant for a shell; a command that was typed was not.
        if action == .accept { return .askToAccept }
        return state.keys.pending.count.map { .counted($0, action) } ?? action
    }

    private mutating func mouseActions(
        _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout
    ) -> [ReviewAction] {
        // A button that is up ends what it kept going, whatever is open over the image by now. Where the release itself
        // was lost, motion without a button says so.
        if let from = windowed {
            switch mouse.kind {
            case .drag(.right): return [.see(.dragWindow(columns: mouse.x - from.x, rows: mouse.y - from.y))]
            case .release, .drag, .press:
                windowed = nil
                return [.see(.endWindowDrag)]
            case .scroll: return []
            }
        }
        switch mouse.kind {
        case .release: return letGo(state.isDragging)
        case .drag(.none): return letGo(state.isHeldByButton)
        default: break
        }
        if state.mode.isScrolledByWheel {
            if case .scroll(let lines) = mouse.kind { return [scrolling(by: lines * 3, state, layout)] }
            return []
        }
        guard state.mode == .normal || state.mode == .pointer else { return [] }
        switch mouse.kind {
        case .scroll(let direction): return scroll(direction, mouse, state, layout)
        case .press(let button):
            // A press while another goes on: that one's release was lost, or never came.
            return letGo(state.isHeldByButton) + press(button, mouse, state, layout)
        case .drag(let button):
            if button == .middle, let from = dragged {
                dragged = (mouse.x, mouse.y)
                return [.pan(columns: from.x - mouse.x, halfRows: (from.y - mouse.y) * 2)]
            }
            if button == .left, sliding == .strip { return slide(mouse, state, layout) }
            if sliding == .crosshair, let point = point(mouse, state, layout, clamped: true) { return [.point(point)] }
            guard state.isDragging, let point = point(mouse, state, layout, clamped: true) else { return [] }
            return [.continueStroke(to: point)]
        case .release: return []
        }
    }

    /// Nothing is dragged any more.
    /// - Parameter ends: whether the review has a stroke or ruler to end.
    private mutating func letGo(_ ends: Bool) -> [ReviewAction] {
        dragged = nil
        sliding = .nothing
        return ends ? [.endStroke] : []
    }

    private func scroll(
        _ direction: Int, _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout
    ) -> [ReviewAction] {
        if mouse.modifiers.contains(.shift) { return [.adjustBrush(-direction)] }
        // The wheel works on the pane it turns over, and takes it in hand.
        if let plane = ImagePanes.plane(atX: mouse.x, y: mouse.y, state.view, in: layout.image),
            plane != state.view.plane
        {
            return [.choosePlane(plane)] + scroll(direction, mouse, state.taking(plane), layout)
        }
        if mouse.modifiers.contains(.control) {
            let zoom = ReviewAction.zoom(direction < 0 ? 1.25 : 0.8)
            guard let point = point(mouse, state, layout, clamped: false) else { return [zoom] }
            return [.point(point), zoom]
        }
        return [.moveSlices(direction)]
    }

    private mutating func press(
        _ button: MouseEvent.Button, _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout
    ) -> [ReviewAction] {
        if layout.strip.contains(x: mouse.x, y: mouse.y), button == .left {
            sliding = .strip
            return slide(mouse, state, layout)
        }
        if let plane = ImagePanes.plane(atX: mouse.x, y: mouse.y, state.view, in: layout.image),
            plane != state.view.plane
        {
            // A pane is taken in hand by the first click, which moves the crosshair and never paints.
            let taken = state.taking(plane)
            if button == .middle {
                dragged = (mouse.x, mouse.y)
                return [.choosePlane(plane)]
            }
            sliding = .crosshair
            return [.choosePlane(plane)] + (point(mouse, taken, layout, clamped: false).map { [.point($0)] } ?? [])
        }
        guard layout.image.contains(x: mouse.x, y: mouse.y) else { return [] }
        if button == .middle {
            dragged = (mouse.x, mouse.y)
            return []
        }
        guard let point = point(mouse, state, layout, clamped: false) else { return [] }
        if mouse.modifiers.contains(.alt) {
            // With Alt nothing is painted: the left button only points, the right one drags the window.
            if button == .right {
                windowed = (mouse.x, mouse.y)
                return [.see(.beginWindowDrag)]
            }
            sliding = .crosshair
            return [.point(point)]
        }
        switch button {
        case .left: return [.beginStroke(at: point, tool: mouse.modifiers.contains(.control) ? .erase : nil)]
        case .right:
            let isScribbling = state.tool == .scribble || state.tool == .scribbleOutside
            return [.beginStroke(at: point, tool: isScribbling ? .scribbleOutside : .erase)]
        default: return [.point(point)]
        }
    }

    /// The slice under the mouse on the strip; off its ends the first or last.
    private func slide(_ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout) -> [ReviewAction] {
        guard let count = state.geometry?.size.z, layout.strip.width > 0 else { return [] }
        let column = min(max(0, mouse.x - layout.strip.x), layout.strip.width - 1)
        let slices = SliceStrip.slices(at: column, width: layout.strip.width, count: count)
        return [.slide((slices.lowerBound + slices.upperBound - 1) / 2)]
    }

    /// The voxel position under the middle of a cell of the pane in hand.
    private func point(
        _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout, clamped: Bool
    ) -> PlanePoint? {
        let image = ImagePanes.rect(of: state.view.plane, state.view, in: layout.image)
        guard let viewport = state.viewport, clamped || image.contains(x: mouse.x, y: mouse.y) else { return nil }
        let column = min(max(0, mouse.x - image.x), image.width - 1)
        let row = min(max(0, mouse.y - image.y), image.height - 1)
        return viewport.voxel(atColumn: Double(column) + 0.5, halfRow: Double(row) * 2 + 1)
    }
}

extension ReviewMode {
    /// Whether the wheel scrolls what lies over the image.
    fileprivate var isScrolledByWheel: Bool {
        switch self {
        case .help, .overlay: true
        case .normal, .pointer, .prompt, .warnings, .question, .sessions: false
        }
    }
}

extension ReviewState {
    /// The state with another plane in hand, to find out what the mouse points at there.
    fileprivate func taking(_ plane: ViewPlane) -> ReviewState {
        var state = self
        state.view.plane = plane
        return state
    }
}
