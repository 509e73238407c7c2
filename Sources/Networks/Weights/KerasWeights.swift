import CHdf5
import Foundation

/// The weights of a Keras model in an `.h5` file, layer by layer in the order of the network.
///
/// Reads what Keras 2 and 3 write with `model.save("x.h5")` and `save_weights("x.h5")`, and Keras 3's `.weights.h5`.
/// libhdf5 does the reading; it is not hardened against files made to harm, so import only what you trust.
struct KerasWeights {
    /// One array, row-major.
    struct Array: Hashable {
        /// Where it is in the file.
        let path: String
        let shape: [Int]
        let values: [Float]
    }

    /// What is wrong with the file.
    struct Failure: Error, Hashable, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path): \(reason)" }
    }

    /// The most values that one array may have.
    static let mostValues = 1 << 28

    /// The arrays, in the order of layers and, in a layer, as Keras lists them: kernel, bias; gamma, beta, mean,
    /// variance.
    let arrays: [Array]
    /// Keras's own JSON of the model, where the file has it.
    let modelConfiguration: String?

    init(contentsOf url: URL) throws(Failure) {
        func fail(_ reason: String) -> Failure { Failure(path: url.path, reason: reason) }
        var status = CHDF5_OK
        guard let file = chdf5_open(url.path, &status) else {
            throw status == CHDF5_NO_LIBRARY
                ? fail("libhdf5 is needed to read it. Install with: apt install libhdf5-dev")
                : fail("is not there, or no HDF5 file")
        }
        defer { chdf5_close(file) }
        let reader = Reader(file: file)
        let paths: [String]
        if let root = ["/model_weights", "/"].first(where: { reader.strings($0, "layer_names") != nil }) {
            paths = reader.legacyPaths(below: root)
        } else {
            paths = reader.keras3Paths()
        }
        guard !paths.isEmpty else { throw fail("holds no weights of a Keras model") }
        var arrays: [Array] = []
        for path in paths {
            guard let array = reader.array(path) else { throw fail("\(path) cannot be read, or is too large") }
            arrays.append(array)
        }
        self.arrays = arrays
        modelConfiguration = reader.strings("/", "model_config")?.first
    }
}

extension KerasWeights {
    /// An open file.
    private struct Reader {
        let file: OpaquePointer

        /// The strings of an attribute, or nil.
        func strings(_ object: String, _ attribute: String) -> [String]? {
            let count = chdf5_string_count(file, object, attribute)
            guard (0...10_000).contains(count) else { return nil }
            var buffer = [CChar](repeating: 0, count: 1 << 20)
            var result: [String] = []
            for index in 0..<count {
                let length = chdf5_string(file, object, attribute, index, &buffer, buffer.count)
                guard length >= 0 else { return nil }
                result.append(String(decoding: buffer[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            return result
        }

        /// Layers are in the order of the network, with names for their weights.
        func legacyPaths(below root: String) -> [String] {
            let prefix = root == "/" ? "" : root
            return (strings(root, "layer_names") ?? []).flatMap { layer in
                (strings("\(prefix)/\(layer)", "weight_names") ?? []).map { "\(prefix)/\(layer)/\($0)" }
            }
        }

        /// Keras 3 numbers layers by kind: the n-th convolution goes with the n-th batch norm, if there is any. The
        /// transposed one stands before the first convolution of each block on the way up.
        func keras3Paths() -> [String] {
            func variables(_ kind: String, _ number: Int) -> [String] {
                let layer = "/layers/\(kind)\(number == 0 ? "" : "_\(number)")/vars"
                return (0..<8).map { "\(layer)/\($0)" }.prefix { chdf5_exists(file, $0) != 0 }
            }
            let convolutions = (0..<200).map { variables("conv2d", $0) }.prefix { !$0.isEmpty }
            // Blocks of two, one at the bottom, as many down as up, and the last layer.
            let levels = ((convolutions.count - 1) / 2 - 1) / 2
            guard convolutions.count == 4 * levels + 3, levels > 0 else { return [] }
            var paths: [String] = []
            for (index, convolution) in convolutions.enumerated() {
                let isFirstOfBlock = index % 2 == 0 && index < convolutions.count - 1
                let block = index / 2
                if isFirstOfBlock && block > levels { paths += variables("conv2d_transpose", block - levels - 1) }
                paths += convolution
                if index < convolutions.count - 1 { paths += variables("batch_normalization", index) }
            }
            return paths
        }

        func array(_ path: String) -> Array? {
            var lengths = [Int64](repeating: 0, count: 8)
            let axes = chdf5_shape(file, path, &lengths)
            guard axes >= 0 else { return nil }
            var count = 1
            for length in lengths.prefix(Int(axes)) {
                guard length >= 0, length <= KerasWeights.mostValues else { return nil }
                count *= Int(length)
                guard count <= KerasWeights.mostValues else { return nil }
            }
            var values = [Float](repeating: 0, count: count)
            guard chdf5_read(file, path, &values, Int64(count)) == 0 else { return nil }
            return Array(path: path, shape: lengths.prefix(Int(axes)).map { Int($0) }, values: values)
        }
    }
}
