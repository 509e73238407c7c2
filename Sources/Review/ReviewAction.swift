import Cases
import Editing
import Volumes

/// Everything that can happen to a review: commands of the user, and news from effects.
public enum ReviewAction: Hashable, Sendable {
    // MARK: Moving about
    /// Moves by so many slices.
    case moveSlices(Int)
    /// Goes to a slice, from 0; brought into range.
    case goToSlice(Int)
    /// Goes to the first or last slice.
    case goToEnd(last: Bool)
    /// Goes to the next slice of a kind, round the end; backwards on request.
    case goToNext(SliceKind, backwards: Bool)
    /// Moves the keyboard cursor by columns and half rows of the screen.
    case moveCursor(columns: Int, halfRows: Int)
    /// Points at a voxel position.
    case point(PlanePoint)
    /// Keys move the cursor from now on, or no longer.
    case togglePointer
    /// Puts the pen down at the cursor, or lifts it.
    case togglePen

    // MARK: Showing
    /// Sets the window.
    case setWindow(WindowLevel)
    /// Changes the window by so many HU.
    case adjustWindow(width: Int, level: Int)
    /// Multiplies the zoom, keeping the cursor where it is.
    case zoom(Double)
    /// Fits the body again.
    case fitBody
    /// Moves the view by columns and half rows of the screen.
    case pan(columns: Int, halfRows: Int)
    /// The image area has another size.
    case resizeView(columns: Int, rows: Int)
    /// Shows or hides all masks.
    case toggleMasks
    /// Shows or hides the prediction's outline.
    case toggleGhost

    // MARK: Structures
    /// Chooses the structure to edit.
    case selectStructure(StructureName)
    /// Chooses the next structure, or the one before.
    case nextStructure(backwards: Bool)
    /// Chooses the structure under the cursor.
    case selectStructureAtCursor
    /// Shows or hides a structure; `nil` for the active one.
    case toggleStructure(StructureName?)
    /// Protects a structure or lets it be edited; `nil` for the active one.
    case toggleLock(StructureName?)
    /// Sets the tolerance of the active structure.
    case setTolerance(Millimetres)

    // MARK: Editing
    /// Takes a tool in hand.
    case chooseTool(Tool)
    /// Sets the brush's radius.
    case setBrushRadius(Millimetres)
    /// Makes the brush larger or smaller by steps.
    case adjustBrush(Int)
    /// A disc or a ball.
    case setBrushShape(Brush.Shape)
    /// Confines edits to a range of CT numbers; `nil` for none.
    case limitRange(ClosedRange<HounsfieldUnit>?)
    /// A stroke begins.
    case beginStroke(at: PlanePoint, tool: Tool?)
    /// It goes on.
    case continueStroke(to: PlanePoint)
    /// It ends.
    case endStroke
    /// It is taken back before it ended.
    case cancelStroke
    /// One touch of the brush at a voxel; on the current slice where `z` is `nil`.
    case dab(tool: Tool?, x: Int, y: Int, z: Int?)
    /// One touch of the brush at the cursor.
    case dabAtCursor(tool: Tool?)
    /// Takes back the newest step.
    case undo
    /// Does again what was taken back.
    case redo

    // MARK: Finishing
    /// Accepts the masks as they stand.
    case accept
    /// Rejects the case.
    case reject(reason: String)
    /// Takes up a filed case again.
    case reopen
    /// Writes the masks to a file.
    case export(format: String, path: String)
    /// Makes sure that everything is on disk, and says so.
    case write
    /// Leaves; asks first where something is not on disk.
    case quit
    /// Leaves whatever is unsaved.
    case forceQuit
    /// Opens another case of the worklist: +1 the next, −1 the one before.
    case openNeighbour(Int)
    /// Goes to the worklist.
    case showWorklist
    /// Puts the program into the background.
    case suspend

    // MARK: Prompts
    /// Opens a line to type in.
    case openPrompt(PromptKind)
    /// Adds text to it.
    case type(String)
    /// Takes a character off it.
    case deleteBackwards
    /// Does what was typed, or says yes.
    case confirm
    /// Closes the prompt, the question or the help, or cancels the stroke.
    case cancel
    /// Answers a question.
    case answer(Bool)
    /// Opens the help, or closes it.
    case toggleHelp
    /// Scrolls the help.
    case scrollHelp(Int)
    /// News to show.
    case show(StatusMessage)

