import CaseWork
import Cases
import Dicom
import Foundation
import ImageValues
import Volumes

/// Finds CT series with the structure sets that were drawn on them, however the folders are laid out: TCIA's
/// `<patient>/<study>/<series>/*.dcm` as LCTSC has it, `<patient>/CT/*.dcm` with `RTSTRUCT.dcm`, or all in one folder.
///
/// What belongs together is told by the structure set, which names its series. A patient is called after the first
/// folder that not all of the found files share.
enum DicomPatients {
    /// The patients below a folder, and what was left out and why.
    /// - Parameters:
    ///   - wanted: the structures to take; `nil` for those of TG-263 that Pleura knows.
    ///   - repairs: what may be resampled where a series makes no regular volume.
    /// - Throws: ``ImageFormatsError`` if the folder cannot be read.
    static func find(
        _ folder: URL, wanted: [StructureName]?, repairs: Set<CTRepair> = []
    ) throws -> (found: [PatientSource], notes: [String]) {
        let scan = try DicomFolder.scan(folder, repairs: repairs)
        var notes = scan.skipped.filter { !$0.isForeign }.map {
            "\($0.path) was skipped: \($0.reason)."
        }
        var sets: [String: [(file: URL, set: RTStruct)]] = [:]
        for file in scan.structureSets {
            let set: RTStruct
            do throws(ImageFormatsError) {
                set = try RTStructReader.read(file)
            } catch {
                notes.append("\(file.path) is left out: \(error.description)")
                continue
            }
            let series = scan.series.filter { set.refers(toSeries: $0.seriesUID) }
            // One that names no series goes with the only one of its frame of reference.
            let others = scan.series.filter { $0.frameOfReferenceUID == set.frameOfReferenceUID }
            guard let uid = series.first?.seriesUID ?? (others.count == 1 ? others[0].seriesUID : nil) else {
                notes.append("\(file.path) is left out: its CT series is not here.")
                continue
            }
            sets[uid, default: []].append((file, set))
        }
        var found: [PatientSource] = []
        for series in scan.series {
            guard let sets = sets[series.seriesUID], let first = sets.first else { continue }
            guard sets.count == 1 else {
                notes.append(
                    "\(URL.deepestFolder(of: series.files).path) is left out: \(sets.count) structure sets were drawn on it. Keep "
                        + "one: \(sets.map(\.file.path).sorted().joined(separator: ", ")).")
                continue
            }
            if series.volume != nil, !isDrawn(first.set, on: series) {
                // Said once: of several volumes of a series all but one are usually passed over.
                let volumes = scan.series.filter { $0.seriesUID == series.seriesUID }
                if volumes.first?.volume == series.volume, !volumes.contains(where: { isDrawn(first.set, on: $0) }) {
                    notes.append(
                        "\(first.file.path) is left out: the series holds \(volumes.count) volumes, and its contours name "
                            + "images of none of them.")
                }
                continue
            }
            let contours = contours(of: first.set, in: first.file, wanted: wanted)
            guard !contours.isEmpty else {
                let names = first.set.structures.map(\.name).joined(separator: ", ")
                notes.append("\(first.file.path) is left out: it has no structure that is asked for, but \(names).")
                notes += first.set.warnings.map { "\(first.file.path): \($0)" }
                continue
            }
            let image = URL.deepestFolder(of: series.files)
            found.append(
                PatientSource(
                    id: "", folder: URL.deepestFolder(of: series.files + [first.file]), image: image,
                    seriesUID: series.seriesUID, volume: series.volume, repairs: repairs, contours: contours,
                    leftOut: leftOut(of: first.set, wanted: wanted)))
        }
        let lonely = scan.series.count - found.count
        if lonely > 0, !found.isEmpty { notes.append("\(lonely) CT series have no structure set of their own.") }
        return (named(found, below: folder), notes)
    }

    /// Whether a structure set names images of a volume: of the volumes of one series it was drawn on that one.
    private static func isDrawn(_ set: RTStruct, on volume: DicomSeries) -> Bool {
        set.structures.contains { $0.contours.contains { volume.instanceUIDs.contains($0.sopInstanceUID) } }
    }

    /// Names patients by the first folder that tells them apart; several series of one folder count as one person.
    private static func named(_ found: [PatientSource], below folder: URL) -> [PatientSource] {
        let paths = found.map { $0.folder.standardizedFileURL.pathComponents }
        guard var shared = paths.first?.count else { return [] }
        for path in paths { shared = min(shared, zip(paths[0], path).prefix { $0 == $1 }.count) }
        var names = paths.map { $0.count > shared ? $0[shared] : folder.standardizedFileURL.lastPathComponent }
        let persons = names
        var counts: [String: Int] = [:]
        for index in names.indices {
            counts[names[index], default: 0] += 1
            if let count = counts[names[index]], count > 1 { names[index] += "-\(count)" }
        }
        return zip(found, zip(names, persons)).map { source, name in
            var source = source
            source.id = name.0
            source.subject = name.0 == name.1 ? nil : name.1
            return source
        }
    }

    private static func contours(
        of set: RTStruct, in file: URL, wanted: [StructureName]?
    ) -> [PatientSource.Contour] {
        var taken: Set<StructureName> = []
        return set.structures.compactMap { structure in
            let name = structureName(structure.name, wanted: wanted)
            guard let name, taken.insert(name).inserted else { return nil }
            return PatientSource.Contour(structure: name, file: file, region: structure.name)
        }
    }

    /// The structures that a set names and of which it has no whole contours.
    private static func leftOut(of set: RTStruct, wanted: [StructureName]?) -> [StructureName: String] {
        var reasons: [StructureName: String] = [:]
        for structure in set.leftOut {
            if let name = structureName(structure.name, wanted: wanted) { reasons[name] = structure.reason }
        }
        return reasons
    }

    /// The structure that a region's name stands for: the name itself where it is asked for, a known one that differs
    /// in case, blanks and word order, or none.
    static func structureName(_ region: String, wanted: [StructureName]?) -> StructureName? {
        StructureCatalogue.current.structure(spelled: region, among: wanted)
    }
}
