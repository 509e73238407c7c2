import Volumes

/// Answers prompts: what the mask of a slice is, given where the user says it is wrong.
///
/// It is told everything by the question and keeps no state, so that the same question has the same answer, and any
/// thread may ask. It takes as long as it takes: nobody asks on the screen's thread.
public protocol PromptAnswering: Sendable {
    /// What the user knows it by, such as `refine@1`.
    var name: String { get }

    /// The mask of a slice, as the prompts say it is.
    /// - Throws: ``RegionError``; refused, with one clause for the user, where it has no answer.
    func answer(_ question: PromptQuestion) throws(RegionError) -> PromptAnswer
}

/// What is asked: one acquired slice with its prompts, or with a neighbour that was corrected.
public struct PromptQuestion: Hashable, Sendable {
    /// The index of the slice in the grid, from 0 along the grid's third axis.
    public var slice: Int
    /// The whole CT, on whose grid everything else is.
    public var image: Volume
    /// The slice's mask as it stands, with what earlier prompts of the same preview came to.
    public var mask: MaskSlice
    /// All voxels of this slice that are marked as surely inside. Empty where a correction is carried on.
    public var inside: MaskSlice
    /// All voxels of this slice that are marked as surely outside; none is inside as well.
    public var outside: MaskSlice
    /// The voxels of the newest prompt alone, inside or outside: what changes has to hang together with them. Empty
    /// where a correction is carried on.
    public var newest: MaskSlice
    /// A neighbouring slice that was corrected, where its correction is carried on; `nil` where prompts are answered.
    public var guide: PromptGuide?

    /// A question from its parts; all slices have the extent of the image's.
    public init(
        slice: Int, image: Volume, mask: MaskSlice, inside: MaskSlice, outside: MaskSlice, newest: MaskSlice,
        guide: PromptGuide? = nil
    ) {
        self.slice = slice
        self.image = image
        self.mask = mask
        self.inside = inside
        self.outside = outside
        self.newest = newest
        self.guide = guide
    }
}

/// A slice that was corrected, beside the one that is asked about.
public struct PromptGuide: Hashable, Sendable {
    /// The index of the corrected slice in the grid.
    public var slice: Int
    /// Its mask before the correction.
    public var before: MaskSlice
    /// Its mask after it.
    public var after: MaskSlice

    /// A guide from its parts.
    public init(slice: Int, before: MaskSlice, after: MaskSlice) {
        self.slice = slice
        self.before = before
        self.after = after
    }
}

/// What a question was answered with.
public struct PromptAnswer: Hashable, Sendable {
    /// The mask of the slice: outside of the region concerned the question's, bit for bit.
    public var mask: MaskSlice
    /// How sure it is of the voxels that change, 0…1; 1 where nothing changes.
    public var certainty: Double

    /// An answer from its parts.
    public init(mask: MaskSlice, certainty: Double) {
        self.mask = mask
        self.certainty = certainty
    }
}