    // MARK: News from effects
    /// Reading or segmenting got so far.
    case progress(String, Double)
    /// One slice arrived ahead of the others.
    case previewArrived(PartialVolume)
    /// The image arrived.
    case imageArrived(PartialVolume, bodyBox: VoxelBox)
    /// The masks arrived, with a review to resume if one was left.
    case opened(OpenedReview)
    /// The case cannot be shown.
    case openFailed(String)
    /// The journal has taken in entries up to this one.
    case journalled(through: Int)
    /// The journal could not be written.
    case journalFailed(String)
    /// Another holder has the case now.
    case leaseLost(String)
    /// Scores for a structure arrived.
    case scored(StructureName, StructureScore)
    /// Measures for a structure arrived.
    case measured(StructureName, StructureMeasures)
    /// Boundary marks for a structure arrived.
    case marked(StructureName, BoundaryMarks)
    /// The correction is in the queue.
    case filed(CorrectionStatus, revision: Int)
    /// It could not be filed.
    case filingFailed(String)
    /// So much time has passed.
    case tick(seconds: Double)
}

/// A kind of slice to go to.
public enum SliceKind: String, Hashable, Sendable, CaseIterable {
    /// The one that disagrees most with the reference, then the next worst.
    case worst
    /// One that was not on screen yet.
    case unseen
    /// One that differs from the prediction.
    case edited
    /// One with the active structure.
    case structure
    /// The one on which the model was least sure, then the next.
    case uncertain
}

/// A case as it is opened for review.
public struct OpenedReview: Hashable, Sendable {
    /// Who proposed the masks.
    public var model: ModelName
    /// What masks are measured against.
    public var referenceSource: ReferenceSource
    /// The structures with their masks at the start of the review.
    public var structures: [StructureState]
    /// What was left of an earlier, unfinished review.
    public var left: LeftReview?
    /// How its newest review ended, if it is filed and no other is under way; the masks are then that review's.
    public var filed: FiledReview?
    /// Why it may not be changed; `nil` if it may.
    public var readOnly: String?
    /// Anything the user should know at once.
    public var warning: String?
    /// How unsure the model was, 0…1 a slice; empty where it did not say.
    public var uncertainty: [Double] = []

    /// An opened review from its parts.
    public init(
        model: ModelName, referenceSource: ReferenceSource, structures: [StructureState], left: LeftReview? = nil,
        filed: FiledReview? = nil, readOnly: String? = nil, warning: String? = nil, uncertainty: [Double] = []
    ) {
        self.model = model
        self.referenceSource = referenceSource
        self.structures = structures
        self.left = left
        self.filed = filed
        self.readOnly = readOnly
        self.warning = warning
        self.uncertainty = uncertainty
    }
}

/// How a review ended.
public struct FiledReview: Hashable, Sendable {
    /// With what result.
    public var status: CorrectionStatus
    /// Counts the case's reviews from 1.
    public var revision: Int

    /// A filed review from its parts.
    public init(status: CorrectionStatus, revision: Int) {
        self.status = status
        self.revision = revision
    }
}

/// An unfinished review as the journal has it.
public struct LeftReview: Hashable, Sendable {
    /// The masks where it stood.
    public var masks: [StructureName: Mask]
    /// What can be undone and redone.
    public var history: EditHistory<StructureName>
    /// The number of the journal's newest entry.
    public var sequence: Int
    /// The slice that was on screen.
    public var slice: Int
    /// The slices that were seen.
    public var seenSlices: Set<Int>
    /// Time spent.
    public var activeSeconds: Double

    /// A left review from its parts.
    public init(
        masks: [StructureName: Mask], history: EditHistory<StructureName>, sequence: Int, slice: Int,
        seenSlices: Set<Int>, activeSeconds: Double
    ) {
        self.masks = masks
        self.history = history
        self.sequence = sequence
        self.slice = slice
        self.seenSlices = seenSlices
        self.activeSeconds = activeSeconds
    }
}
