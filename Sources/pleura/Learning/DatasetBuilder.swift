import Cases
import Dispatch
import Foundation
import ImageFormats
import Learning
import Synchronization
import Volumes

/// Makes the list of a dataset's patients.
struct DatasetBuilder {
    let folder: DatasetFolder
    /// The structures that are wanted; `nil` for those that all patients have.
    let structures: [StructureName]?
    /// What may be resampled where a series makes no regular volume.
    var repairs: Set<CTRepair> = []

    /// Finds patients in folders: `<patient>/ct.nii.gz` with `<Structure>.nii.gz` beside it, or DICOM.
    /// - Throws: ``ProgramError`` if a folder has none.
    func find(_ places: [String]) throws -> (found: [PatientSource], notes: [String]) {
        var (found, notes): ([PatientSource], [String]) = ([], [])
        for place in places {
            let pairs = try CaseSource.find(place).filter { !$0.structureFiles.isEmpty }
            let dicom = try DicomPatients.find(URL(fileURLWithPath: place), wanted: structures, repairs: repairs)
            notes += dicom.notes
            guard !pairs.isEmpty || !dicom.found.isEmpty else {
                let reasons = dicom.notes.map { "\n  \($0)" }.joined()
                throw ProgramError(
                    "\(place) has no patient: neither ct.nii.gz with <Structure>.nii.gz beside it, nor a CT "
                        + "series with an RTSTRUCT.\(reasons)")
            }
            // The same patient in both forms is one.
            let paired = Set(pairs.map { $0.url.deletingLastPathComponent().standardizedFileURL.path })
            found += dicom.found.filter { !paired.contains($0.folder.standardizedFileURL.path) }
            found += pairs.map { pair in
                let own = pair.url.deletingLastPathComponent()
                let contours = pair.structureFiles.map { PatientSource.Contour(structure: $0.key, file: $0.value) }
                return PatientSource(id: own.lastPathComponent, folder: own, image: pair.url, contours: contours)
            }
        }
        return (try named(found), notes)
    }

    /// Reads the patients, two at a time, and lists them.
    /// - Returns: the dataset, and what was left out and why.
    /// - Throws: ``ProgramError`` naming the patient that cannot be read.
    func build(
        name: String, from found: [PatientSource], progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> (dataset: Dataset, notes: [String]) {
        let builder = self
        let results = PairwiseWork.map(found, progress: progress) { try builder.read($0) }
        var patients: [DatasetPatient] = []
        for (source, result) in zip(found, results) {
            do {
                patients.append(try result.get())
            } catch {
                throw ProgramError("\(source.folder.path): \(ProgramError(error).description)")
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
                notes.append(
                    "\(structure) is left out: \(lacking.count) of "
                        + "\(Plural.count(patients.count, "patient")) \(Plural.word(lacking.count, "lacks", "lack")) it."
                )
            }
        }
        guard !kept.isEmpty, kept.count <= 8 else {
            throw ProgramError(
                "The patients share \(Plural.count(kept.count, "structure")); a dataset has 1 to 8. Choose them "
                    + "with --structures.")
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

    /// Folders of one name, as phantom-01 of two sites, go by their parent's name as well.
    private func named(_ found: [PatientSource]) throws -> [PatientSource] {
        let repeated = Set(Dictionary(grouping: found, by: \.id).filter { $0.value.count > 1 }.keys)
        let named = found.map { source in
            guard repeated.contains(source.id) else { return source }
            var source = source
            source.id = "\(source.folder.deletingLastPathComponent().lastPathComponent)-\(source.id)"
            return source
        }
        let twice = Dictionary(grouping: named, by: \.id).filter { $0.value.count > 1 }.keys.sorted()
        guard twice.isEmpty else {
            throw ProgramError(
                "Several patients are called \(twice.joined(separator: ", ")). Give their folders different names.")
        }
        return named
    }

    private func read(_ source: PatientSource) throws -> DatasetPatient {
        let about = try PatientFile.read(in: source.folder)
        let image = try DatasetReader.image(
            source.image, series: source.seriesUID, volume: source.volume, repairs: source.repairs)
        let grid = image.volume.geometry
        var masks: [String: MaskSource] = [:]
        let wanted = source.contours.filter { structures?.contains($0.structure) ?? true }
        for (file, contours) in Dictionary(grouping: wanted, by: \.file) {
            let read = try DatasetReader.masks(file, on: grid, reference: image.reference)
            for contour in contours {
                guard let mask = read[contour.region ?? contour.structure.rawValue] else { continue }
                masks[contour.structure.rawValue] = MaskSource(
                    path: folder.relative(file), region: contour.region, digest: MaskDigest.digest(of: mask))
            }
        }
        return DatasetPatient(
            id: source.id, subject: about.subject ?? source.subject, site: about.site, pathologies: about.pathologies,
            image: ImageSource(
                path: folder.relative(source.image), seriesUID: source.seriesUID, volume: source.volume,
                digest: ContentDigest.digest(of: image.volume),
                repairs: source.repairs.isEmpty ? nil : source.repairs.map(\.rawValue).sorted()),
            masks: masks, size: grid.size, spacing: grid.spacing, seenSlices: source.seenSlices)
    }
}

/// Work on many things, two at a time: images take memory, and reading them is half waiting.
enum PairwiseWork {
    /// What `work` makes of each element, in order.
    /// - Parameter progress: told how many are done and how many there are, from any thread, one call at a time.
    static func map<T: Sendable, R: Sendable>(
        _ elements: [T], progress: @escaping @Sendable (Int, Int) -> Void, _ work: @escaping @Sendable (T) throws -> R
    ) -> [Result<R, any Error>] {
        let results = Mutex([Result<R, any Error>?](repeating: nil, count: elements.count))
        let next = Mutex(0)
        let done = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: min(2, elements.count)) { _ in
            while true {
                let index = next.withLock { value in
                    defer { value += 1 }
                    return value
                }
                guard index < elements.count else { return }
                let result = Result { try work(elements[index]) }
                results.withLock { $0[index] = result }
                done.withLock { count in
                    count += 1
                    progress(count, elements.count)
                }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
