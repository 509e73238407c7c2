import SurfaceMetrics
import Volumes

/// How well one structure of one patient was found: 3D, on the image's own grid.
public struct StructureScores: Hashable, Sendable {
    /// Surface Dice at 2 mm, 0…1; `nil` if neither mask has a voxel.
    public let surfaceDice: Double?
    /// Volumetric Dice, 0…1; `nil` if neither mask has a voxel.
    public let dice: Double?
    /// The larger of the two distances that 95 % of each surface keep, mm; infinite if one mask is empty, `nil` if
    /// both are.
    public let hausdorff95: Double?
    /// The mean of the two average surface distances, mm; infinite if one mask is empty, `nil` if both are.
    public let averageDistance: Double?
    /// The structure's own tolerance.
    public let ownTolerance: Millimetres
    /// Surface Dice at ``ownTolerance``, 0…1; `nil` if neither mask has a voxel.
    public let ownSurfaceDice: Double?
    /// The same without the surface on slices where no careful reader could tell; `nil` where no such slices were given,
    /// or no surface is left.
    public let unambiguousSurfaceDice: Double?

    /// Scores from their parts.
    /// - Parameter own: the structure's own tolerance and the surface Dice at it; `nil` if it is ``tolerance``.
    public init(
        surfaceDice: Double?, dice: Double?, hausdorff95: Double?, averageDistance: Double?,
        own: (tolerance: Millimetres, surfaceDice: Double?)? = nil, unambiguousSurfaceDice: Double? = nil
    ) {
        self.unambiguousSurfaceDice = unambiguousSurfaceDice
        self.surfaceDice = surfaceDice
        self.dice = dice
        self.hausdorff95 = hausdorff95
        self.averageDistance = averageDistance
        (ownTolerance, ownSurfaceDice) = own ?? (Self.tolerance, surfaceDice)
    }

    /// The tolerance of the surface Dice that all structures are measured at.
    public static let tolerance: Millimetres = 2

    /// Measures a mask against the truth.
    /// - Parameters:
    ///   - own: the structure's own tolerance.
    ///   - ambiguous: slices where no careful reader could tell; `nil` where nobody has said.
    /// - Throws: ``Volumes/VolumesError/gridsDiffer(_:)``.
    public static func measure(
        reference: Mask, test: Mask, own: Millimetres = tolerance, ambiguous: Set<Int>? = nil
    ) throws(VolumesError) -> StructureScores {
        let report = try SurfaceMeasurement.measure(
            reference: reference, test: test, tolerances: [tolerance, own], contents: .distances)
        let isUndefined = reference.isEmpty && test.isEmpty
        // An empty mask has no surface to average from, and nothing is near what is not there.
        let averages = [report.distances?.referenceToTest.average, report.distances?.testToReference.average]
            .map { $0 ?? .infinity }
        var unambiguous: Double?
        if let ambiguous {
            unambiguous = try SurfaceMeasurement.score(
                reference: reference, test: test, tolerances: [own], leavingOut: ambiguous)[0].value
        }
        return StructureScores(
            surfaceDice: report.agreements[0].surfaceDice, dice: report.volumetricDice,
            hausdorff95: isUndefined ? nil : report.distances?.hausdorff(percent: 95),
            averageDistance: isUndefined ? nil : (averages[0] + averages[1]) / 2,
            own: (own, report.agreements[1].surfaceDice), unambiguousSurfaceDice: unambiguous)
    }
}

/// One of the numbers of ``StructureScores``.
public enum ScoreKind: String, Hashable, Sendable, CaseIterable {
    /// ``StructureScores/surfaceDice``.
    case surfaceDice = "surface_dice_2mm"
    /// ``StructureScores/dice``.
    case dice
    /// ``StructureScores/hausdorff95``.
    case hausdorff95 = "hd95_mm"
    /// ``StructureScores/averageDistance``.
    case averageDistance = "average_distance_mm"
    /// ``StructureScores/ownSurfaceDice``.
    case ownSurfaceDice = "surface_dice"
    /// ``StructureScores/unambiguousSurfaceDice``.
    case unambiguousSurfaceDice = "surface_dice_unambiguous"

    /// Whether more is better.
    public var isBetterHigher: Bool { self != .hausdorff95 && self != .averageDistance }
    /// What the number is called.
    public var title: String {
        switch self {
        case .surfaceDice: "surface Dice at 2 mm"
        case .dice: "Dice"
        case .hausdorff95: "HD95, mm"
        case .averageDistance: "average distance, mm"
        case .ownSurfaceDice: "surface Dice at the structure's tolerance"
        case .unambiguousSurfaceDice: "surface Dice at the structure's tolerance, without ambiguous slices"
        }
    }
}

extension StructureScores {
    /// The number of a kind.
    public subscript(kind: ScoreKind) -> Double? {
        switch kind {
        case .surfaceDice: surfaceDice
        case .dice: dice
        case .hausdorff95: hausdorff95
        case .averageDistance: averageDistance
        case .ownSurfaceDice: ownSurfaceDice
        case .unambiguousSurfaceDice: unambiguousSurfaceDice
        }
    }
}
