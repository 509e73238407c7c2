import Cases
import Editing
import Volumes

/// A contour that is being drawn and not closed yet. Its positions are in voxels of its slice, so that scrolling,
/// zooming and resizing leave them where they are.
public struct ContourDraft: Hashable, Sendable {
    /// The structure it is for.
    public let structure: StructureName
    /// The slice it is on.
    public let slice: Int
    /// The tool that drew it: what its step is called.
    public let tool: Tool
    /// What it does when it is closed.
    public var operation: ContourOperation
    /// Where it begins.
    public let start: PlanePoint
    /// Where the button or key went down for the start, before an edge drew it to itself.
    let firstPress: PlanePoint
    /// The same for the newest press.
    var lastPress: PlanePoint
    /// The stretches from there, each to its last position: straight to a point, freehand, or along an edge.
    public private(set) var stretches: [[PlanePoint]] = []
    /// Where the live-wire would run from the newest point to the cursor, without that point itself.
    public var wire: [PlanePoint] = []
    /// How a contour of the live-wire closes, from the newest point back to the start: along the edges, as the screen shows
    /// it. Empty for other tools, which close straight, and while nothing encloses anything.
    public internal(set) var closing: [PlanePoint] = []
    /// How many stretches there were when the button or key went down, or `nil` if it began the draft.
    var atPress: Int?
    /// Whether the newest stretch is being drawn freehand.
    var isFreehand = false

    /// A draft of one point.
    /// - Parameter pressed: where it was meant, if an edge has drawn the start to itself.
    public init(
        structure: StructureName, slice: Int, tool: Tool, operation: ContourOperation, start: PlanePoint,
        pressed: PlanePoint? = nil
    ) {
        self.structure = structure
        self.slice = slice
        self.tool = tool
        self.operation = operation
        self.start = start
        firstPress = pressed ?? start
        lastPress = firstPress
    }

    /// All positions in order.
    public var path: [PlanePoint] { [start] + stretches.joined() }

    /// The points that can be taken back: the start and the ends of the stretches.
    public var points: [PlanePoint] { [start] + stretches.compactMap(\.last) }

    /// The newest point.
    public var end: PlanePoint { stretches.last?.last ?? start }

    /// Adds a stretch from the newest point; one that goes nowhere is left out.
    mutating func add(_ stretch: [PlanePoint]) {
        guard let last = stretch.last, stretch.count > 1 || last != end else { return }
        stretches.append(stretch)
    }

    /// Goes on freehand.
    mutating func draw(to point: PlanePoint) {
        guard point != end else { return }
        if isFreehand, !stretches.isEmpty {
            stretches[stretches.count - 1].append(point)
        } else {
            stretches.append([point])
        }
        isFreehand = true
    }

    /// Ends a freehand stretch: what adds nothing to its shape goes.
    mutating func lift(spacing: Spacing) {
        guard isFreehand, let raw = stretches.popLast() else { return }
        isFreehand = false
        let kept = Polyline.simplified(
            [end] + raw, tolerance: Millimetres(min(spacing.x, spacing.y) / 2), spacing: spacing)
        add(Array(kept.dropFirst()))
        lastPress = end
    }

    /// Takes back the newest stretch.
    /// - Returns: whether there was one.
    mutating func takeBack() -> Bool {
        wire = []
        // The point that is the newest now was pressed nobody knows where.
        lastPress = stretches.dropLast().last?.last ?? start
        return stretches.popLast() != nil
    }

    /// Takes back what came since the button or key went down.
    mutating func takeBackPress() {
        wire = []
        isFreehand = false
        stretches.removeLast(max(0, stretches.count - (atPress ?? 0)))
    }
}

/// What of a boundary is being dragged.
public enum BoundaryGrab: Hashable, Sendable {
    /// A stretch of it, from a position.
    case stretch(BoundaryPlace, from: PlanePoint)
    /// A vertex on it, from a position.
    case vertex(BoundaryVertices.Vertex, of: BoundaryVertices, from: PlanePoint)
}

/// Vertices on the boundary of one slice of a structure as of one edit.
public struct SliceVertices: Hashable, Sendable {
    /// The structure.
    public let structure: StructureName
    /// The slice.
    public let slice: Int
    /// The edit count they belong to.
    public let edit: Int
    /// The vertices.
    public var vertices: BoundaryVertices
}

/// What the contour tools have in hand.
public struct ContourState: Hashable, Sendable {
    /// The contour that is being drawn.
    public var draft: ContourDraft?
    /// What the next contour does when it is closed.
    public var operation = ContourOperation.add
    /// The contour that was closed last, for pasting.
    public var last: [PlanePoint] = []
    /// What it did.
    public var lastOperation = ContourOperation.add
    /// What is being dragged.
    public var grab: BoundaryGrab?
    /// What does the edit again that the action under way has made.
    var again: ContourAction?
    /// Vertices that were added to those the boundary has of itself.
    public var vertices: SliceVertices?

    /// Nothing in hand.
    public init() {}
}

extension Tool {
    /// Whether the tool draws or changes contours.
    public var isContour: Bool {
        switch self {
        case .contour, .livewire, .lasso, .nudge, .vertex: true
        default: false
        }
    }

    /// Whether the tool draws a contour that is closed at the end.
    public var drawsContour: Bool { self == .contour || self == .livewire || self == .lasso }

    /// Whether the brush's radius matters to it.
    public var usesRadius: Bool { self == .brush || self == .erase || self == .nudge }
}
