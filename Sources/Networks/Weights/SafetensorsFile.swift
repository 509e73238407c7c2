import Files
import Foundation

/// Tensors by name with metadata, in the safetensors format of Hugging Face: 8 bytes of header length, a JSON header,
/// then the values, little endian. https://huggingface.co/docs/safetensors
///
/// Reading takes float32, float16 and bfloat16 and makes float32 of them; U8 of one axis is taken as bytes. A file is checked whole before anything is
/// allocated by what it says: sizes, offsets, overlaps and gaps.
public struct SafetensorsFile: Hashable, Sendable {
    /// How values lie in a file.
    public enum ValueType: String, Hashable, Sendable, CaseIterable {
        /// As they are.
        case float32 = "F32"
        /// Half the size, about three digits, up to 65,504.
        case float16 = "F16"
        /// Half the size, about two digits, the range of float32.
        case bfloat16 = "BF16"

        var byteCount: Int { self == .float32 ? 4 : 2 }
    }

    /// The longest header that is read, in bytes: some 100,000 tensors.
    public static let longestHeader = 16 << 20
    /// The largest file that is read, in bytes.
    public static let largestFile = 8 << 30

    /// Text by key: what the tensors are.
    public var metadata: [String: String]
    /// The tensors, in the order of their values in the file.
    public var tensors: [NamedTensor]
    /// Bytes by name, in the same order: what is no tensor but belongs to the model, such as a network's program. They are
    /// tensors of U8 with one axis in the file, and written behind all others.
    public var blobs: [NamedBytes]

    /// Bytes with their name.
    public struct NamedBytes: Hashable, Sendable {
        /// As in the file.
        public let name: String
        /// The bytes.
        public let bytes: Data

        /// Bytes with their name.
        public init(name: String, bytes: Data) { (self.name, self.bytes) = (name, bytes) }
    }

    /// A file's contents from their parts.
    public init(metadata: [String: String] = [:], tensors: [NamedTensor], blobs: [NamedBytes] = []) {
        self.metadata = metadata
        self.tensors = tensors
        self.blobs = blobs
    }

    /// The shorter form that loses nothing: float16 where every value is one already, as of a file that was read as
    /// such; float32 otherwise.
    public static func exactType(of tensors: [NamedTensor]) -> ValueType {
        let isHalf = tensors.allSatisfy { tensor in
            tensor.values.allSatisfy { HalfPrecision.float(float16: HalfPrecision.float16($0)) == $0 }
        }
        return isHalf ? .float16 : .float32
    }

    /// The tensor of a name.
    public subscript(name: String) -> NamedTensor? { tensors.first { $0.name == name } }

    /// Reads a file.
    /// - Throws: ``SafetensorsError`` if it is no safetensors file, is damaged or cut off, or holds other types.
    public init(contentsOf url: URL) throws(SafetensorsError) {
        let (header, file) = try SafetensorsHeader.open(url)
        metadata = header.metadata
        (tensors, blobs) = ([], [])
        for entry in header.entries {
            guard let bytes = try? file.read(upToCount: entry.range.count) ?? Data(), bytes.count == entry.range.count
            else { throw SafetensorsError(path: url.path, reason: "\(entry.name) cannot be read") }
            add(entry, bytes)
        }
    }

    private mutating func add(_ entry: SafetensorsHeader.Entry, _ bytes: Data) {
        switch entry.type {
        case .bytes: blobs.append(NamedBytes(name: entry.name, bytes: bytes))
        case .values(let type):
            tensors.append(NamedTensor(name: entry.name, shape: entry.shape, values: type.values(of: bytes)))
        }
    }

    /// Reads what a file would hold, from memory; `name` is for messages.
    init(data: Data, name: String = "data") throws(SafetensorsError) {
        do {
            let length = try SafetensorsHeader.length(of: data.prefix(8), fileSize: data.count)
            let values = data.dropFirst(8 + length)
            let header = try SafetensorsHeader(Data(data.dropFirst(8).prefix(length)), valueBytes: values.count)
            metadata = header.metadata
            (tensors, blobs) = ([], [])
            for entry in header.entries {
                add(entry, Data(values.dropFirst(entry.range.lowerBound).prefix(entry.range.count)))
            }
        } catch {
            throw SafetensorsError(path: name, reason: error.reason)
        }
    }

