import Cases
import Editing
import Volumes

/// How far a region command reaches, as it is typed.
public enum RegionReach: Hashable, Sendable {
    /// The slice on screen.
    case slice
    /// Every slice by itself.
    case slices
    /// The whole volume.
    case volume
    /// Every slice from one to another by itself, from 0.
    case range(ClosedRange<Int>)

    /// A reach as it is typed: `slice`, `slices`, `3d`, or two slices as the screen counts them, `62-92`.
    public init?(_ word: String) {
        switch word {
        case "slice": self = .slice
        case "slices": self = .slices
        case "3d": self = .volume
        default:
            let ends = word.replacing("–", with: "-").split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }),
                let one = Int(ends[0]), let other = Int(ends[1]), one > 0, other > 0
            else { return nil }
            self = .range(min(one, other) - 1...max(one, other) - 1)
        }
    }
}

/// A voxel as it is typed: on the slice on screen where `z` is `nil`.
public struct VoxelTarget: Hashable, Sendable {
    /// Column, from 0.
    public var x: Int
    /// Row, from 0.
    public var y: Int
    /// Slice, from 0.
    public var z: Int?

    /// A target from its parts.
    public init(x: Int, y: Int, z: Int? = nil) {
        self.x = x
        self.y = y
        self.z = z
    }
}

/// Where `:threshold` decides.
public enum ThresholdPlace: Hashable, Sendable {
    /// Within the mask.
    case inside
    /// Within so many mm of the mask.
    case near(Millimetres)
    /// Under the brush at the cursor.
    case brush
}

/// Which slice is copied onto the one on screen.
public enum SliceNeighbour: String, Hashable, Sendable, CaseIterable {
    /// The one nearer to the head.
    case above
    /// The one nearer to the feet.
    case below
    /// The one with the next number.
    case next
    /// The one with the number before.
    case previous
}

/// How far a correction is carried on from its slice, either way.
public enum CarryReach: Hashable, Sendable {
    /// As far as a reviewer will look through at once: ``usualSlices`` and ``usualLength``, whichever is less.
    case usual
    /// To the ends of the volume.
    case all
    /// So many slices.
    case slices(Int)
    /// To the ends of a range of slices, from 0.
    case range(ClosedRange<Int>)

    /// The most slices that a correction is carried on to either way unless more is asked for.
    public static let usualSlices = 10
    /// The length that it is carried on over, either way, unless more is asked for: an organ is another one further on.
    public static let usualLength: Millimetres = 25
}

/// What is done to a region at once.
public enum RegionAction: Hashable, Sendable {
    /// Fills the closed empty region around a voxel; `nil` for the cursor's.
    case fill(at: VoxelTarget?, RegionReach)
    /// Fills holes.
    case fillHoles(upTo: Double? = nil, RegionReach)
    /// Makes the mask the voxels of a range of CT numbers.
    case threshold(ClosedRange<HounsfieldUnit>, ThresholdPlace, RegionReach)
    /// Moves the surface out, or in where negative.
    case margin(Millimetres, RegionReach)
    /// Moves the surface out or in by lengths that depend on the patient's direction.
    case directionalMargin(DirectionalMargin, RegionReach)
    /// Makes a structure what an expression of structures comes to.
    case set(StructureName, MaskExpression<StructureName>, RegionReach)
    /// Smooths the surface.
    case smooth(SmoothingFilter, Millimetres, keepingVolume: Bool, RegionReach)
    /// Keeps the largest piece.
    case largest(RegionReach)
    /// Removes pieces smaller than so many ml.
    case removeIslands(millilitres: Double, RegionReach)
    /// Puts the mask together with another structure's.
    case combine(SetOperation, StructureName, RegionReach)
    /// Copies a neighbouring slice onto the one on screen.
    case copySlice(SliceNeighbour)
    /// Takes the mask back to the prediction.
    case restore(RegionReach)
    /// Shows what grows from a voxel; `nil` for the cursor's.
    case grow(from: VoxelTarget?, ClosedRange<HounsfieldUnit>?, RegionReach?)
    /// Sets whether growing and scribbles work on the slice or the volume.
    case reach(RegionReach)
    /// Sets the leak guard; what is `nil` stays.
    case guardLeaks(radius: Millimetres?, millilitres: Double?, neck: Millimetres?)
    /// One touch of a scribble.
    case scribble(inside: Bool, at: VoxelTarget)
    /// Shows what the scribbles come to: along image edges where that is asked for, or nobody answers prompts.
    case applyScribbles(RegionReach?, byEdges: Bool = false)
    /// Removes all scribbles.
    case clearScribbles
    /// Shows what becomes of the slices around if the correction on screen is carried on.
    case carry(CarryReach)
    /// Takes what is carried on only from the corrected slice to this one, from 0; `nil` for the one on screen.
    case takeCarry(to: Int?)
    /// Gives the active structure another's voxels; `nil` for the one of the other side.
    case merge(StructureName?)
    /// Parts the active structure between left and right; `nil` for the usual names.
    case split(left: StructureName?, right: StructureName?)
    /// Makes the change that is shown.
    case acceptPreview
    /// Drops the change that is shown.
    case dropPreview
    /// Stops what is being worked out.
    case stop
}

/// What comes back from a region operation that was worked out elsewhere.
public enum RegionNews: Hashable, Sendable {
    /// It got so far, 0…1.
    case progress(id: Int, Double)
    /// It is done.
    case done(id: Int, RegionOutcome)
    /// It came to nothing: why.
    case failed(id: Int, RegionError)
}
