import Editing
import PatientView
import Volumes

/// Several slices shown as one: what is within a thickness about the slice in view, along its normal.
public struct Slab: Hashable, Sendable {
    /// What is made of the CT numbers behind one another.
    public enum Projection: String, Hashable, Sendable, CaseIterable {
        /// Their mean, rounded to whole HU; halves go up.
        case mean
        /// The greatest.
        case mip
        /// The least.
        case minip

        /// What it is called on the screen.
        public var title: String {
            switch self {
            case .mean: "MEAN"
            case .mip: "MIP"
            case .minip: "MinIP"
            }
        }
    }

    /// How thick it is, mm; greater than 0.
    public let thickness: Millimetres
    /// What is made of the CT numbers.
    public let projection: Projection

    /// A slab from its parts.
    public init(_ thickness: Millimetres, _ projection: Projection) {
        self.thickness = thickness
        self.projection = projection
    }

    /// How thick slabs may be, mm.
    public static let range: ClosedRange<Millimetres> = 0.1...500

    /// The planes that belong to a slab about a plane: those whose voxels' centres lie no more than half its thickness
    /// away, as far as the grid goes; the plane itself always does.
    public func depths(about plane: GridPlane, of geometry: GridGeometry) -> ClosedRange<Int> {
        let count = geometry.size[plane.normal]
        // A thickness of exactly so many slices is not one slice less by a rounded spacing.
        let reach = Int(min(thickness.value / 2 / geometry.spacing[plane.normal] + 1e-6, Double(count)))
        let centre = min(max(0, plane.depth), count - 1)
        return max(0, centre - reach)...min(count - 1, centre + reach)
    }
}

/// Slices that follow one another by themselves.
public struct Cine: Hashable, Sendable {
    /// How many slices a second.
    public let slicesPerSecond: Double
    /// Time since the newest slice, seconds.
    var elapsed = 0.0
    /// How many slices it has gone to.
    var played = 0

    /// How fast it may be.
    public static let range = 1.0...30.0

    /// So many slices a second.
    init(slicesPerSecond: Double) { self.slicesPerSecond = slicesPerSecond }
}

/// What a user has set once of how slices are shown.
public struct ViewPreferences: Hashable, Sendable {
    /// Windows of the user's own, by name.
    public var windows: [String: WindowLevel] = [:]
    /// How strongly masks tint the CT, 0…1; `nil` as the theme has it.
    public var opacity: Double?
    /// How wide outlines are, in pixels of the screen, 1…3.
    public var outlineWidth = 1

    /// The defaults.
    public init() {}

    /// How wide outlines may be.
    public static let outlineWidths = 1...3
}

/// How slices are shown, beside where.
public struct SeeingState: Hashable, Sendable {
    /// What the user has set; changed by commands for this case.
    public var preferences = ViewPreferences()
    /// The slab that is shown in place of single slices, if one is.
    public internal(set) var slab: Slab?
    /// The slices that follow one another by themselves, if they do.
    public internal(set) var cine: Cine?
    /// How long the mask in turn has been shown while two alternate, seconds.
    var blinked = 0.0
    /// The window before the mouse began to drag it, while it does.
    public internal(set) var windowBefore: WindowLevel?

    /// Single slices, standing still.
    public init() {}
}
