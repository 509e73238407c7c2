import Cases
import MaskChecks
import Volumes

/// A mask's agreement with its reference, as far as it is known at once after every stroke.
public struct StructureScore: Hashable, Sendable {
    /// The edit count the numbers belong to; older than the structure's means stale.
    public var edit: Int
    /// 3D surface Dice at the structure's tolerance; `nil` where both masks are empty.
    public var surfaceDice: Double?
    /// 2D surface Dice of each slice; `nil` where both masks are empty there.
    public var slices: [Double?]

    /// A score from its parts.
    public init(edit: Int, surfaceDice: Double?, slices: [Double?]) {
        self.edit = edit
        self.surfaceDice = surfaceDice
        self.slices = slices
    }
}

/// The measures that need the whole masks again, and so follow a moment after the last stroke.
public struct StructureMeasures: Hashable, Sendable {
    /// The edit count the numbers belong to; older than the structure's means stale.
    public var edit: Int
    /// Volumetric Dice; `nil` where both masks are empty.
    public var volumetricDice: Double?
    /// Robust Hausdorff distance at 95 %, mm; infinite where a mask is empty.
    public var hausdorff95: Double
    /// Added path length, mm: contour of the mask that the reference lacks.
    public var addedPathLength: Double

    /// Measures from their parts.
    public init(edit: Int, volumetricDice: Double?, hausdorff95: Double, addedPathLength: Double) {
        self.edit = edit
        self.volumetricDice = volumetricDice
        self.hausdorff95 = hausdorff95
        self.addedPathLength = addedPathLength
    }
}

/// One structure of the case as it is being reviewed.
public struct StructureState: Hashable, Sendable {
    /// Its name.
    public let name: StructureName
    /// The mask as it stands.
    public var mask: Mask
    /// What was proposed; never changes.
    public let prediction: Mask
    /// What the mask is measured against; the prediction unless another reader's contour was loaded. Empty where there is
    /// none (``hasReference``).
    public internal(set) var reference: Mask
    /// The tolerance of its surface Dice.
    public var tolerance: Millimetres
    /// Whether somebody added it: nothing was proposed for it.
    public var isAdded = false
    /// Whether the reference is somebody's, be it the prediction's, a file's or a reader's; without one there is nothing
    /// that the mask agrees with, and no score.
    public var hasReference = true
    /// The colour that it is shown in; `nil` for the theme's.
    public var colour: StructureColour?
    /// Whether it is drawn.
    public var isVisible = true
    /// Whether it is protected from edits of it and of its neighbours.
    public var isLocked = false
    /// How often the mask has changed since the case was opened: what scores are matched with.
    public var edit = 0
    /// The newest scores that arrived.
    public var score: StructureScore?
    /// The newest measures that arrived.
    public var measures: StructureMeasures?
    /// What the newest check of the mask found; `nil` until it was checked.
    public var sanity: SanityReport?
    /// The surface Dice before the newest edit, for the arrow beside the number.
    public var previousSurfaceDice: Double?
    /// The surface Dice when the case was opened, for the figure beside the number.
    public var openingSurfaceDice: Double?
    /// The surface Dice after each edit of this session, the oldest first; at most ``trendLimit``.
    public private(set) var trend: [Double] = []
    /// The slices that differ from the prediction.
    public var editedSlices: Set<Int> = []
    /// How many voxels each slice of the mask has, as of the newest step.
    private var voxelCounts: [Int] = []
    /// Boundary voxels further than the tolerance from the reference, by slice, with the edit they belong to.
    public var beyondTolerance: BoundaryMarks?
    /// The same on all slices, for the other planes; a moment later than ``beyondTolerance``.
    public var beyondToleranceVolume: BoundaryVolume?

    /// A structure as it is opened.
    public init(
        name: StructureName, mask: Mask, prediction: Mask, reference: Mask, tolerance: Millimetres
    ) {
        self.name = name
        self.mask = mask
        self.prediction = prediction
        self.reference = reference
        self.tolerance = tolerance
        editedSlices = Set(mask.slices.indices.filter { mask.slices[$0] != prediction.slices[$0] })
        recount()
    }

    /// The mask's volume as of the newest step, ml. O(slices): counting every voxel would take longer than drawing.
    public var millilitres: Double { Double(voxelCounts.reduce(0, +)) * mask.geometry.voxelVolume / 1000 }

    /// How many scores the trend holds before every second one is dropped.
    public static let trendLimit = 256

    /// Takes in a score that has been found to be news.
    mutating func take(_ score: StructureScore) {
        let isNewEdit = self.score?.edit != score.edit
        self.score = score
        guard let value = score.surfaceDice else { return }
        if openingSurfaceDice == nil, trend.isEmpty { openingSurfaceDice = value }
        if !isNewEdit, !trend.isEmpty { trend.removeLast() }
        trend.append(value)
        if trend.count > Self.trendLimit {
            trend = trend.enumerated().filter { $0.offset % 2 == (trend.count - 1) % 2 }.map(\.element)
        }
    }

    /// Forgets scores that another tolerance or reference gave.
    mutating func forgetScores() {
        score = nil
        previousSurfaceDice = nil
        openingSurfaceDice = nil
        trend = []
        beyondTolerance = nil
        beyondToleranceVolume = nil
    }

    /// Counts the whole mask anew.
    package mutating func recount() { voxelCounts = mask.slices.map(\.count) }

    /// Counts the slices anew that a step has changed.
    mutating func recount(slices: [Int]) {
        for z in slices { voxelCounts[z] = mask.slices[z].count }
    }

    /// What is suspicious about the mask, as of the newest check that arrived.
    public var warnings: [SanityWarning] { sanity?.warnings ?? [] }
    /// Whether the mask as it stands has been checked.
    public var isChecked: Bool { sanity?.edit == edit }
    /// Whether the scores are those of the mask as it stands.
    public var isScoreCurrent: Bool { score?.edit == edit }
    /// Whether the measures are those of the mask as it stands.
    public var areMeasuresCurrent: Bool { measures?.edit == edit }
}

/// The voxels of one slice's boundary that lie further than the tolerance from the reference.
public struct BoundaryMarks: Hashable, Sendable {
    /// The slice.
    public let z: Int
    /// The edit count they were computed for.
    public let edit: Int
    /// The voxels.
    public let voxels: MaskSlice

    /// Marks from their parts.
    public init(z: Int, edit: Int, voxels: MaskSlice) {
        self.z = z
        self.edit = edit
        self.voxels = voxels
    }
}

/// The voxels of the whole boundary that lie further than the tolerance from the reference.
public struct BoundaryVolume: Hashable, Sendable {
    /// The edit count they were computed for.
    public let edit: Int
    /// The voxels.
    public let voxels: Mask

    /// Marks from their parts.
    public init(edit: Int, voxels: Mask) {
        self.edit = edit
        self.voxels = voxels
    }
}
