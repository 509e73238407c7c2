import CaseStore
import Cases
import Foundation
import Volumes

/// Several readings of one image: the filed readings of a case, and masks of any format, one reader a path.
package struct ReaderMasks {
    /// A structure that at least two readers have read.
    package struct Structure {
        /// Its name.
        package let name: StructureName
        /// Which readers have read it, as indices into ``ReaderMasks/readers``; in order.
        package let readers: [Int]
        /// Their masks, all on one grid; an empty one says that the reader found none.
        package let masks: [Mask]
    }

    /// What the readers are called: people by the name under which they filed, masks by where they were read.
    package let readers: [String]
    /// In the structures' usual order.
    package let structures: [Structure]
    /// The grid of all masks.
    package let geometry: GridGeometry
    /// 2 for files of a single slice that are measured in 2D, otherwise 3.
    package let dimensions: Int
    /// The image, where one is known; DICOM objects refer to it.
    package let loaded: LoadedCase?

    /// What one reader said.
    fileprivate struct One {
        var name: String
        var masks: [StructureName: Mask]
        var dimensions = 3
        /// Whether something of it could not be read, so that what is there may not be all.
        var isIncomplete = false
    }

    /// Reads all readings of one image.
    /// - Parameters:
    ///   - queries: at least one: masks as ``ComparedMasks`` reads them, and cases as
    ///     ``CaseStore/CaseStoring/findCase(named:)`` takes them, of which the first reader's newest correction and every
    ///     second reader's newest filed reading are taken.
    ///   - ct: the CT that masks belong to; a case knows its own.
    ///   - store: where cases are; `nil` where there is none yet.
    ///   - notes: takes in what is to be said of image, masks and readings, and which structures are left out.
    /// - Throws: ``WorkError`` unless there are two readings of one image; what reading says.
    package static func read(
        _ queries: [String], ct: CaseSource?, in store: (any CaseStoring)?,
        by conventions: StructureConventions, notes: inout Notes
    ) throws -> ReaderMasks {
        let paths = try queries.filter { try ComparedMasks.areMasks(at: $0) && store?.hasCase(imagedAt: $0) != true }
        let cases = queries.filter { !paths.contains($0) }
        var readers: [One] = []
        var loaded: LoadedCase?
        let geometry: GridGeometry
        if cases.isEmpty {
            let read = try ComparedMasks.read(all: paths, ct: ct, by: conventions, notes: &notes)
            guard let first = read.sides.first else { throw WorkError("Name the readings: cases or masks.") }
            loaded = read.ct
            geometry = loaded?.volume.geometry ?? first.geometry
            readers = try zip(paths, read.sides).map { try One($0, $1, on: geometry, &notes) }
        } else {
            guard ct == nil else { throw WorkError("--ct goes with masks; a case knows its CT.") }
            guard let store else {
                throw WorkError("\(cases[0]) holds no masks, and there are no cases in the data folder.")
            }
            let (image, filed) = try Self.filed(cases, in: store, notes: &notes)
            geometry = image.volume.geometry
            let sides = try ComparedMasks.read(all: paths, on: image, by: conventions, notes: &notes)
            readers = try filed + zip(paths, sides).map { try One($0, $1, on: geometry, &notes) }
            loaded = image
        }
        guard readers.count > 1 else {
            throw WorkError(
                "There is one reading only, \(readers.first?.name ?? "none"): there is nothing to bring together. Name "
                    + "another, or have the case read a second time: pleura review --blinded CASE.")
        }
        guard readers.count <= 64 else { throw WorkError("\(readers.count) readings are more than 64.") }
        guard Set(readers.map(\.dimensions)).count == 1 else {
            throw WorkError("Some readings have two dimensions and some three.")
        }
        readers = Self.underOneName(Self.toldApart(readers), &notes)
        return ReaderMasks(
            readers: readers.map(\.name), structures: Self.structures(of: readers, &notes), geometry: geometry,
            dimensions: readers[0].dimensions, loaded: loaded)
    }

    /// The filed readings of cases that are one image, and that image.
    private static func filed(
        _ queries: [String], in store: any CaseStoring, notes: inout Notes
    ) throws -> (LoadedCase, [One]) {
        let records = try queries.map { try store.caseRecord(try store.findCase(named: $0)) }
        let first = records[0]
        for other in records.dropFirst() where other.contentDigest != first.contentDigest {
            throw WorkError("Cases \(first.id) and \(other.id) are not readings of one image.")
        }
        notes.add(first.warnings)
        let loaded = try LoadedCase.read(first.caseSource, notes: &notes)
        guard loaded.record.contentDigest == first.contentDigest else {
            throw WorkError("The image at \(first.source) is no longer the one that was reviewed.")
        }
        var found: [One] = []
        var seen: Set<CaseID> = []
        for record in records where seen.insert(record.id).inserted {
            let second = try store.readings(of: record.id).compactMap(\.correction)
            let keys = [try store.newestCorrection(of: record.id)].compactMap { $0 } + second
            guard !keys.isEmpty else {
                throw WorkError("Case \(record.id) has no filed reading yet. Review and accept it first.")
            }
            let corrections = try keys.map { ($0, try store.correction($0)) }
            for (key, correction) in corrections {
                if key.caseID == record.id, key.revision > 1,
                    corrections.contains(where: { $0.0.caseID != record.id && $0.1.filedAt <= correction.filedAt })
                {
                    notes.add(
                        "Revision \(key.revision) of \(correction.reviewer) was filed after a second reading: if it brought the "
                            + "readings together, it is none of its own.")
                }
                guard correction.status != .rejected else {
                    notes.add("\(correction.reviewer) has rejected the case and is left out.")
                    continue
                }
                if let verdict = try store.approval(of: key)?.verdict, verdict != .approved {
                    notes.add(
                        verdict == .requested
                            ? "The reading of \(correction.reviewer) is waiting for a second person's approval."
                            : "The reading of \(correction.reviewer) was sent back.")
                }
                notes.add(CorrectionExport.notes(on: correction, of: record), about: correction.reviewer)
                var masks = try correction.masks.mapValues { try $0.adopting(loaded.volume.geometry) }
                // What was reviewed and has no voxel was found to be empty, which is a reading too.
                for outcome in correction.outcomes where masks[outcome.name] == nil {
                    masks[outcome.name] = Mask(geometry: loaded.volume.geometry)
                }
                found.append(One(name: correction.reviewer, masks: masks))
            }
        }
        return (loaded, found)
    }

    /// Readers of one name are numbered, so that nobody is taken for somebody else.
    private static func toldApart(_ readers: [One]) -> [One] {
        var seen: [String: Int] = [:]
        let counts = Dictionary(grouping: readers, by: \.name).mapValues(\.count)
        return readers.map { reader in
            guard counts[reader.name] ?? 1 > 1 else { return reader }
            seen[reader.name, default: 0] += 1
            var told = reader
            told.name += " (\(seen[reader.name] ?? 1))"
            return told
        }
    }

    /// Readers who have one mask each mean the same structure, whatever their files are called.
    private static func underOneName(_ readers: [One], _ notes: inout Notes) -> [One] {
        let names = readers.compactMap { $0.masks.count == 1 ? $0.masks.keys.first : nil }
        // Where something was left out, the one that remains may be another.
        guard names.count == readers.count, Set(names).count > 1, !readers.contains(where: \.isIncomplete) else {
            return readers
        }
        let list = names.map(\.rawValue).joined(separator: ", ")
        notes.add("\(list) were taken for one structure, \(names[0]): each reader has one mask.")
        return readers.map { reader in
            var renamed = reader
            renamed.masks = Dictionary(
                reader.masks.values.map { (names[0], $0) }, uniquingKeysWith: { first, _ in first })
            return renamed
        }
    }

    /// What at least two readers have read.
    private static func structures(of readers: [One], _ notes: inout Notes) -> [Structure] {
        Set(readers.flatMap(\.masks.keys)).sorted().compactMap { name in
            let having = readers.indices.filter { readers[$0].masks[name] != nil }
            let lacking = readers.indices.filter { !having.contains($0) }.map { readers[$0].name }
            guard having.count > 1 else {
                notes.add("\(name) was read by \(readers[having[0]].name) alone and is left out.")
                return nil
            }
            if !lacking.isEmpty {
                notes.add("\(name) was not read by \(lacking.joined(separator: ", ")): it is that of the others.")
            }
            return Structure(name: name, readers: having, masks: having.compactMap { readers[$0].masks[name] })
        }
    }
}

extension ReaderMasks.One {
    /// What was read at a path, on the grid of all.
    fileprivate init(_ path: String, _ side: ComparedMasks, on grid: GridGeometry, _ notes: inout Notes) throws {
        name = path
        dimensions = side.dimensions
        do {
            masks = try side.masks.mapValues { try $0.adopting(grid) }
        } catch let error as VolumesError {
            throw WorkError("\(path) is not on the grid of the others: \(error.description)")
        }
        isIncomplete = !side.reading.leftOut.isEmpty
        for (structure, reason) in side.reading.leftOut.sorted(by: { $0.key < $1.key }) {
            notes.add("\(structure) was left out (\(reason)).", about: path)
        }
    }
}
