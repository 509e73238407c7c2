import Cases
import Commands
import Editing
import PatientView
import Volumes

/// Which tool the left button and the space bar use.
public enum Tool: String, Hashable, Sendable, CaseIterable {
    /// Marks voxels.
    case brush
    /// Clears voxels.
    case erase
    /// Takes voxels back to the prediction.
    case restore
    /// Grows a region from where it touches.
    case grow
    /// Marks what is surely inside.
    case scribble
    /// Marks what is surely outside.
    case scribbleOutside = "scribble outside"
    /// Draws a contour by points and freehand.
    case contour
    /// Draws a contour that snaps to edges between its points.
    case livewire
    /// Draws a contour in one go.
    case lasso
    /// Drags a stretch of the boundary.
    case nudge
    /// Moves, inserts and takes out vertices of the boundary.
    case vertex
    /// Measures lengths.
    case measure
}

/// What keys mean at the moment.
public enum ReviewMode: Hashable, Sendable {
    /// Keys are commands.
    case normal
    /// Keys move the cursor over the slice; with the pen down they draw.
    case pointer
    /// Text is being typed.
    case prompt(PromptKind, text: String)
    /// The help is open, scrolled by so many lines.
    case help(scroll: Int)
    /// The list of warnings is open; one is chosen.
    case warnings(selected: Int)
    /// A question waits for an answer.
    case question(Question)
    /// The reviews of the case that were put aside are listed; one is chosen.
    case sessions([PutAsideReview], selected: Int)
    /// Something is shown over the image to be read.
    case overlay(ReviewOverlay)
}

/// How far the review is on its way to disk.
public enum SaveState: Hashable, Sendable {
    /// All of it is on disk.
    case saved
    /// So many steps are on their way; the list of structures counts as one.
    case saving(Int)
    /// Something could not be written; what to do about it.
    case failed(String)
}

/// How far the list of structures is on its way to disk.
struct ListKeeping: Hashable, Sendable {
    /// How often it was given to be kept.
    var given = 0
    /// As which of these it is on disk.
    var kept = 0
    /// Why it could not be written; `nil` where it was, or is on its way.
    var problem: String?
}

/// Where a case stands.
public enum ReviewPhase: Hashable, Sendable {
    /// Being read or segmented: what is done now and how far, 0…1.
    case loading(String, Double)
    /// Being reviewed.
    case open
    /// Shown, but not to be changed: why.
    case readOnly(String)
    /// On its way into the queue as this.
    case filing(CorrectionStatus)
    /// In the queue.
    case filed(CorrectionStatus, revision: Int)
    /// It cannot be shown: why.
    case failed(String)
}

/// What masks are measured against.
public enum ReferenceSource: Hashable, Sendable {
    /// The prediction: how much was changed?
    case prediction
    /// A mask from a file: how good is it? Its name for the screen.
    case file(String)
}

/// Where a case is in the worklist.
public struct WorklistPosition: Hashable, Sendable {
    /// From 1.
    public var index: Int
    /// How many cases there are.
    public var count: Int

    /// A position from its parts.
    public init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }
}

/// A stroke whose button or key is still down.
public struct Stroke: Hashable, Sendable {
    /// The mask before it.
    public let before: Mask
    /// Marks or clears.
    public let tool: Tool
    /// The plane it is on.
    public let plane: GridPlane
    /// Where it is now.
    public var last: PlanePoint
    /// Whether a key put the pen down, so that the mouse's buttons say nothing of when it ends.
    public var isByKey = false

    /// A stroke from its parts.
    public init(before: Mask, tool: Tool, plane: GridPlane, last: PlanePoint) {
        self.before = before
        self.tool = tool
        self.plane = plane
        self.last = last
    }

    /// The slice the stroke's step belongs to: its own, or on another plane the middle one that it changed.
    func slice(touched patch: MaskPatch) -> Int {
        let touched = patch.touchedSlices
        return plane.isSlice || touched.isEmpty ? plane.depth : touched[touched.count / 2]
    }
}

