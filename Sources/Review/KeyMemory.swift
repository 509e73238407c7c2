import Cases
import Commands
import Editing
import PatientView
import Volumes

/// What keys leave behind for the next key: a count, half a chord, the edit to repeat.
public struct KeyMemory: Hashable, Sendable {
    /// A number, or half a chord.
    public var pending = PendingKeys()
    /// A digit that was taken for a command and is the beginning of a number if a 0 follows.
    public var tentative: TentativeDigit?
    /// The newest edit, as an action that does it again where one is now.
    public var lastEdit: ReviewAction?
    /// The way of the stroke under way.
    public var trace: [PlanePoint] = []

    /// The points and scribbles that undo takes back, oldest first.
    var undoMarks: [UndoMark] = []

    /// Whether keys moved the cursor when the help was opened.
    var wasPointing = false

    /// How many positions of a stroke are kept for its repetition.
    static let traceLimit = 20_000

    /// Nothing was pressed yet.
    public init() {}
}

/// What an action changes that is repeated, for as long as it has not come to its end.
private struct Standing: Hashable {
    let slice: Int
    let sequence: Int
    let activeIndex: Int
    let zoom: Double
    /// What undo takes back that is no edit.
    let listChanges: Int
    let marks: Int
    let isPreviewing: Bool
}

/// A digit that ran a command, with what it changed.
public struct TentativeDigit: Hashable, Sendable {
    /// The digit.
    public let digit: Int
    /// The window before it.
    public let window: WindowLevel
    /// The tool before it.
    public let tool: Tool
}

extension ReviewAction {
    /// The action done `count` times, as one action where that is possible.
    func times(_ count: Int) -> (action: ReviewAction, repetitions: Int) {
        // Far beyond any volume; keeps the products within an Int.
        let n = min(max(1, count), PendingKeys.greatest)
        switch self {
        case .moveSlices(let step): return (.moveSlices(step * n), 1)
        case .goToEnd: return (.goToSlice(n - 1), 1)
        case .moveCursor(let columns, let halfRows):
            return (.moveCursor(columns: columns * n, halfRows: halfRows * n), 1)
        case .pan(let columns, let halfRows): return (.pan(columns: columns * n, halfRows: halfRows * n), 1)
        case .adjustWindow(let width, let level):
            return (.adjustWindow(width: width * min(n, 1000), level: level * min(n, 1000)), 1)
        case .adjustBrush(let steps): return (.adjustBrush(steps * min(n, 200)), 1)
        case .goToNext, .nextStructure, .undo, .redo, .zoom, .repeatEdit: return (self, min(n, 1000))
        default: return (self, 1)
        }
    }

    /// Whether doing it again is doing the same edit again; asked only of actions that have made a step.
    var repeatsItself: Bool {
        switch self {
        case .undo, .redo, .repeatEdit, .counted, .digit, .confirm, .answer, .cancel, .structures: false
        default: true
        }
    }
}

extension ReviewState {
    /// Takes in a digit: a command's key, or a part of a number.
    mutating func take(digit: Int, meaning: ReviewAction?) -> [ReviewEffect] {
        if let meaning {
            let tentative = TentativeDigit(digit: digit, window: view.window, tool: tool)
            let effects = reduce(&self, meaning)
            // Only what can be taken back without a trace may turn out to be the beginning of a number.
            switch meaning {
            case .setWindow, .see(.setWindow), .chooseTool: keys.tentative = tentative
            default: break
            }
            return effects
        }
        if keys.pending.count == nil, digit == 0, let begun = keys.tentative {
            // The digit before was not meant as a command: take that back.
            view.window = begun.window
            tool = begun.tool
            keys.pending.count = begun.digit
        }
        keys.pending.add(digit)
        keys.tentative = nil
        return []
    }

    /// Does an action so many times.
    mutating func perform(_ action: ReviewAction, times count: Int) -> [ReviewEffect] {
        let (action, repetitions) = action.times(count)
        var effects: [ReviewEffect] = []
        for _ in 0..<repetitions {
            let before = standing
            effects += reduce(&self, action)
            // What has come to its end would say so a thousand times.
            if before == standing { break }
        }
        return effects
    }

    /// Where things stand for an action that is repeated.
    private var standing: Standing {
        Standing(
            slice: view.slice, sequence: sequence, activeIndex: activeIndex, zoom: view.zoom,
            listChanges: structureChanges.count, marks: keys.undoMarks.count,
            isPreviewing: preview != nil || region.preview != nil)
    }

    /// Does the newest edit again where one is now.
    mutating func repeatEdit() -> [ReviewEffect] {
        guard let edit = keys.lastEdit else { return warn("there is no edit to repeat yet") }
        guard case .stroke(let points, let tool) = edit else { return reduce(&self, edit) }
        return draw(along: points, with: tool)
    }

    /// Draws a whole stroke on the slice on screen.
    mutating func draw(along points: [PlanePoint], with tool: Tool?) -> [ReviewEffect] {
        guard let first = points.first else { return [] }
        var effects = beginDrag(at: first, with: tool)
        guard stroke != nil else { return effects }
        for point in points.dropFirst() where stroke != nil { effects += continueDrag(to: point) }
        return effects + endDrag()
    }

    /// Keeps the way of the stroke, and the edit that an action has made.
    /// - Parameters:
    ///   - action: what the user wanted; `nil` where nobody asked for the change.
    ///   - drawing: the tool of the stroke that was under way before.
    mutating func remember(_ action: ReviewAction?, _ effects: [ReviewEffect], drawing: Tool?) {
        markForUndo()
        let begins = if case .beginStroke = action { true } else { false }
        let made = effects.makesAnEdit
        if made, let again = contour.again {
            keys.lastEdit = .contour(again)
        } else if made, let tool = drawing, stroke == nil || begins {
            keys.lastEdit = .stroke(keys.trace, tool: tool)
        } else if made, let action, action.repeatsItself {
            keys.lastEdit = action.placedAnywhere
        }
        contour.again = nil
        if let stroke {
            if drawing == nil || begins { keys.trace = [] }
            if keys.trace.last != stroke.last, keys.trace.count < KeyMemory.traceLimit {
                keys.trace.append(stroke.last)
            }
        }
        guard let action, !action.isDigit else { return }
        keys.tentative = nil
        // The first keys of a longer chord leave the number to its last.
        if case .keyPrefix(.some) = action { return }
        keys.pending = PendingKeys()
    }
}

extension ReviewAction {
    var isDigit: Bool { if case .digit = self { true } else { false } }

    /// The action without the slice it was for.
    fileprivate var placedAnywhere: ReviewAction {
        if case .dab(let tool, let x, let y, _) = self { return .dab(tool: tool, x: x, y: y, z: nil) }
        return self
    }
}

extension ReviewState {
    /// Whether the help that is open was asked for while keys moved the cursor.
    public var helpIsForPointer: Bool { keys.wasPointing }
}
