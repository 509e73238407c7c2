import ArgumentParser
import Cases
import Foundation
import ImageFormats
import SurfaceMetrics
import Volumes

/// Compares two sets of masks.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Compare two masks: surface Dice and its family.",
        discussion: """
            REFERENCE and TEST are masks, label maps, folders of <Structure>.nii.gz, or one of them an \
            RTSTRUCT, which is filled on the other's grid. Surface Dice is defined as in \
            google-deepmind/surface-distance. A file of two dimensions is measured in 2D. n/a: not defined, because a \
            mask is empty.
            """)

    @Argument(help: "What is measured against.") var reference: String
    @Argument(help: "What is measured.") var test: String
    @Option(parsing: .upToNextOption, help: "Tolerances in mm.") var tolerance: [Double] = [2]
    @Option(help: "Only this structure.") var structure: String?
    @Option(help: "X,Y,Z in mm instead of the header's, which has float32 digits only.") var spacing: String?
    @Flag(help: "Resample TEST onto REFERENCE's grid (nearest neighbour) where the grids differ.") var resample = false
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        guard !tolerance.isEmpty, tolerance.allSatisfy({ !$0.isNaN && $0 >= 0 }) else {
            throw ProgramError("--tolerance is one or more lengths from 0 mm.")
        }
        let override = try spacingOverride()
        let (left, right) = try MaskSet.read(reference, test)
        let pairs = try MaskSet.pairs(left, right, only: structure, resample: resample)
        var rows: [MetricsReport.Structure] = []
        for pair in pairs {
            let report = try SurfaceMeasurement.measure(
                reference: pair.reference, test: pair.test, tolerances: tolerance.map { Millimetres($0) },
                spacing: override, dimensions: left.dimensions == 2 ? .two : .three)
            rows.append(MetricsReport.Structure(name: pair.name, report))
        }
        if json {
            try Output.json(MetricsReport(structures: rows))
        } else {
            for row in rows { row.printForPeople() }
        }
    }

    private func spacingOverride() throws(ProgramError) -> Spacing? {
        guard let spacing else { return nil }
        let numbers = spacing.split(separator: ",").compactMap { Double($0) }
        guard numbers.count == 3, numbers.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw ProgramError("--spacing is X,Y,Z in mm, such as 0.7,0.7,1.25, not \(spacing).")
        }
        return Spacing(x: numbers[0], y: numbers[1], z: numbers[2])
    }
}

/// The masks of one side of a comparison.
private struct MaskSet {
    let masks: [StructureName: Mask]
    let dimensions: Int
    let geometry: GridGeometry
    let path: String

    static func isStructureSet(_ path: String) -> Bool { path.lowercased().hasSuffix(".dcm") }

    /// Reads a side; a structure set, which has no grid of its own, goes onto `grid`.
    static func read(_ path: String, structureSetOn grid: GridGeometry? = nil) throws -> MaskSet {
        let url = URL(fileURLWithPath: path)
        if isStructureSet(path) {
            guard let grid else {
                throw ProgramError("Two RTSTRUCTs have no grid to be compared on. Write one as NIfTI: pleura export.")
            }
            let masks = try StructureFiles.read(url, on: grid, frameOfReferenceUID: "")
            return MaskSet(masks: masks, dimensions: 3, geometry: grid, path: path)
        }
        if url.isExistingFolder {
            let files = CaseSource.structureFiles(in: url)
            guard let first = files.values.min(by: { $0.path < $1.path }) else {
                throw ProgramError("\(path) has no <Structure>.nii.gz.")
            }
            let grid = try MaskReader.read(first).geometry
            let masks = try StructureFiles.read(url, on: grid, frameOfReferenceUID: "")
            return MaskSet(masks: masks, dimensions: 3, geometry: grid, path: path)
        }
        let map = try MaskReader.read(url)
        let masks = try StructureFiles.read(url, on: map.geometry, frameOfReferenceUID: "")
        return MaskSet(masks: masks, dimensions: map.dimensions, geometry: map.geometry, path: path)
    }

    /// Reads both sides.
    static func read(_ left: String, _ right: String) throws -> (MaskSet, MaskSet) {
        if isStructureSet(left) {
            let other = try read(right)
            return (try read(left, structureSetOn: other.geometry), other)
        }
        let own = try read(left)
        return (own, try read(right, structureSetOn: own.geometry))
    }

    /// What is compared with what: structures of one name, or the one mask of either side.
    static func pairs(
        _ left: MaskSet, _ right: MaskSet, only: String?, resample: Bool
    ) throws -> [(name: StructureName, reference: Mask, test: Mask)] {
        guard left.dimensions == right.dimensions else {
            throw ProgramError("\(left.path) has \(left.dimensions) dimensions and \(right.path) \(right.dimensions).")
        }
        func onGrid(_ mask: Mask) throws -> Mask {
            if left.geometry.agrees(with: mask.geometry) { return try mask.adopting(left.geometry) }
            guard resample else {
                throw ProgramError(
                    "The grids differ: \(left.geometry) against \(mask.geometry). --resample compares them all the same."
                )
            }
            return mask.resampled(onto: left.geometry)
        }
        if left.masks.count == 1, right.masks.count == 1, only == nil,
            let (name, reference) = left.masks.first, let test = right.masks.first?.value
        {
            return [(name, reference, try onGrid(test))]
        }
        var names = Set(left.masks.keys).union(right.masks.keys)
        if let only {
            let wanted = StructureName(rawValue: only)
            guard names.contains(wanted) else {
                let known = names.sorted().map(\.rawValue).joined(separator: ", ")
                throw ProgramError("There is no structure \(only); there are \(known).")
            }
            names = [wanted]
        }
        return try names.sorted().map { name in
            let empty = Mask(geometry: left.geometry)
            return (name, left.masks[name] ?? empty, try right.masks[name].map(onGrid) ?? empty)
        }
    }
}
