import Cases
import Files
import Foundation
import Models
import Networks

/// What a training leaves on the disk: `checkpoint.safetensors` to go on from, `best.safetensors`, the model of the
/// best epoch, and `curve.csv` and `curve.svg`. Each file is replaced whole.
public struct TrainingFolder: Hashable, Sendable {
    /// The folder.
    public let url: URL

    /// A folder that is there or is to be made.
    public init(url: URL) { self.url = url.standardizedFileURL }

    /// What training goes on from.
    public var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
    /// The best epoch's model.
    public var best: URL { url.appendingPathComponent("best.safetensors") }
    /// The best epoch's model in half precision, written when training is over.
    public var model: URL { url.appendingPathComponent("model.safetensors") }
    /// The course of training as numbers.
    public var curveCSV: URL { url.appendingPathComponent("curve.csv") }
    /// The course of training as a picture.
    public var curveSVG: URL { url.appendingPathComponent("curve.svg") }

    /// Whether a training was begun here.
    public var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: checkpoint.path) }

    private static let format = "pleura-checkpoint"
    private static let version = "1"

    /// Makes the folder.
    /// - Throws: ``TrainingError``.
    public func create() throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw TrainingError("\(url.path) cannot be made: \(error.localizedDescription).")
        }
    }

    /// Writes a checkpoint.
    func write(_ checkpoint: Checkpoint) throws {
        let tensors =
            checkpoint.weights.map { NamedTensor(name: "weights/\($0.name)", shape: $0.shape, values: $0.values) }
            + checkpoint.optimiser.map { NamedTensor(name: "optimiser/\($0.name)", shape: $0.shape, values: $0.values) }
        let metadata = [
            "format": Self.format, "version": Self.version, "recipe": try Self.json(checkpoint.recipe),
            "state": try Self.json(checkpoint.state), "dataset": checkpoint.dataset,
        ]
        try SafetensorsFile(metadata: metadata, tensors: tensors).write(to: self.checkpoint)
    }

    /// Reads the checkpoint.
    /// - Throws: ``TrainingError`` if there is none, or it is none; ``SafetensorsError`` if it is damaged.
    public func readCheckpoint() throws -> Checkpoint {
        guard hasCheckpoint else {
            throw TrainingError("\(url.path) has no checkpoint to resume from. Train without --resume.")
        }
        let file = try SafetensorsFile(contentsOf: checkpoint)
        func text(_ key: String) throws(TrainingError) -> String {
            guard let text = file.metadata[key] else {
                throw TrainingError("\(checkpoint.path) is no checkpoint of a training: it has no \(key).")
            }
            return text
        }
        guard try text("format") == Self.format, try text("version") == Self.version else {
            throw TrainingError("\(checkpoint.path) is no checkpoint that this program wrote.")
        }
        func part(_ prefix: String) -> [NamedTensor] {
            file.tensors.filter { $0.name.hasPrefix(prefix) }.map {
                NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
            }
        }
        let decoder = JSONDecoder()
        do {
            return Checkpoint(
                recipe: try decoder.decode(Recipe.self, from: Data(try text("recipe").utf8)),
                dataset: try text("dataset"),
                state: try decoder.decode(TrainerState.self, from: Data(try text("state").utf8)),
                weights: part("weights/"), optimiser: part("optimiser/"))
        } catch let error as DecodingError {
            throw TrainingError("\(checkpoint.path) is of another version of Pleura: \(error).")
        }
    }

    /// Writes the course of training.
    func write(_ curve: TrainingCurve, title: String, epochs: Int) throws(TrainingError) {
        do {
            try WholeFile.write(Data(curve.csv.utf8), to: curveCSV)
            try WholeFile.write(Data(curve.svg(title: title, epochs: epochs).utf8), to: curveSVG)
        } catch {
            throw TrainingError("The learning curve cannot be written to \(url.path): \(error).")
        }
    }

    /// Writes the best epoch's model. Nothing of the clock is in it, so that a resumed training writes the same.
    func writeBest(_ weights: [NamedTensor], recipe: Recipe, point: CurvePoint, dataset: String) throws {
        var metadata = ["epoch": "\(point.epoch)", "dataset": dataset]
        if let score = point.surfaceDice { metadata["validation_surface_dice_2mm"] = "\(score)" }
        try ModelFile(name: modelName, recipe: recipe, weights: weights, metadata: metadata).write(to: best)
    }

    /// What the model is called: as the folder, as far as that is a name; version 0 where it has none.
    var modelName: ModelName {
        let parts = url.lastPathComponent.split(separator: "@", omittingEmptySubsequences: false)
        let hasVersion = parts.count == 2 && !parts[1].isEmpty && parts[1].allSatisfy(\.isNumber)
        let stem = hasVersion ? String(parts[0]) : url.lastPathComponent
        let isName = RecipeField.isPlainName(stem)
        return ModelName(rawValue: "\(isName ? stem : "model")@\(hasVersion ? String(parts[1]) : "0")")
    }

    /// Writes the finished model in half precision, with what is to be known of it.
    /// - Throws: ``SafetensorsError``, ``ModelFileError``.
    public func writeModel(metadata: [String: String]) throws {
        let best = try ModelFile(contentsOf: best)
        try ModelFile(
            name: best.header.name, recipe: best.header.recipe, weights: best.weights,
            metadata: best.header.metadata.merging(metadata) { $1 }
        ).write(to: model, as: .float16)
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
