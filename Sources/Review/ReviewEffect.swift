import Cases
import Editing
import Lists
import Volumes

/// What the reducer wants done outside: values, performed by the runner off the UI thread.
public enum ReviewEffect: Hashable, Sendable {
    /// Write a step to the journal.
    case journal(JournalEntry, sequence: Int)
    /// Write the steps of one edit of several structures to the journal, all or none; the last has this number.
    case journalTogether([JournalEntry], through: Int)
    /// Work out a region operation.
    case workOut(id: Int, RegionTask)
    /// Stop working it out.
    case stopWork(id: Int)
    /// A mask was changed by a patch: measure it anew.
    case measure(StructureName, patch: MaskPatch, edit: Int)
    /// Find out what a patch would do to a structure's score, and change nothing.
    case tryOut(StructureName, patch: MaskPatch, edit: Int)
    /// Measure a structure from scratch: it was opened, resumed or has another tolerance.
    case measureAll(StructureName, mask: Mask, tolerance: Millimetres, edit: Int)
    /// Work out what a mask is and what the CT is in it.
    case describe(id: Int, mask: Mask)
    /// Mark the boundary that is out of tolerance on a slice.
    case mark(StructureName, z: Int, edit: Int)
    /// Keep where the review stands: cheap, may be dropped for a newer one.
    case saveProgress(ReviewProgress)
    /// Keep where the review stands together with the step that is journalled next: both or neither.
    case progressWithStep(ReviewProgress)
    /// Keep which structures were added, their order and their colours.
    case keepStructures(StructureListing)
    /// Find out what goes for a structure that was added.
    case introduce(StructureName)
    /// Read structures of a file: all or those that are named, to be edited or for orientation.
    case loadStructures(path: String, [StructureName], asReference: Bool)
    /// Take up the unfinished review of the journal, or put it aside and start over.
    case resolveLeftReview(resume: Bool)
    /// Find out which reviews of the case were put aside.
    case listSessions
    /// Put the review aside and go on with another.
    case restoreSession(Int64)
    /// File the correction.
    case file(FilingRequest)
    /// Take up a filed case again.
    case reopen
    /// Write masks to a file.
    case export(format: String, path: String, masks: [StructureName: Mask])
    /// Defer the case, with a comment.
    case deferCase(comment: String)
    /// Set the case's flag, or take it down.
    case flag(String?)
    /// Approve the filed correction, or send it back.
    case judge(approves: Bool, comment: String)
    /// Open the same case again.
    case retry
    /// Go on with the next case by priority, if there is one, and say there what became of this one.
    case openNext(said: String)
    /// Keep a line that was typed.
    case rememberCommand(String)
    /// The user has learned a key.
    case learned(Hint)
    /// Stop reading or segmenting.
    case cancelOpening
    /// Open another case of the worklist.
    case openNeighbour(Int)
    /// Go to the worklist.
    case showWorklist
    /// Go to the queue or the models, and come back to where the review is.
    case showTraining(TrainingPage)
    /// Put the program into the background.
    case suspend
    /// Leave.
    case quit
}

extension [ReviewEffect] {
    /// The steps that are to be journalled.
    var journalled: [JournalEntry] {
        flatMap { effect -> [JournalEntry] in
            switch effect {
            case .journal(let entry, _): [entry]
            case .journalTogether(let entries, _): entries
            default: []
            }
        }
    }

    /// Whether an edit was made, as opposed to one that was taken back or done again.
    var makesAnEdit: Bool { journalled.contains { $0.kind == .edit } }
}

/// Where a review stands, beside its journal.
public struct ReviewProgress: Hashable, Sendable {
    /// The slice on screen.
    public var slice: Int
    /// The slices that were seen, in order.
    public var seenSlices: [Int]
    /// Time spent.
    public var activeSeconds: Double
    /// Whose contours were chosen, by slice, where two readings are brought together.
    public var choices: [Int: ReaderChoice] = [:]

    /// Progress from its parts.
    public init(slice: Int, seenSlices: [Int], activeSeconds: Double) {
        self.slice = slice
        self.seenSlices = seenSlices
        self.activeSeconds = activeSeconds
    }
}

/// A finished review on its way to the store, which adds revision, reviewer and time.
public struct FilingRequest: Hashable, Sendable {
    /// How it ended.
    public var status: CorrectionStatus
    /// Why, for a rejection.
    public var reason: String?
    /// The final masks.
    public var masks: [StructureName: Mask]
    /// What they are measured against in the queue: the prediction, whatever the screen's reference was.
    public var predictions: [StructureName: Mask]
    /// The tolerance of each structure's surface Dice.
    public var tolerances: [StructureName: Millimetres]
    /// The slices that differ from the prediction, in order.
    public var slicesTouched: [Int]
    /// Where the review stood.
    public var progress: ReviewProgress
    /// Who proposed the masks.
    public var model: ModelName
    /// The number of the journal's newest entry, which the store compares with its own.
    public var sequence: Int
    /// What the reviewer had to say of masks that were not rejected.
    public var comment: String?

    /// A draft from its parts.
    public init(
        status: CorrectionStatus, reason: String?, masks: [StructureName: Mask],
        predictions: [StructureName: Mask], tolerances: [StructureName: Millimetres], slicesTouched: [Int],
        progress: ReviewProgress, model: ModelName, sequence: Int
    ) {
        self.status = status
        self.reason = reason
        self.masks = masks
        self.predictions = predictions
        self.tolerances = tolerances
        self.slicesTouched = slicesTouched
        self.progress = progress
        self.model = model
        self.sequence = sequence
    }
}
