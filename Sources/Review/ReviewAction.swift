import Cases
import Commands
import Editing
import Lists
import PatientView
import Volumes

/// What the user wants of a review: everything that keys, commands and the mouse can ask for. What the program reports
/// to it is ``ReviewNews``.
public enum ReviewAction: LineAction, Hashable, Sendable {
    // MARK: Moving about
    /// Moves by so many slices of the plane in hand.
    case moveSlices(Int)
    /// Goes to a slice of the plane in hand, from 0; brought into range.
    case goToSlice(Int)
    /// Goes to an acquired slice, whichever plane is in hand: the strip's slider.
    case slide(Int)
    /// Goes to the first or last slice of the plane in hand.
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
    /// Takes a plane in hand; `nil` for the next.
    case choosePlane(ViewPlane?)
    /// Shows one plane or three; `nil` for the other.
    case setLayout(PaneLayout?)
    /// Draws the reference in the masks' place, both in turn, or neither; the same again ends it.
    case compare(Comparison)
    /// Shows or hides all masks.
    case toggleMasks
    /// Shows or hides the prediction's outline.
    case toggleGhost
    /// Shows or hides a mask that is there for orientation; `nil` for all of them.
    case toggleContext(StructureName?)

    /// Shows or tells something beside the slice.
    case see(SeeingAction)
    /// Takes the ruler in hand, or puts it away.
    case toggleMeasuring
    /// Removes all rulers.
    case clearRulers
    /// Removes the newest ruler, or the one under way.
    case removeRuler

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
    /// Does something to the list of structures.
    case structures(StructureAction)
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
    /// Confines edits to the inside of a structure.
    case limitInside(StructureName)
    /// Keeps edits out of a structure.
    case limitOutside(StructureName)
    /// Lifts all limits but the locks.
    case liftLimits
    /// Lets edits take voxels from structures that exclude the edited one, or not; `nil` for the other of the two.
    case overwrite(Bool?)
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
    /// Does something to a region at once.
    case region(RegionAction)
    /// Draws and changes contours.
    case contour(ContourAction)
    /// Takes back the newest step.
    case undo
    /// Does again what was taken back.
    case redo

    /// Does the newest edit again on the slice on screen.
    case repeatEdit
    /// Draws a whole stroke.
    case stroke([PlanePoint], tool: Tool?)

    // MARK: Keys
    /// A digit was pressed, which by itself has this meaning: the beginning or the rest of a number.
    indirect case digit(Int, meaning: ReviewAction?)
    /// The first keys of a chord of several.
    case keyPrefix(String?)
    /// An action behind a number.
    indirect case counted(Int, ReviewAction)

    // MARK: Finishing
    /// Accepts the masks as they stand; asks once where there are concerns.
    case accept
    /// The same by a single key, which may have been pressed by mistake: asks in any case.
    case askToAccept
    /// Accepts the masks with a comment; with or without asking.
    case acceptNoting(comment: String, asks: Bool)
    /// Puts the case off.
    case deferCase(comment: String)
    /// Sets the case's flag with a comment, or takes it down.
    case flag(String?)
    /// Approves a correction that somebody else has filed.
    case approve(comment: String)
    /// Sends it back to its author.
    case sendBack(comment: String)
    /// Opens the case again, e.g. when whoever had it has left it.
    case retry
    /// Takes a reader's contours on the slice on screen, or leaves them as they are, and goes on.
    case choose(ReaderChoice)
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
    /// Goes to the queue or the models; the review stays as it is.
    case showTraining(TrainingPage)
    /// Puts the program into the background.
    case suspend

    // MARK: Prompts
    /// Opens a line to type in.
    case openPrompt(PromptKind)
    /// Changes it.
    case line(LineEdit)
    /// Does what was typed, or says yes.
    case confirm
    /// Closes the prompt, the question or the help, or cancels the stroke.
    case cancel
    /// Answers a question.
    case answer(Bool)
    /// Looks for the reviews of the case that were put aside.
    case listSessions
    /// Goes on with a review that was put aside; the one under way is put aside in turn.
    case restoreSession(Int64)
    /// Opens the help, or closes it.
    case toggleHelp
    /// Lists what is suspicious about the masks.
    case showWarnings
    /// Scrolls the help, or moves through the list of warnings.
    case scrollHelp(Int)
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
    /// Masks for orientation; none where those that are there already stay.
    public var context: [ContextMask] = []
    /// What was left of an earlier, unfinished review.
    public var left: LeftReview?
    /// How its newest review ended, if it is filed and no other is under way; the masks are then that review's.
    public var filed: FiledReview?
    /// Why it may not be changed; `nil` if it may.
    public var readOnly: String?
    /// Anything the user should know at once.
    public var warning: String?
    /// What there is to know of the image and the masks, one sentence each; it stays in the list of warnings.
    public var notes: [String] = []
    /// How unsure the model was, 0…1 a slice; empty where it did not say.
    public var uncertainty: [Double] = []
    /// Slices that this reviewer has seen with these masks: those of the filed review that they reopen.
    public var seenSlices: Set<Int> = []
    /// What somebody had to say of the case, if it is flagged.
    public var flag: String?
    /// The two readings that are to be brought together.
    public var adjudication: Adjudication?
    /// Whether this is a reading that knows nothing of what others did.
    public var isBlinded = false
    /// Whether it is a replay of what two models proposed, of which nothing is anybody's to change.
    public var isReplay = false
    /// Whether ``left`` was asked for, and is gone on with at once.
    public var resumesAtOnce = false

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
    /// Where its approval stands; `nil` where none is needed.
    public var approval: ApprovalState?

    /// A filed review from its parts.
    public init(status: CorrectionStatus, revision: Int, approval: ApprovalState? = nil) {
        self.status = status
        self.revision = revision
        self.approval = approval
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
    /// The structures that stay, empty or not: those of the list that was kept, and those of readings; `nil` where no list
    /// was ever kept, and all stay.
    public var listed: Set<StructureName>?

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

    /// Whether a structure with its mask of this review was deleted in it, or got another name.
    public func leavesOut(_ structure: StructureState) -> Bool {
        guard let listed else { return false }
        return structure.isAdded && structure.mask.isEmpty && !listed.contains(structure.name)
    }
}
