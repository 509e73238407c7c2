import Cases
import Foundation
import Models
import Networks
import TestSupport
import Training
import Volumes

/// A recipe and cached patients small enough for tests: 16 × 16 pixels, a bright left and a bright right square.
struct SmallDataset {
    /// What was proposed of every structure before somebody corrected it.
    struct Proposal {
        let isInside: (VoxelIndex) -> Bool
    }

    let recipe: Recipe
    let patients: [CachedPatient]
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - lacking: by the patient's number, which structures it has no label of.
    ///   - proposed: what was proposed of each structure; `nil` where nobody knows.
    init(
        _ count: Int, slices: Int = 5, seen: [UInt8]? = nil, lacking: [Int: Set<StructureName>] = [:],
        proposed: Proposal? = nil,
        change: (inout Recipe) -> Void = { _ in }
    ) throws {
        var recipe = Recipe(name: "small", structures: [.lungLeft, .lungRight])
        recipe.preprocessing.columns = 16
        recipe.preprocessing.rows = 16
        recipe.preprocessing.spacing = Spacing(x: 4, y: 4, z: 4)
        recipe.preprocessing.windowLow = 0
        recipe.preprocessing.windowHigh = 1000
        recipe.network.levels = 2
        recipe.network.filters = 4
        recipe.training.epochs = 3
        recipe.training.batchSize = 4
        change(&recipe)
        self.recipe = recipe
        let folder = try TemporaryFolder()
        self.folder = folder
        patients = try (0..<count).map {
            try Self.patient($0, slices, seen, lacking[$0] ?? [], proposed, recipe, in: folder)
        }
    }

    private static func patient(
        _ index: Int, _ slices: Int, _ seen: [UInt8]?, _ lacking: Set<StructureName>,
        _ proposed: Proposal?, _ recipe: Recipe,
        in folder: TemporaryFolder
    ) throws -> CachedPatient {
        let grid = try GridGeometry(
            size: GridSize(x: 16, y: 16, z: slices), spacing: recipe.preprocessing.spacing)
        // Left of the patient is the larger x; the lower slices hold nothing.
        let right = Mask(geometry: grid) { $0.z > 0 && (2...6).contains($0.x) && (4 + index % 3...11).contains($0.y) }
        let left = Mask(geometry: grid) { $0.z > 0 && (9...13).contains($0.x) && (4 + index % 3...11).contains($0.y) }
        var random = SeededGenerator(seed: UInt64(index) + 1)
        var values: [Float] = []
        for z in 0..<slices {
            for y in 0..<16 {
                for x in 0..<16 {
                    let voxel = VoxelIndex(x: x, y: y, z: z)
                    let noise = Float.random(in: -0.1...0.1, using: &random)
                    values.append((left[voxel] ? 0.9 : right[voxel] ? 0.6 : 0.2) + noise)
                }
            }
        }
        let masks = [(structure: StructureName.lungLeft, mask: left), (.lungRight, right)].map {
            (structure: $0.structure, mask: lacking.contains($0.structure) ? nil : $0.mask)
        }
        let prepared = try PreparedPatient(
            geometry: grid, values: values, masks: masks, sliceWeights: seen,
            proposals: proposed.map { proposal in masks.map { _ in Mask(geometry: grid, where: proposal.isInside) } })
        let patient = DatasetPatient(
            id: "p\(index)", image: ImageSource(path: "p\(index)", digest: "image \(index)"), masks: [:],
            size: grid.size, spacing: grid.spacing)
        return try SliceCache(folder: folder.url, preprocessing: "small").open(patient, structures: []) { prepared }
    }
}

extension SmallDataset {
    /// Trains a network of libtorch's on all patients but the last, which validates.
    /// - Parameters:
    ///   - name: of the folder, below `temporary`; whoever resumes goes on in it.
    ///   - stopAfter: how many steps.
    func trained(
        _ name: String, in temporary: TemporaryFolder, stopAfter: Int, resumes: Bool
    ) throws -> TrainingFolder {
        let folder = TrainingFolder(url: temporary.file("\(name)/run"))
        try folder.create()
        let network = try TorchNetwork(
            configuration: recipe.network, seed: 1, engine: TorchEngine.load(threads: 1))
        let trainer = try Trainer(
            network: network, recipe: recipe, training: Array(patients.dropLast()),
            validation: Array(patients.suffix(1)), folder: folder, dataset: "d")
        if resumes { try trainer.resume() }
        var steps = 0
        _ = try trainer.run(isStopped: { steps >= stopAfter }) { if case .step = $0 { steps += 1 } }
        return folder
    }
}
