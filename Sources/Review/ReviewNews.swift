import Cases
import Commands
import Volumes

/// What the program reports to a review: what effects found out, what has become of the screen, and time. What the user
/// wants of it is ``ReviewAction``.
public enum ReviewNews: Hashable, Sendable {
    // MARK: Opening
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
    /// What a replay was opened to show: a structure, and the slice to look at once that is known.
    case pointedTo(StructureName, slice: Int?)

    /// What goes for a structure that was added; a reference where the file or the reader that masks are measured against
    /// has one.
    case introduced(StructureName, tolerance: Millimetres, reference: Mask? = nil)

    /// Structures of a file were read.
    case structuresLoaded(LoadedStructures)

    // MARK: Keeping
    /// The journal has taken in entries up to this one.
    case journalled(through: Int)
    /// The journal could not be written.
    case journalFailed(String)
    /// The list of structures is on disk as it was kept for the time of this number, from 1.
    case structuresKept(through: Int)
    /// The list of structures could not be written.
    case structuresNotKept(String)
    /// Another holder has the case now.
    case leaseLost(String)
    /// What was put aside.
    case sessionsListed([PutAsideReview])

    // MARK: Measuring
    /// Scores for a structure arrived.
    case scored(StructureName, StructureScore)
    /// Measures for a structure arrived.
    case measured(StructureName, StructureMeasures)
    /// What a change that is only shown would do to a structure's surface Dice: in all, and on each slice.
    case tried(StructureName, patch: MaskPatch, edit: Int, surfaceDice: Double?, slices: [Double?] = [])
    /// Boundary marks for a structure arrived.
    case marked(StructureName, BoundaryMarks)
    /// Boundary marks of a whole structure arrived.
    case markedVolume(StructureName, BoundaryVolume)
    /// What a check of a structure found.
    case checked(StructureName, SanityReport)
    /// News of statistics that were asked for.
    case described(StatisticsNews)
    /// News of a region operation.
    case worked(RegionNews)
    /// Somebody to answer prompts is being prepared.
    case answererComing
    /// From now on, prompts are answered by whom the user knows by this name.
    case answererReady(String)
    /// There is nobody to answer prompts.
    case answererMissing

    // MARK: Finishing
    /// The correction is in the queue.
    case filed(CorrectionStatus, revision: Int)
    /// It could not be filed.
    case filingFailed(String)
    /// The approval of the case's correction has come so far.
    case approvalChanged(ApprovalState?)
    /// The case's flag is this now.
    case flagged(String?)

    // MARK: The screen
    /// Something to say to the user.
    case show(StatusMessage)
    /// The question has been on the screen, and what was typed until then was thrown away.
    case questionShown
    /// A slice has stood on screen, as ``ReviewState/sliceOnShow`` has it, for so many milliseconds by now.
    case drawn(slice: Int, milliseconds: Int)
    /// So much time has passed.
    case tick(seconds: Double)
    /// The terminal is gone: what is on screen is to be saved.
    case hangUp
}
