import Cases
import Digests
import Foundation
import Networks

/// What a model can be copied out as.
public enum ModelFileFormat: String, Hashable, Sendable, CaseIterable {
    /// The file as it is, which Pleura reads again.
    case safetensors
    /// The network alone, for other programs; see ``Networks/OnnxModel``.
    case onnx
    /// The network alone, for PyTorch and libtorch; see ``Networks/TorchScriptModel``. Of somebody else's network the file
    /// that was imported.
    case torchscript

    /// What names of such files end in, the usual one first.
    public var fileExtensions: [String] { self == .torchscript ? TorchScriptFile.extensions : [rawValue] }

    /// The bytes of a model's file in this format, with their SHA-256, hexadecimal.
    /// - Parameters:
    ///   - name: what the model is called, which a network that stands alone tells in its metadata; a second network tells
    ///     its own.
    ///   - part: which of two networks; `nil` for the whole file, and, in formats that hold one network, for the first.
    /// - Throws: `CocoaError` if the file cannot be read; as ``ModelFile/init(contentsOf:)``; ``Networks/EngineError`` if its
    ///   weights are not its network's, or there is no engine that writes TorchScript.
    public func copy(
        of url: URL, as name: ModelName, part: ModelFile.Part? = nil
    ) throws -> (data: Data, digest: String) {
        let data: Data
        switch (self, part) {
        case (.safetensors, nil): data = try Data(contentsOf: url)
        case (.safetensors, let part?): data = try ModelFile(contentsOf: url).alone(part).encoded()
        case (.onnx, _):
            let model = try ModelFile(contentsOf: url).alone(part ?? .first)
            data = try model.onnx(as: part == .second ? model.header.name : name).data
        case (.torchscript, _):
            let model = try ModelFile(contentsOf: url).alone(part ?? .first)
            let own = part == .second ? model.header.name : name
            data = try model.program ?? model.torchScript(as: own, engine: try .load()).data
        }
        let digest = SHA256Digest()
        data.withUnsafeBytes { digest.update($0) }
        return (data, digest.finish())
    }
}

extension ModelFile {
    /// The first network as an ONNX file that keeps the metadata, the recipe among it: what prepares its input and what has to
    /// happen to its output.
    /// - Throws: ``Networks/EngineError`` if the weights are not the network's, or the network is somebody else's.
    public func onnx(as name: ModelName) throws(EngineError) -> OnnxModel {
        guard header.recipe.torchScript == nil else {
            throw .unusable("its network is somebody else's TorchScript file, which is not taken apart")
        }
        return try OnnxModel(
            configuration: header.recipe.network, weights: weights, name: name.rawValue,
            metadata: metadataAlone(as: name))
    }

    /// The first network as a TorchScript file that keeps the same metadata.
    /// - Throws: ``Networks/EngineError`` if the weights are not the network's, or the network is somebody else's: then its
    ///   file is ``program``.
    public func torchScript(as name: ModelName, engine: TorchEngine) throws(EngineError) -> TorchScriptModel {
        guard header.recipe.torchScript == nil else { throw .unusable("its network is a TorchScript file already") }
        return try TorchScriptModel(
            configuration: header.recipe.network, weights: weights, metadata: metadataAlone(as: name), engine: engine)
    }

    /// What a network that stands alone says of itself.
    private func metadataAlone(as name: ModelName) -> [String: String] {
        var metadata = header.metadata
        metadata["name"] = name.rawValue
        let classes = header.recipe.structures.map(\.rawValue)
        metadata["classes"] = ((header.recipe.firstStructureChannel > 0 ? ["background"] : []) + classes)
            .joined(separator: ",")
        return metadata
    }
}
