import Digests
import Foundation

/// Prepared slices of a dataset's patients on the disk, a file a patient, made when they are first asked for.
///
/// A file's name is a digest of what it was made from: image, masks, seen slices, structures, and the preprocessing.
/// A patient whose contours change, or another recipe, gets another file; a damaged file is made again.
public struct SliceCache: Sendable {
    private let folder: URL
    private let preprocessing: String

    /// A cache in a folder.
    /// - Parameter preprocessing: a text that is the same exactly where slices are prepared in the same way: the
    ///   digest of a recipe's preprocessing and structures.
    public init(folder: URL, preprocessing: String) {
        self.folder = folder
        self.preprocessing = preprocessing
    }

    /// Opens a patient's slices, and makes them with `prepare` where they are not there yet.
    /// - Parameter proposals: a digest of what was proposed, where that is part of them.
    /// - Throws: ``DatasetError`` if they cannot be written; whatever `prepare` throws.
    public func open(
        _ patient: DatasetPatient, structures: [String], proposals: String? = nil,
        prepare: () throws -> PreparedPatient
    ) throws -> CachedPatient {
        let url = file(of: patient, structures: structures, proposals: proposals)
        if let cached = CachedPatient(at: url) { return cached }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw DatasetError("\(folder.path) cannot be made: \(error.localizedDescription).", isFailure: true)
        }
        try CachedPatient.write(try prepare(), to: url)
        guard let cached = CachedPatient(at: url) else {
            throw DatasetError("\(url.path) is damaged though it was just written: check the disk.", isFailure: true)
        }
        return cached
    }

    /// Where a patient's slices are.
    public func file(of patient: DatasetPatient, structures: [String], proposals: String? = nil) -> URL {
        var parts = [preprocessing, patient.image.digest]
        parts += structures.map { "\($0)=\(patient.masks[$0]?.digest ?? "none")" }
        parts.append(patient.seenSlices.map { $0.map(String.init).joined(separator: ",") } ?? "all")
        if let proposals { parts.append("proposals=\(proposals)") }
        let name = MaskDigest.name(of: parts)
        return folder.appendingPathComponent("\(name).slices")
    }
}

extension MaskDigest {
    /// A short name for a list of texts, in hexadecimal.
    static func name(of parts: [String]) -> String {
        String(SHA256Digest.hex(of: parts.joined(separator: "\n")).prefix(32))
    }
}
