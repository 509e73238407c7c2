import Volumes

/// Whether a mask is measured as a volume with a surface or as one slice with a contour.
public enum SurfaceDimensions: Int, Hashable, Sendable, Codable {
    /// One slice; areas are lengths in mm.
    case two = 2
    /// A volume, even if an axis of it has one voxel; areas are mm².
    case three = 3
}

/// What a full computation works out beyond the surface Dice itself.
public struct SurfaceReportContents: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: Int
    /// A set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Average surface distances and robust Hausdorff distances.
    public static let distances = SurfaceReportContents(rawValue: 1)
    /// Added path length.
    public static let pathLength = SurfaceReportContents(rawValue: 2)
    /// Surface Dice, overlaps, areas and voxel counts only.
    public static let scores: SurfaceReportContents = []
    /// Everything.
    public static let all: SurfaceReportContents = [.distances, .pathLength]
}

/// A surface Dice with the two areas it is the quotient of.
public struct SurfaceScore: Hashable, Sendable {
    /// The part of both surfaces that lies within tolerance of the other one, mm² (mm on a slice).
    public let agreeing: Double
    /// Both surfaces, mm² (mm on a slice).
    public let total: Double

    /// The surface Dice, 0…1; `nil` ("n/a") where neither mask has a surface. DeepMind's package says NaN there.
    public var value: Double? { total == 0 ? nil : agreeing / total }

    /// The part of both surfaces that is out of tolerance, mm² (mm on a slice).
    public var disagreeing: Double { total - agreeing }
}

/// One mask's surface: what it is made of.
public struct SurfaceSummary: Hashable, Sendable {
    /// Voxels in the mask.
    public let voxelCount: Int
    /// How many corner points have each neighbour code; 256 counts (16 in 2D), zero for "all out" and "all in".
    public let codeCounts: [Int]
    /// The surface in mm² (in 2D: the contour in mm).
    public let area: Double
    /// The volume in ml; on a slice, the volume of its voxels.
    public let millilitres: Double

    /// How many surfels the mask has. None exactly if the mask is empty.
    public var surfelCount: Int { codeCounts.reduce(0, +) }
}

/// How far two surfaces agree at one tolerance.
public struct SurfaceAgreement: Hashable, Sendable {
    /// The tolerance asked for.
    public let tolerance: Millimetres
    /// The surface Dice (normalised surface distance) with its two areas.
    public let score: SurfaceScore
    /// How many of the reference's surfels, by code, are at most the tolerance away from a surfel of the test.
    public let withinReference: [Int]
    /// How many of the test's surfels, by code, are at most the tolerance away from a surfel of the reference.
    public let withinTest: [Int]
    /// The part of the reference's surface within tolerance of the test's, 0…1; `nil` if it has none.
    public let overlapReference: Double?
    /// The part of the test's surface within tolerance of the reference's, 0…1; `nil` if it has none.
    public let overlapTest: Double?
    /// Contour that the test lacks; `nil` unless asked for. See ``AddedPathLength``.
    public let pathLength: AddedPathLength?

    /// The surface Dice, 0…1; `nil` ("n/a") if both masks are empty.
    public var surfaceDice: Double? { score.value }
    /// Surfels of the reference within tolerance.
    public var withinReferenceCount: Int { withinReference.reduce(0, +) }
    /// Surfels of the test within tolerance.
    public var withinTestCount: Int { withinTest.reduce(0, +) }
}

/// Everything that is measured of one structure in two masks: a reference and a test.
///
/// A number that is not defined is `nil` where DeepMind's package gives NaN, and infinite where it is infinite.
public struct SurfaceReport: Hashable, Sendable {
    /// The spacing that was used, the override if one was given.
    public let spacing: Spacing
    /// Whether volumes or slices were compared.
    public let dimensions: SurfaceDimensions
    /// The reference's surface.
    public let reference: SurfaceSummary
    /// The test's surface.
    public let test: SurfaceSummary
    /// Voxels in both masks.
    public let intersectionCount: Int
    /// One entry for each tolerance, in the order they were given.
    public let agreements: [SurfaceAgreement]
    /// Average and Hausdorff distances; `nil` unless asked for.
    public let distances: SurfaceDistances?

    /// Volumetric Dice, 2·|A∩B| / (|A|+|B|); `nil` if both masks are empty.
    public var volumetricDice: Double? {
        let both = reference.voxelCount + test.voxelCount
        return both == 0 ? nil : Double(2 * intersectionCount) / Double(both)
    }
}
