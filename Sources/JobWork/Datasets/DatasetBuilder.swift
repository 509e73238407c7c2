import CaseWork
import Cases
import Dicom
import Dispatch
import Foundation
import Synchronization
import Training
import Volumes

/// Makes the list of a dataset's patients.
package struct DatasetBuilder {
    let folder: DatasetFolder
    /// The structures that are wanted; `nil` for those that all patients have.
    package let structures: [StructureName]?
    /// Whether patients may lack some of them.
    package let isPartial: Bool
    /// What may be resampled where a series makes no regular volume.
    package var repairs: Set<CTRepair> = []

    /// A builder for a dataset's folder.
    package init(
        folder: DatasetFolder, structures: [StructureName]?, isPartial: Bool = false, repairs: Set<CTRepair> = []
    ) {
        self.folder = folder
        self.structures = structures
        self.isPartial = isPartial
        self.repairs = repairs
    }

    /// A patient that was read.
    private struct Read: Sendable {
        let patient: DatasetPatient
        /// What is to be said of the image and the contours.
        let notes: Notes
        /// Contours that are not there, with the reason.
        let leftOut: [StructureName: String]
    }

    /// A dataset with what was said about it.
    package struct Built {
        /// The list of patients.
        package let dataset: Dataset
        /// What was left out of the dataset and why, and what is to be said of each patient's files.
        package let notes: Notes
    }

    /// Finds patients in folders: `<patient>/ct.nii.gz` with `<Structure>.nii.gz` beside it, or DICOM.
    /// - Throws: ``WorkError`` if a folder has none.
    package func find(_ places: [String]) throws -> (found: [PatientSource], notes: [String]) {
        var (found, notes): ([PatientSource], [String]) = ([], [])
        for place in places {
            let pairs = try CaseSource.find(place).filter { !$0.structureFiles.isEmpty }
            let dicom = try DicomPatients.find(URL(fileURLWithPath: place), wanted: structures, repairs: repairs)
            notes += dicom.notes
            guard !pairs.isEmpty || !dicom.found.isEmpty else {
                let reasons = dicom.notes.map { "\n  \($0)" }.joined()
                throw WorkError(
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
    /// - Throws: ``WorkError`` naming the patient that cannot be read.
    package func build(
        name: String, from found: [PatientSource], progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> Built {
        let builder = self
        let results = PairwiseWork.map(found, progress: progress) { try builder.read($0) }
        var patients: [Read] = []
        for (source, result) in zip(found, results) {
            do {
                patients.append(try result.get())
            } catch {
                throw WorkError("\(source.folder.path): \(WorkError(error).description)")
            }
        }
        return try assemble(name: name, patients)
    }

    private func assemble(name: String, _ read: [Read]) throws -> Built {
        var notes = Notes()
        for one in read { notes.add(one.notes.sentences, about: one.patient.id) }
        let all = Set(read.flatMap { $0.patient.masks.keys }).map { StructureName(rawValue: $0) }.sorted()
        var kept: [StructureName] = []
        for structure in structures ?? all {
            let lacking = read.filter { $0.patient.masks[structure.rawValue] == nil }.map { one in
                one.patient.id + (one.leftOut[structure].map { " (\($0))" } ?? "")
            }
            if lacking.isEmpty {
                kept.append(structure)
            } else if isPartial, lacking.count < read.count {
                kept.append(structure)
                notes.add(
                    "\(structure): \(Self.shortened(lacking)) \(Plural.word(lacking.count, "lacks", "lack")) it; "
                        + "nothing of it is learnt from \(Plural.word(lacking.count, "this patient", "these patients"))."
                )
            } else if structures != nil {
                throw WorkError(
                    "\(structure) is missing: \(lacking.joined(separator: ", "))."
                        + (isPartial ? "" : " If patients may lack structures, add --partial."))
            } else {
                notes.add(
                    "\(structure) is left out: \(lacking.count) of \(Plural.count(read.count, "patient")) "
                        + "\(Plural.word(lacking.count, "lacks", "lack")) it: \(Self.shortened(lacking)).")
            }
        }
        guard !kept.isEmpty, kept.count <= 8 else {
            throw WorkError(
                "The patients share \(Plural.count(kept.count, "structure")); a dataset has 1 to 8. Choose them "
                    + "with --structures.")
        }
        let listed = read.map { one in
            var patient = one.patient
            patient.masks = patient.masks.filter { kept.contains(StructureName(rawValue: $0.key)) }
            return patient
        }
        if let empty = listed.first(where: { $0.masks.isEmpty }) {
            throw WorkError("\(empty.id) has none of \(kept.map(\.rawValue).joined(separator: ", ")).")
        }
        let dataset = Dataset(
            name: name, created: ISO8601DateFormatter().string(from: Date()), structures: kept,
            patients: listed.sorted { $0.id < $1.id }, isPartial: isPartial)
        return Built(dataset: dataset, notes: notes)
    }

    private static func shortened(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
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
            throw WorkError(
                "Several patients are called \(twice.joined(separator: ", ")). Give their folders different names.")
        }
        return named
    }

    private func read(_ source: PatientSource) throws -> Read {
        var notes = Notes()
        let about = try PatientFile.read(in: source.folder)
        let image = try DatasetReader.image(
            CaseSource(
                url: source.image, seriesUID: source.seriesUID, volume: source.volume, repairs: source.repairs),
            notes: &notes)
        let grid = image.volume.geometry
        var masks: [String: MaskSource] = [:]
        var leftOut: [StructureName: String] = [:]
        let wanted = source.contours.filter { structures?.contains($0.structure) ?? true }
        let files = Dictionary(grouping: wanted, by: \.file).sorted { $0.key.path < $1.key.path }
        for (file, contours) in files {
            let read = try DatasetReader.masks(file, for: image, notes: &notes)
            for contour in contours {
                let region = contour.region ?? contour.structure.rawValue
                guard let mask = read.masks[region] else {
                    leftOut[contour.structure] = read.leftOut[region] ?? "it is not in \(file.lastPathComponent)"
                    continue
                }
                masks[contour.structure.rawValue] = MaskSource(
                    path: folder.relative(file), region: contour.region, digest: MaskDigest.digest(of: mask))
            }
        }
        for (structure, reason) in source.leftOut { leftOut[structure] = reason }
        let patient = DatasetPatient(
            id: source.id, subject: about.subject ?? source.subject, site: about.site, pathologies: about.pathologies,
            image: ImageSource(
                path: folder.relative(source.image), seriesUID: source.seriesUID, volume: source.volume,
                digest: image.record.contentDigest,
                repairs: source.repairs.isEmpty ? nil : source.repairs.map(\.rawValue).sorted()),
            masks: masks, size: grid.size, spacing: grid.spacing, seenSlices: source.seenSlices)
        return Read(patient: patient, notes: notes, leftOut: leftOut)
    }
}

/// Work on many things, two at a time: images take memory, and reading them is half waiting.
package enum PairwiseWork {
    /// What `work` makes of each element, in order.
    /// - Parameter progress: told how many are done and how many there are, from any thread, one call at a time.
    package static func map<T: Sendable, R: Sendable>(
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
