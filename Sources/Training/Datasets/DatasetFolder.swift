import Files
import Foundation

/// A dataset on the disk: a folder with `dataset.json`, the cache of prepared slices in `cache/`, and the masks of
/// Pleura's own corrections in `corrections/`.
public struct DatasetFolder: Hashable, Sendable {
    /// The folder.
    public let url: URL

    /// A folder that is there or is to be made.
    public init(url: URL) { self.url = url.standardizedFileURL }

    /// The list of patients.
    public var file: URL { url.appendingPathComponent("dataset.json") }
    /// Where prepared slices are kept; may be deleted at any time.
    public var cache: URL { url.appendingPathComponent("cache") }

    /// Whether there is a dataset.
    public var exists: Bool { FileManager.default.fileExists(atPath: file.path) }

    /// Reads the list of patients.
    /// - Throws: ``DatasetError`` if there is none, it is damaged, newer than this program, or contradicts itself.
    public func read() throws(DatasetError) -> Dataset {
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw DatasetError("\(url.path) is not a dataset: it has no dataset.json. Make one: pleura dataset build.")
        }
        guard data.count < 1 << 28 else { throw DatasetError("\(file.path) is too large for a list of patients.") }
        struct Mark: Decodable {
            let format: String
            let version: Int
        }
        guard let mark = try? JSONDecoder().decode(Mark.self, from: data), mark.format == Dataset.formatName else {
            throw DatasetError("\(file.path) is not Pleura's list of a dataset.")
        }
        guard mark.version == Dataset.currentVersion else {
            throw DatasetError(
                "\(file.path) is of version \(mark.version); this program reads \(Dataset.currentVersion).")
        }
        let dataset: Dataset
        do {
            dataset = try JSONDecoder().decode(Dataset.self, from: data)
        } catch {
            throw DatasetError("\(file.path) is damaged: \(Self.place(of: error)).")
        }
        try Self.check(dataset, file.path)
        return dataset
    }

    /// Writes the list of patients, whole or not at all.
    /// - Throws: ``DatasetError``.
    public func write(_ dataset: Dataset) throws(DatasetError) {
        try Self.check(dataset, file.path)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(dataset) else {
            throw DatasetError("\(file.path) cannot be written: a value in it is not a number.", isFailure: true)
        }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try WholeFile.write(data + Data("\n".utf8), to: file)
        } catch {
            throw DatasetError("\(file.path) cannot be written: \(error).", isFailure: true)
        }
    }

    /// A path of the list as a place on this machine.
    public func resolve(_ path: String) -> URL {
        path.hasPrefix("/")
            ? URL(fileURLWithPath: path) : url.appendingPathComponent(path).standardizedFileURL
    }

    /// How a place is written into the list: relative to the folder, so that both can be moved together.
    public func relative(_ place: URL) -> String {
        let from = url.pathComponents
        let to = place.standardizedFileURL.pathComponents
        let shared = zip(from, to).prefix { $0 == $1 }.count
        // With nothing in common but the root, the place as it is reads better.
        guard shared > 1 else { return place.standardizedFileURL.path }
        return (Array(repeating: "..", count: from.count - shared) + to[shared...]).joined(separator: "/")
    }

    private static func check(_ dataset: Dataset, _ place: String) throws(DatasetError) {
        let ids = dataset.patients.map(\.id)
        guard Set(ids).count == ids.count else { throw DatasetError("\(place): a patient is listed twice.") }
        guard dataset.structures.count <= 8, !dataset.structures.isEmpty else {
            throw DatasetError("\(place): a dataset has one to eight structures.")
        }
        for patient in dataset.patients where !(patient.size.voxelCount > 0 && patient.size.x < 1 << 16) {
            throw DatasetError("\(place): the size of patient \(patient.id) is \(patient.size).")
        }
        guard let split = dataset.split else { return }
        let parts = DatasetSplit.Part.allCases.flatMap { split.ids(of: $0) }
        guard Set(parts).count == parts.count else { throw DatasetError("\(place): a patient is in two parts.") }
        guard Set(parts).isSubset(of: ids) else {
            throw DatasetError("\(place): the split names a patient that is not listed.")
        }
    }

    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is no JSON" }
        func path(_ context: DecodingError.Context) -> String {
            let names = context.codingPath.map(\.stringValue).joined(separator: ".")
            return names.isEmpty ? context.debugDescription : "\(names): \(context.debugDescription)"
        }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return path(context)
        case .keyNotFound(let key, let context): return "\(key.stringValue) is missing, \(path(context))"
        @unknown default: return "it is no JSON of this form"
        }
    }
}
