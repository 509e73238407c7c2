import CaseStore
import Cases
import Dicom
import Files
import Foundation
import Volumes

/// Copies of CT series that name nobody. A copy is written anew from voxels and grid, so that no attribute of the
/// original is left in it that somebody forgot to take out. Patient and UIDs become keyed hashes (HMAC-SHA-256): the same
/// key gives the same pseudonyms, and without it nobody can try out names.
package struct Pseudonymised {
    private let hasher: PatientHasher
    /// Where the copies go.
    private let folder: URL

    /// A maker of copies below a data folder.
    /// - Parameter keyFile: made, for the owner alone, if it is not there; refused inside the data folder, where whoever
    ///   has the pseudonyms would have the key too.
    package init(keyFile path: String, home: URL) throws {
        let key = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        guard !(key.path + "/").hasPrefix(home.resolvingSymlinksInPath().path + "/") else {
            throw WorkError("The key must not lie in the data folder: keep it apart from the pseudonyms.")
        }
        hasher = try PatientHasher(keyFile: key)
        folder = DataFolder(home).pseudonymised
    }

    /// Whether a case is such a copy.
    package static func holds(_ record: CaseRecord, home: URL) -> Bool {
        record.source.hasPrefix(DataFolder(home).pseudonymised.standardizedFileURL.path + "/")
    }

    /// Writes the copy of a series, or finds it where it was made before, and reads it.
    /// - Throws: ``WorkError`` for an image that is not DICOM, or one whose grid the copy cannot state.
    package func copy(of original: LoadedCase) throws -> LoadedCase {
        guard let reference = original.reference, let series = original.record.seriesUID else {
            throw WorkError("Only DICOM can be pseudonymised: other files may name the patient where nobody looks.")
        }
        let identity = try reference.patientIdentity()
        guard !identity.isEmpty else {
            throw WorkError("A series names no patient, so there is nothing to pseudonymise.")
        }
        let patient = String(hasher.hash(identity).hash.prefix(16)).uppercased()
        let volume = original.record.volume.map { "\u{1f}" + $0 } ?? ""
        let seed = hasher.hash("series\u{1f}" + series + volume).hash
        let place = folder.appendingPathComponent(String(seed.prefix(32)))
        if !place.isExistingFolder { try write(original.volume, patient: patient, seed: seed, to: place) }
        let copy = try LoadedCase.read(CaseSource(url: place))
        guard Self.isSame(copy.volume, original.volume) else {
            throw WorkError("The copy at \(place.path) is not the image it should be. Remove it and import again.")
        }
        // Structure sets beside the image keep to themselves: planning systems write patients into their file names.
        let beside = Set(original.warningsBeside)
        return copy.warned(
            of: original.record.warnings.filter { !beside.contains($0) }, repairs: original.record.repairs,
            acquisition: original.record.acquisition)
    }

    private func write(_ volume: Volume, patient: String, seed: String, to place: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let making = folder.appendingPathComponent(".making-\(getpid())")
        try? FileManager.default.removeItem(at: making)
        defer { try? FileManager.default.removeItem(at: making) }
        try CTSeriesWriter.write(
            volume, to: making,
            pseudonym: DicomPseudonym(
                patientName: "Pseudonym^\(patient)", patientID: patient, date: "19000101", time: "000000",
                bodyPart: ""),
            seed: seed)
        guard rename(making.path, place.path) == 0 || place.isExistingFolder else {
            throw WorkError("\(place.path) cannot be made: \(String(cString: strerror(errno))).", .failed)
        }
    }

    /// The original of a pseudonymised case, found by its voxels: what was drawn on the copy then belongs to it.
    /// - Parameter repairs: what was resampled when the copy was made: the case's, of which the copy itself says nothing.
    /// - Throws: ``WorkError`` if no series there has the same voxels on the same grid.
    package static func original(
        of copy: LoadedCase, repairs: Set<CTRepair>, in path: String
    ) throws -> LoadedCase {
        let folder = URL(fileURLWithPath: path).standardizedFileURL
        for series in try DicomFolder.scan(folder, repairs: repairs).series where series.modality == "CT" {
            guard case .success(let grid) = series.geometry, grid.agrees(with: copy.volume.geometry) else { continue }
            let source = CaseSource(
                url: folder, seriesUID: series.seriesUID, volume: series.volume, repairs: repairs)
            let loaded = try LoadedCase.read(source)
            if isSame(loaded.volume, copy.volume) { return loaded }
        }
        throw WorkError("No series at \(path) has the voxels of case \(copy.record.id).")
    }

    /// The same voxels, on grids that differ by the rounding of the numbers in the files alone.
    private static func isSame(_ one: Volume, _ other: Volume) -> Bool {
        one.geometry.agrees(with: other.geometry)
            && zip(one.slices, other.slices).allSatisfy { $0.values == $1.values }
    }
}
