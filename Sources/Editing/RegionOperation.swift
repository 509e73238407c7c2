import Volumes

/// How two masks are put together.
public enum SetOperation: String, Hashable, Sendable, CaseIterable {
    /// Either.
    case union
    /// The first without the second.
    case subtract
    /// Both.
    case intersect
    /// The second alone.
    case copy
}

/// Where thresholding decides what is in.
public enum ThresholdRegion: Hashable, Sendable {
    /// Only within the mask: voxels are taken out, never added.
    case inside
    /// Within so many mm of the mask.
    case near(Millimetres)
    /// Within one touch of a brush.
    case brush(Brush, at: VoxelIndex)
}

/// Something that is done to a whole region at once rather than by a stroke.
///
/// It names the masks it changes by their places in ``RegionTask/targets``; all but ``merge`` and ``split`` change
/// the first.
public enum RegionOperation: Hashable, Sendable {
    /// Fills the empty region around a voxel, if it is closed.
    case fill(at: VoxelIndex)
    /// Fills holes of up to so many ml; on slices, a hole's area times the slice spacing.
    case fillHoles(upTo: Double = .infinity)
    /// Makes the mask the voxels of a range of CT numbers, within a region.
    case threshold(ClosedRange<HounsfieldUnit>, ThresholdRegion)
    /// Moves the surface out by so many mm, or in where negative.
    case margin(Millimetres)
    /// Moves the surface out or in by lengths that depend on the direction.
    case directionalMargin(DirectionalMargin)
    /// Makes the mask what an expression comes to.
    case set(MaskExpression<Mask>)
    /// Smooths the surface.
    case smooth(SmoothingFilter, Millimetres, keepingVolume: Bool)
    /// Keeps the largest connected piece.
    case largest
    /// Removes connected pieces smaller than so many ml.
    case removeIslands(millilitres: Double)
    /// Puts the mask together with another.
    case combine(SetOperation, Mask)
    /// Copies a slice of the mask onto another.
    case copySlice(from: Int, to: Int)
    /// Adds what a seed grows to.
    case grow(from: VoxelIndex, GrowSettings)
    /// Redraws the mask between scribbles, in a box that goes beyond them by so much.
    case redraw(Scribbles, margin: Millimetres)
    /// Has prompts answered, one after another, on the slices that they are on.
    case refine(Refinement)
    /// Carries corrections on to the slices beside them; no two runs reach the same slice.
    case carry([CarryRun])
    /// Gives the first target the voxels of the second, which becomes empty.
    case merge
    /// Parts the first target between the patient's left and right side: places of the targets that get them. A target
    /// that is not the first loses what it had only if it is neither.
    case split(left: Int, right: Int)
}

/// Where a region operation works.
public enum RegionScope: Hashable, Sendable {
    /// On one slice alone.
    case slice(Int)
    /// On every slice by itself.
    case slices
    /// On every slice from one to another by itself.
    case range(ClosedRange<Int>)
    /// On the whole volume.
    case volume

    /// The slice, if it is one.
    public var slice: Int? { if case .slice(let z) = self { z } else { nil } }
    /// How distances and connections are meant.
    public var domain: MaskDomain { self == .volume ? .volume : .slice }
}

/// What a region operation came to.
public struct RegionOutcome: Hashable, Sendable {
    /// The targets' masks, in order.
    public let masks: [Mask]
    /// What turns the targets into them, in order; empty where nothing changes.
    public let patches: [MaskPatch]
    /// What the user should know, each a clause.
    public let notes: [String]

    /// An outcome: the targets' masks before and after.
    /// - Throws: ``RegionError/volumes(_:)`` if grids differ.
    init(from before: [Mask], to masks: [Mask], notes: [String] = []) throws(RegionError) {
        self.masks = masks
        self.notes = notes
        var patches: [MaskPatch] = []
        for (old, new) in zip(before, masks) {
            patches.append(
                try RegionError.wrapping { () throws(VolumesError) in try MaskPatch(from: old, to: new) })
        }
        self.patches = patches
    }
}
