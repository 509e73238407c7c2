import Review
import TerminalKit
import Volumes

/// Turns keys and mouse into actions: the only place that knows both where things are on the screen and what keys
/// mean.
public struct InputTranslator: Sendable {
    private let keymap: Keymap
    /// Where the middle button went down, while it drags the view.
    private var dragged: (x: Int, y: Int)?
    /// What the left button has begun to drag that is no stroke.
    private var sliding = Sliding.nothing

    private enum Sliding {
        case nothing
        /// The slider on the strip.
        case strip
        /// The crosshair of a pane that was just taken in hand.
        case crosshair
    }

    /// A translator for a keymap.
    public init(keymap: Keymap) { self.keymap = keymap }

    /// The actions an event means in a state on a screen of this size.
    public mutating func actions(
        for event: InputEvent, in state: ReviewState, columns: Int, rows: Int
    ) -> [ReviewAction] {
        switch event {
        case .resize: return []
        case .paste(let text):
            if case .prompt = state.mode { return [.type(text)] }
            return []
        case .key(let key, let modifiers): return keyActions(key, modifiers, state.mode)
        case .mouse(let mouse):
            guard let layout = ScreenLayout(columns: columns, rows: rows) else { return [] }
            return mouseActions(mouse, state, layout)
        }
    }

    private func keyActions(_ key: Key, _ modifiers: InputModifiers, _ mode: ReviewMode) -> [ReviewAction] {
        switch mode {
        case .normal, .pointer:
            let chord = KeyChord(key: key, modifiers: modifiers).description
            if mode == .pointer, key == .special(.escape) { return [.cancel] }
            guard let binding = keymap.binding(for: chord, in: mode == .pointer ? .pointer : .normal) else {
                return []
            }
            return [binding.action]
        case .prompt: return promptActions(key, modifiers)
        case .question:
            switch key {
            case .character("y"), .character("Y"), .special(.enter): return [.answer(true)]
            case .character("n"), .character("N"): return [.answer(false)]
            case .special(.escape): return [.cancel]
            default: return []
            }
        case .help, .warnings:
            switch key {
            case .special(.enter): return [.confirm]
            case .character("j"), .special(.down): return [.scrollHelp(1)]
            case .character("k"), .special(.up): return [.scrollHelp(-1)]
            case .special(.pageDown), .character(" "): return [.scrollHelp(10)]
            case .special(.pageUp): return [.scrollHelp(-10)]
            case .special(.escape), .character("q"), .character("?"): return [.cancel]
            default: return []
            }
        }
    }

    private func promptActions(_ key: Key, _ modifiers: InputModifiers) -> [ReviewAction] {
        switch key {
        case .special(.enter): return [.confirm]
        case .special(.escape): return [.cancel]
        case .special(.backspace): return [.deleteBackwards]
        case .character(let character):
            if modifiers.contains(.control) {
                // As in every shell: Ctrl-C and Ctrl-G give up, Ctrl-H deletes.
                switch character {
                case "c", "g": return [.cancel]
                case "h": return [.deleteBackwards]
                default: return []
                }
            }
            return modifiers.contains(.alt) ? [] : [.type(String(character))]
        default: return []
        }
    }

    private mutating func mouseActions(
        _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout
    ) -> [ReviewAction] {
        if case .help = state.mode {
            if case .scroll(let lines) = mouse.kind { return [.scrollHelp(lines * 3)] }
            return []
        }
        guard state.mode == .normal || state.mode == .pointer else { return [] }
        switch mouse.kind {
        case .scroll(let direction): return scroll(direction, mouse, state, layout)
        case .press(let button): return press(button, mouse, state, layout)
        case .drag(let button):
            if button == .middle, let from = dragged {
                dragged = (mouse.x, mouse.y)
                return [.pan(columns: from.x - mouse.x, halfRows: (from.y - mouse.y) * 2)]
            }
            if button == .left, sliding == .strip { return slide(mouse, state, layout) }
            if sliding == .crosshair, let point = point(mouse, state, layout, clamped: true) { return [.point(point)] }
            guard state.isDragging, let point = point(mouse, state, layout, clamped: true) else { return [] }
            return [.continueStroke(to: point)]
        case .release:
            dragged = nil
            sliding = .nothing
            return state.isDragging ? [.endStroke] : []
        }
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
        switch button {
        case .left: return [.beginStroke(at: point, tool: mouse.modifiers.contains(.control) ? .erase : nil)]
        case .right: return [.beginStroke(at: point, tool: .erase)]
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

extension ReviewState {
    /// The state with another plane in hand, to find out what the mouse points at there.
    fileprivate func taking(_ plane: ViewPlane) -> ReviewState {
        var state = self
        state.view.plane = plane
        return state
    }
}
