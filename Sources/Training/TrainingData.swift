import Cases
import Models

/// A dataset's patients made ready for a recipe.
public struct TrainingData {
    /// Who is trained on.
    public let training: [CachedPatient]
    /// Who is validated with.
    public let validation: [CachedPatient]
    /// ``Dataset/digest(for:)``.
    public let digest: String

    /// Patients that are open already.
    package init(training: [CachedPatient], validation: [CachedPatient], digest: String) {
        self.training = training
        self.validation = validation
        self.digest = digest
    }

    /// Opens the training and validation parts' slices, and prepares those that are not in the dataset's cache yet.
    /// - Parameter progress: patients done and in all, before each.
    /// - Throws: ``DatasetError`` if the dataset has no split, a patient has none of the structures, or a
    ///   structure has no labels at all; what reading says.
    public init(
        _ dataset: Dataset, in folder: DatasetFolder, recipe: Recipe, reader: any DatasetReading,
        isStopped: () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        guard dataset.split != nil else {
            throw DatasetError("The dataset has no split yet. Make it: pleura dataset split \(folder.url.path)")
        }
        if let leak = dataset.split.flatMap({ DatasetCheck.leaks(dataset, $0).first }) {
            throw DatasetError("\(leak.id): \(leak.text) Nothing that is trained on may be tested on.")
        }
        // Neighbours are slices of the same patient: caches know nothing of them.
        var preparation = recipe.preprocessing
        preparation.neighbourSlices = []
        let key =
            try TrainingFolder.json(preparation) + recipe.structures.map(\.rawValue).joined(separator: ",")
        let cache = SliceCache(folder: folder.cache, preprocessing: key)
        let parts = [DatasetSplit.Part.training, .validation].map { dataset.patients(in: $0) }
        let total = parts.reduce(0) { $0 + $1.count }
        var done = 0
        var opened: [[CachedPatient]] = []
        for part in parts {
            var patients: [CachedPatient] = []
            for patient in part {
                if isStopped() { throw CancellationError() }
                progress(done, total)
                do {
                    patients.append(
                        try cache.open(patient, structures: patient.masks.keys.sorted()) {
                            let read = try reader.read(patient, in: folder)
                            return try PreparedPatient(
                                read.volume, masks: read.masks, seenSlices: patient.seenSlices, recipe: recipe)
                        })
                } catch let error as DatasetError {
                    throw DatasetError("\(patient.id): \(error.description)", isFailure: error.isFailure)
                }
                done += 1
            }
            opened.append(patients)
        }
        (training, validation) = (opened[0], opened[1])
        let unlabelled = training.structuresWithoutLabels(of: recipe)
        guard unlabelled.isEmpty else {
            let names = unlabelled.map(\.rawValue).joined(separator: ", ")
            throw DatasetError(
                "The recipe learns \(names), which no patient that is trained on has. Build the dataset with it: pleura "
                    + "dataset build --structures, or choose another recipe.")
        }
        digest = dataset.digest(for: recipe.structures)
    }
}

extension [CachedPatient] {
    /// The structures that a recipe learns and of which none of the patients has labels.
    package func structuresWithoutLabels(of recipe: Recipe) -> [StructureName] {
        recipe.structures.indices.filter { place in !contains { $0.isLabelled[place] } }.map { recipe.structures[$0] }
    }
}
