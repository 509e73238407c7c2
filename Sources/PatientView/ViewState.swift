import Volumes

/// Zoom and pan of one plane.
public struct PaneView: Hashable, Sendable {
    /// 1 fits the body.
    public var zoom = 1.0
    /// The position in the middle; `nil` for the body's middle.
    public var centre: PlanePoint?

    /// All of the body.
    public init() {}
}

/// A pane's place within the image area, in cells from its top left.
public struct PaneRoom: Hashable, Sendable {
    /// Left and top edge.
    public var x: Int, y: Int
    /// Size.
    public var columns: Int, rows: Int

    /// From its edges and size.
    public init(x: Int, y: Int, columns: Int, rows: Int) {
        self.x = x
        self.y = y
        self.columns = columns
        self.rows = rows
    }
}

/// How many planes are on screen.
public enum PaneLayout: String, Hashable, Sendable, CaseIterable {
    /// The plane in hand alone.
    case one
    /// All three, with the crosshair linked.
    case three
}

/// What is drawn as the structures' outlines.
public enum Comparison: String, Hashable, Sendable, CaseIterable {
    /// The correction.
    case off
    /// The reference in its place.
    case reference
    /// Both in turn.
    case blink
}

/// How the slice is shown.
public struct ViewState: Hashable, Sendable {
    /// The crosshair: the slice on screen is its z, where mouse or keyboard point its x and y; in other planes other
    /// two of the three. On voxels' centres along the normal of the plane in hand.
    public var position = ContinuousIndex(x: 0, y: 0, z: 0)
    /// Which plane is in hand.
    public var plane = ViewPlane.axial
    /// How many planes are wanted on screen.
    public var layout = PaneLayout.one
    /// The window.
    public var window = WindowPreset.lung.window
    /// Whether masks are drawn.
    public var showsMasks = true
    /// Whether the prediction's outline is drawn where it differs.
    public var showsGhost = true
    /// Whether the reference is drawn in the masks' place.
    public var comparison = Comparison.off
    /// While blinking: whether it is the reference's turn.
    public var isReferenceTurn = false
    /// The image area in columns and rows, as the screen's layout has it.
    public var areaColumns = 80
    /// See ``areaColumns``.
    public var areaRows = 20
    private var axial = PaneView()
    private var coronal = PaneView()
    private var sagittal = PaneView()

    /// The view a case opens with.
    public init() {}

    /// How far zooming goes.
    public static let zoomRange = 0.5...40.0
    /// The least image area that has room for three planes.
    public static let leastForThree = (columns: 116, rows: 40)

    /// The slice on screen, from 0: the crosshair's z, whichever plane is in hand.
    public var slice: Int {
        get { position.nearestVoxel?.z ?? 0 }
        set { position.z = Double(newValue) }
    }

    /// Zoom and pan of a plane.
    public subscript(plane: ViewPlane) -> PaneView {
        get {
            switch plane {
            case .axial: axial
            case .coronal: coronal
            case .sagittal: sagittal
            }
        }
        set {
            switch plane {
            case .axial: axial = newValue
            case .coronal: coronal = newValue
            case .sagittal: sagittal = newValue
            }
        }
    }

    /// Zoom of the plane in hand; 1 fits the body.
    public var zoom: Double {
        get { self[plane].zoom }
        set { self[plane].zoom = newValue }
    }

    /// The position in the middle of the plane in hand; `nil` for the body's middle.
    public var centre: PlanePoint? {
        get { self[plane].centre }
        set { self[plane].centre = newValue }
    }

    /// Columns of the plane in hand.
    public var columns: Int { room(for: plane).columns }
    /// Rows of the plane in hand.
    public var rows: Int { room(for: plane).rows }

    /// Whether the reference is drawn in the masks' place just now.
    public var showsReference: Bool {
        comparison == .reference || comparison == .blink && isReferenceTurn
    }

    /// How many planes are on screen: three only where there is room for them.
    public var shownLayout: PaneLayout {
        layout == .three && areaColumns >= Self.leastForThree.columns && areaRows >= Self.leastForThree.rows
            ? .three : .one
    }

    /// The planes on screen.
    public var shownPlanes: [ViewPlane] { shownLayout == .three ? ViewPlane.allCases : [plane] }

    /// A plane's place in the image area: all of it, or with three the left of it for the axial plane, and the other
    /// two above one another on the right, a rule between them.
    public func room(for plane: ViewPlane) -> PaneRoom {
        guard shownLayout == .three else { return PaneRoom(x: 0, y: 0, columns: areaColumns, rows: areaRows) }
        let left = areaColumns * 3 / 5
        let top = (areaRows - 1) / 2
        return switch plane {
        case .axial: PaneRoom(x: 0, y: 0, columns: left, rows: areaRows)
        case .coronal: PaneRoom(x: left + 1, y: 0, columns: areaColumns - left - 1, rows: top)
        case .sagittal: PaneRoom(x: left + 1, y: top + 1, columns: areaColumns - left - 1, rows: areaRows - top - 1)
        }
    }
}