    /// The metadata alone, without the values.
    public static func metadata(of url: URL) throws(SafetensorsError) -> [String: String] {
        try SafetensorsHeader.open(url).header.metadata
    }

    /// Writes a file whole or not at all: a temporary file beside it, on the disk, then renamed.
    /// - Parameter type: How values are stored; smaller forms round to the nearest. Running figures of batch norm and
    ///   everything else take the same.
    /// - Throws: ``SafetensorsError``, also for a name that comes twice or a value that float16 cannot hold.
    public func write(to url: URL, as type: ValueType = .float32) throws(SafetensorsError) {
        let bytes = try encoded(as: type, path: url.path)
        do {
            try WholeFile.write(bytes, to: url)
        } catch {
            throw SafetensorsError(
                path: url.path, reason: "cannot be written: \(error)")
        }
    }

    /// The bytes of a file; the same for the same contents. `path` is for messages.
    public func encoded(as type: ValueType, path: String = "") throws(SafetensorsError) -> Data {
        var header = OrderedHeader(metadata: metadata)
        var names: Set<String> = []
        var offset = 0
        for tensor in tensors {
            guard tensor.name != "__metadata__", names.insert(tensor.name).inserted else {
                throw SafetensorsError(path: path, reason: "two tensors are called \(tensor.name)")
            }
            guard tensor.shape.reduce(1, *) == tensor.values.count else {
                throw SafetensorsError(path: path, reason: "\(tensor.name) is not of its shape")
            }
            let end = offset + tensor.values.count * type.byteCount
            header.add(tensor.name, type: .values(type), shape: tensor.shape, range: offset..<end)
            offset = end
        }
        for blob in blobs {
            guard blob.name != "__metadata__", names.insert(blob.name).inserted else {
                throw SafetensorsError(path: path, reason: "two tensors are called \(blob.name)")
            }
            header.add(blob.name, type: .bytes, shape: [blob.bytes.count], range: offset..<offset + blob.bytes.count)
            offset += blob.bytes.count
        }
        let text = header.bytes
        var data = Data(capacity: 8 + text.count + offset)
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: text)
        for tensor in tensors {
            guard type.append(tensor.values, to: &data) else {
                throw SafetensorsError(path: path, reason: "\(tensor.name) has values that float16 cannot hold")
            }
        }
        for blob in blobs { data.append(blob.bytes) }
        return data
    }
}

extension SafetensorsFile.ValueType {
    /// Values of little-endian bytes, whose count is a multiple of the type's.
    func values(of bytes: Data) -> [Float] {
        let count = bytes.count / byteCount
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            bytes.withUnsafeBytes { raw in
                switch self {
                case .float32:
                    for i in 0..<count {
                        let bits = raw.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)
                        buffer.initializeElement(at: i, to: Float(bitPattern: UInt32(littleEndian: bits)))
                    }
                case .float16:
                    for i in 0..<count {
                        let bits = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self))
                        buffer.initializeElement(at: i, to: HalfPrecision.float(float16: bits))
                    }
                case .bfloat16:
                    for i in 0..<count {
                        let bits = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self))
                        buffer.initializeElement(at: i, to: HalfPrecision.float(bfloat16: bits))
                    }
                }
            }
            initialised = count
        }
    }

    /// Appends values; false if a finite one would become infinite.
    func append(_ values: [Float], to data: inout Data) -> Bool {
        switch self {
        case .float32:
            let words = values.map { $0.bitPattern.littleEndian }
            words.withUnsafeBytes { data.append(contentsOf: $0) }
        case .float16:
            let words = values.map { HalfPrecision.float16($0).littleEndian }
            words.withUnsafeBytes { data.append(contentsOf: $0) }
            return values.allSatisfy { !$0.isFinite || abs($0) < 65520 }
        case .bfloat16:
            let words = values.map { HalfPrecision.bfloat16($0).littleEndian }
            words.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        return true
    }
}
