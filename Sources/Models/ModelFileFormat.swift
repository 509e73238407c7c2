import Digests
import Foundation
import Networks

/// What a model can be copied out as.
public enum ModelFileFormat: String, Hashable, Sendable, CaseIterable {
    /// The file as it is, which Pleura reads again.
    case safetensors
    /// The network alone, for other programs; see ``Networks/OnnxModel``.
    case onnx

    /// The bytes of a model's file in this format, with their SHA-256, hexadecimal.
    /// - Throws: `CocoaError` if the file cannot be read; as ``ModelFile/init(contentsOf:)``; ``Networks/EngineError`` if its
    ///   weights are not its network's.
    public func copy(of url: URL) throws -> (data: Data, digest: String) {
        let data: Data
        switch self {
        case .safetensors: data = try Data(contentsOf: url)
        case .onnx: data = try ModelFile(contentsOf: url).onnx().data
        }
        let digest = SHA256Digest()
        data.withUnsafeBytes { digest.update($0) }
        return (data, digest.finish())
    }
}

extension ModelFile {
    /// The network as an ONNX file that keeps the metadata, the recipe among it: what prepares its input and what has to
    /// happen to its output.
    /// - Throws: ``Networks/EngineError`` if the weights are not the network's, or the network is somebody else's.
    public func onnx() throws(EngineError) -> OnnxModel {
        guard header.recipe.torchScript == nil else {
            throw .unusable("its network is somebody else's TorchScript file, which is not taken apart")
        }
        guard second == nil else {
            throw .unusable(
                "it holds two networks and rules that put their answers together. Export the files that it was made of")
        }
        var metadata = header.metadata
        let classes = header.recipe.structures.map(\.rawValue)
        metadata["classes"] = ((header.recipe.firstStructureChannel > 0 ? ["background"] : []) + classes)
            .joined(separator: ",")
        return try OnnxModel(
            configuration: header.recipe.network, weights: weights, name: header.name.rawValue, metadata: metadata)
    }
}