/// The whole review of one case: what the screen shows and what keys change. Changed only by `reduce`.
public struct ReviewState: Hashable, Sendable {
    /// The case.
    public var caseID: CaseID
    /// What the case is called on screen; no patient's name.
    public var title: String
    /// Where the case stands.
    public var phase: ReviewPhase
    /// The CT, as far as it has arrived.
    public var image: PartialVolume?
    /// Where the body is on the slices.
    public var bodyBox: VoxelBox?
    /// The structures in order.
    public var structures: [StructureState] = []
    /// Which structure is edited.
    public var activeIndex = 0
    /// Structures that were taken out of the list and that undo may bring back; all are empty.
    var removed: [RemovedStructure] = []
    /// Changes of the list that undo takes back, oldest first.
    var structureChanges: [StructureChange] = []
    /// Masks that are shown for orientation alone, in order.
    public package(set) var context: [ContextMask] = []
    /// Who proposed the masks.
    public var model: ModelName?
    /// How unsure the model was, 0…1 a slice; empty where it did not say.
    public var uncertainty: [Double] = []
    /// What masks are measured against.
    public var referenceSource = ReferenceSource.prediction
    /// What can be undone and redone.
    public var history = EditHistory<StructureName>()
    /// How the slice is shown.
    public var view = ViewState()
    /// The slice that was shown before it was known where the structures are; `nil` once they are there.
    public package(set) var firstSlice: Int?
    /// The tool in hand.
    public var tool = Tool.brush
    /// The brush.
    public var brush = Brush()
    /// The range of CT numbers that edits are confined to. What is in force altogether, with the structures below, is
    /// ``limitsInForce``.
    public var limits = EditLimits()
    /// The structure whose inside edits are confined to.
    public var limitInside: StructureName?
    /// The structure that edits keep out of.
    public var limitOutside: StructureName?
    /// Whether an edit takes the voxels that it marks from the structures that exclude its own.
    public var overwrites = false
    /// What is being done to regions at once.
    public var region = RegionState()
    /// Who answers prompts, such as `refine@1`; `nil` where nobody does, and they are answered along image edges.
    public package(set) var promptAnswerer: String?
    /// Whether somebody to answer them is being prepared.
    public package(set) var isAnswererComing = false
    /// The stroke under way.
    public var stroke: Stroke?
    /// What the contour tools have in hand.
    public var contour = ContourState()
    /// How slices are shown, beside where.
    public var seeing = SeeingState()
    /// What the structures are and what the CT is in them, as far as somebody has asked.
    var statistics = StatisticsState()
    /// A change that waits to be taken or dropped.
    public var preview: EditPreview?
    /// The lengths that were measured.
    public var rulers: [Ruler] = []
    /// The length that is being measured.
    public var ruler: Ruler?
    /// What keys mean.
    public var mode = ReviewMode.normal
    /// How far the question has come that is asked, if one is.
    public package(set) var asking = Asking()
    /// News.
    public var message: StatusMessage? { didSet { logMessage(replacing: oldValue) } }
    /// What was said until now.
    public package(set) var messages = MessageLog()
    /// How far the steps are on their way to disk.
    public var save = SaveState.saved
    /// How far the list of structures is.
    var listKeeping = ListKeeping()
    /// The number of the journal's newest entry.
    public var sequence = 0
    /// The slices that were on screen.
    public var seenSlices: Set<Int> = []
    /// An unfinished review of which the user has not said yet whether it is to be resumed.
    public var left: LeftReview?
    /// Time with the case, pauses left out.
    public var activeSeconds = 0.0
    /// Seconds since the last key or mouse event.
    public var idleSeconds = 0.0
    /// Where the case is in the worklist.
    public var worklistPosition: WorklistPosition?
    /// What keys leave behind for the next key.
    public var keys = KeyMemory()
    /// What was typed before.
    public var palette = PaletteState()
    /// What a new user is taught; `nil` for nothing.
    public var hints: HintProgress?
    /// Where the approval of the filed correction stands; `nil` where none is needed.
    public var approval: ApprovalState?
    /// What somebody had to say of the case, if it is flagged.
    public var flag: String?
    /// The two readings that are brought together here.
    public var adjudication: Adjudication?
    /// Whether this is a reading that knows nothing of what others did.
    public var isBlinded = false
    /// Whether it is a replay: to be looked at, and read only for that reason alone.
    public var isReplay = false
    /// What there is to know of the image and the masks that were read, one sentence each.
    public internal(set) var notes: [String] = []

    /// A case that is about to be read.
    public init(caseID: CaseID, title: String) {
        self.caseID = caseID
        self.title = title
        phase = .loading("opening", 0)
    }

    /// Slices on which a model is less unsure than this are not pointed out: every boundary has some doubt.
    public static let noticeableUncertainty = 0.03

    /// The grid, once known.
    public var geometry: GridGeometry? { image?.geometry }

    /// How far the review is on its way to disk, its steps and its list of structures.
    public var saveState: SaveState {
        if case .failed = save { return save }
        if let problem = listKeeping.problem { return .failed(problem) }
        guard listKeeping.kept < listKeeping.given else { return save }
        if case .saving(let count) = save { return .saving(count + 1) }
        return .saving(1)
    }

    /// The structure that is edited, if there is one.
    public var active: StructureState? { structures.indices.contains(activeIndex) ? structures[activeIndex] : nil }

    /// Every slice on which some structure differs from its prediction.
    public var editedSlices: Set<Int> { structures.reduce(into: []) { $0.formUnion($1.editedSlices) } }

    /// How much each slice disagrees: 1 − the worst 2D surface Dice of its structures; `nil` where there is nothing
    /// to measure.
    public func disagreement(on z: Int) -> Double? {
        structures.compactMap { structure -> Double? in
            guard let slices = structure.score?.slices, slices.indices.contains(z) else { return nil }
            return slices[z].map { 1 - $0 }
        }.max()
    }
}
