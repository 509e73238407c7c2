import Cases
import Dispatch
import Foundation
import ImageFormats
import Learning
import Synchronization
import Volumes

/// Makes the list of a dataset's patients from folders.
struct DatasetBuilder {
    let folder: DatasetFolder
    /// The structures that are wanted; `nil` for those that all patients have.
    let structures: [StructureName]?

    /// A patient that was found but not yet read.
    private struct Found: Sendable {
        let id: String
        let folder: URL
        let image: URL
        let masks: [StructureName: URL]
    }

    /// Lists the patients of folders of `<patient>/ct.nii.gz` with `<Structure>.nii.gz` beside it, two at a time.
    /// - Returns: the dataset, and what was left out and why.
    /// - Throws: ``ProgramError`` if nothing is found; what the files say.
    func build(
        name: String, from places: [String], progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> (dataset: Dataset, notes: [String]) {
        let found = try find(places)
        let results = Mutex([Result<DatasetPatient, any Error>?](repeating: nil, count: found.count))
        let next = Mutex(0)
        let done = Mutex(0)
        let builder = self
        DispatchQueue.concurrentPerform(iterations: min(2, found.count)) { _ in
            while true {
                let index = next.withLock { value in
                    defer { value += 1 }
                    return value
                }
                guard index < found.count else { return }
                let result = Result { try builder.read(found[index]) }
                results.withLock { $0[index] = result }
                done.withLock { count in
                    count += 1
                    progress(count, found.count)
                }
            }
        }
        var patients: [DatasetPatient] = []
        for (found, result) in zip(found, results.withLock { $0 }) {
            do {
                guard let patient = try result?.get() else { continue }
                patients.append(patient)
            } catch {
                throw ProgramError("\(found.folder.path): \(ProgramError(error).description)")
            }
        }
        return try assemble(name: name, patients)
    }

    private func assemble(name: String, _ patients: [DatasetPatient]) throws -> (dataset: Dataset, notes: [String]) {
        var notes: [String] = []
        let all = Set(patients.flatMap { $0.masks.keys }).map { StructureName(rawValue: $0) }.sorted()
        var kept: [StructureName] = []
        for structure in structures ?? all {
            let lacking = patients.filter { $0.masks[structure.rawValue] == nil }
            if lacking.isEmpty {
                kept.append(structure)
            } else if structures != nil {
                throw ProgramError("\(structure) is missing: \(lacking.map(\.id).joined(separator: ", ")).")
            } else {
                notes.append("\(structure) is left out: \(lacking.count) of \(patients.count) patients lack it.")
            }
        }
        guard !kept.isEmpty, kept.count <= 8 else {
            throw ProgramError(
                "The patients share \(kept.count) structures; a dataset has 1 to 8. Choose them with --structures.")
        }
        let listed = patients.map { patient in
            var patient = patient
            patient.masks = patient.masks.filter { kept.contains(StructureName(rawValue: $0.key)) }
            return patient
        }
        let dataset = Dataset(
            name: name, created: ISO8601DateFormatter().string(from: Date()), structures: kept,
            patients: listed.sorted { $0.id < $1.id })
        return (dataset, notes)
    }

    private func find(_ places: [String]) throws -> [Found] {
        var found: [Found] = []
        for place in places {
            let sources = try CaseSource.find(place).filter { !$0.structureFiles.isEmpty }
            guard !sources.isEmpty else {
                throw ProgramError("\(place) has no <patient>/ct.nii.gz with <Structure>.nii.gz beside it.")
            }
            for source in sources {
                let own = source.url.deletingLastPathComponent()
                found.append(
                    Found(id: own.lastPathComponent, folder: own, image: source.url, masks: source.structureFiles))
            }
        }
        // Folders of one name, as phantom-01 of two sites, go by their parent's name as well.
        let repeated = Set(Dictionary(grouping: found, by: \.id).filter { $0.value.count > 1 }.keys)
        let named = found.map { patient in
            guard repeated.contains(patient.id) else { return patient }
            let parent = patient.folder.deletingLastPathComponent().lastPathComponent
            return Found(
                id: "\(parent)-\(patient.id)", folder: patient.folder, image: patient.image, masks: patient.masks)
        }
        guard Set(named.map(\.id)).count == named.count else {
            throw ProgramError("Two patients have the same name. Give their folders different names.")
        }
        return named
    }

    private func read(_ found: Found) throws -> DatasetPatient {
        let about = try PatientFile.read(in: found.folder)
        let image = try ImageReader.read(found.image)
        let grid = image.volume.geometry
        var masks: [String: MaskSource] = [:]
        for (structure, file) in found.masks where structures?.contains(structure) ?? true {
            let read = try DatasetReader.masks(file, on: grid, frameOfReferenceUID: "")
            guard let mask = read[structure.rawValue] else { continue }
            masks[structure.rawValue] = MaskSource(path: folder.relative(file), digest: MaskDigest.digest(of: mask))
        }
        return DatasetPatient(
            id: found.id, subject: about.subject, site: about.site, pathologies: about.pathologies,
            image: ImageSource(
                path: folder.relative(found.image), digest: ContentDigest.digest(of: image.volume)),
            masks: masks, size: grid.size, spacing: grid.spacing)
    }
}
