import Editing
import Review
import TerminalKit

/// Turns keys and mouse into actions: the only place that knows both where things are on the screen and what keys
/// mean.
public struct InputTranslator: Sendable {
    private let keymap: Keymap
    /// Where the middle button went down, while it drags the view.
    private var dragged: (x: Int, y: Int)?

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
        case .help:
            switch key {
            case .character("j"), .special(.down): return [.scrollHelp(1)]
            case .character("k"), .special(.up): return [.scrollHelp(-1)]
            case .special(.pageDown), .character(" "): return [.scrollHelp(10)]
            case .special(.pageUp): return [.scrollHelp(-10)]
            case .special(.escape), .character("q"), .character("?"), .special(.enter): return [.cancel]
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
            guard state.stroke != nil, let point = point(mouse, state, layout, clamped: true) else { return [] }
            return [.continueStroke(to: point)]
        case .release:
            dragged = nil
            return state.stroke == nil ? [] : [.endStroke]
        }
    }

    private func scroll(
        _ direction: Int, _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout
    ) -> [ReviewAction] {
        if mouse.modifiers.contains(.shift) { return [.adjustBrush(-direction)] }
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
        if layout.strip.contains(x: mouse.x, y: mouse.y), let count = state.geometry?.size.z, button == .left {
            let slices = SliceStrip.slices(at: mouse.x - layout.strip.x, width: layout.strip.width, count: count)
            return [.goToSlice((slices.lowerBound + slices.upperBound - 1) / 2)]
        }
        guard layout.image.contains(x: mouse.x, y: mouse.y) else { return [] }
        if button == .middle {
            dragged = (mouse.x, mouse.y)
            return []
        }
        guard let point = point(mouse, state, layout, clamped: false) else { return [] }
        switch button {
        case .left: return [.beginStroke(at: point, tool: mouse.modifiers.contains(.control) ? .erase : nil)]
        case .right:
            let isScribbling = state.tool == .scribble || state.tool == .scribbleOutside
            return [.beginStroke(at: point, tool: isScribbling ? .scribbleOutside : .erase)]
        default: return [.point(point)]
        }
    }

    /// The voxel position under the middle of a cell of the image.
    private func point(
        _ mouse: MouseEvent, _ state: ReviewState, _ layout: ScreenLayout, clamped: Bool
    ) -> PlanePoint? {
        let image = layout.image
        guard let viewport = state.viewport, clamped || image.contains(x: mouse.x, y: mouse.y) else { return nil }
        let column = min(max(0, mouse.x - image.x), image.width - 1)
        let row = min(max(0, mouse.y - image.y), image.height - 1)
        return viewport.voxel(atColumn: Double(column) + 0.5, halfRow: Double(row) * 2 + 1)
    }
}
