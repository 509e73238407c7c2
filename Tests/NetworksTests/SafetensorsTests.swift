import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite("Safetensors files")
struct SafetensorsTests {
    private let sample = SafetensorsFile(
        metadata: ["format": "pleura-model", "recipe": "{\"a\": \"ü\\n\"}", "empty": ""],
        tensors: [
            NamedTensor(name: "b.weight", shape: [2, 3], values: [0, -1.5, 3.25, 1e-3, 65504, -0.0]),
            NamedTensor(name: "a", shape: [], values: [7]),
            NamedTensor(name: "none", shape: [0, 4], values: []),
            NamedTensor(name: "naïve \"q\" \\ \u{1}", shape: [1], values: [0.1]),
        ])

    @Test("what is written is read, and the same contents make the same bytes")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("a.safetensors")
        try sample.write(to: url)
        #expect(try SafetensorsFile(contentsOf: url) == sample)
        #expect(try SafetensorsFile.metadata(of: url) == sample.metadata)
        #expect(try Data(contentsOf: url) == sample.encoded(as: .float32))
        for type in [SafetensorsFile.ValueType.float16, .bfloat16] {
            try sample.write(to: url, as: type)
            let read = try SafetensorsFile(contentsOf: url)
            #expect(read.tensors.map(\.shape) == sample.tensors.map(\.shape))
            for (new, old) in zip(read.tensors.flatMap(\.values), sample.tensors.flatMap(\.values)) {
                #expect(abs(new - old) <= abs(old) * (type == .float16 ? 0x1p-11 : 0x1p-8) + 0x1p-25)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.safetensors"])
    }

    @Test("bytes are kept beside tensors, as they are")
    func blobs() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("a.safetensors")
        var file = sample
        file.blobs = [
            .init(name: "program", bytes: Data((0...255).map { UInt8($0) })), .init(name: "empty", bytes: Data()),
        ]
        for type in SafetensorsFile.ValueType.allCases {
            try file.write(to: url, as: type)
            let read = try SafetensorsFile(contentsOf: url)
            #expect(Set(read.blobs) == Set(file.blobs) && read.tensors.count == file.tensors.count)
            #expect(try SafetensorsFile(data: file.encoded(as: type)).blobs == read.blobs)
        }
        file.blobs.append(.init(name: "a", bytes: Data([1])))
        #expect(throws: SafetensorsError.self) { try file.write(to: url) }
        let matrix = data("{\"x\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}", values: 4)
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(data: matrix) }
    }

    @Test("the bytes are the format's, counted by hand")
    func bytes() throws {
        let file = SafetensorsFile(tensors: [NamedTensor(name: "x", shape: [1, 2], values: [1, -2])])
        let header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let expected: [UInt8] =
            [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        #expect(try Array(file.encoded(as: .float32)) == expected)
    }

    @Test("Hugging Face's package reads ours, and we read its")
    func oracle() throws {
        struct Contents: Decodable {
            struct Tensor: Decodable {
                let name: String
                let shape: [Int]
                let type: String
                let values: [Double]
            }
            let path: String
            let metadata: [String: String]
            let tensors: [Tensor]
        }
        let oracle = try PythonOracle("safetensors_oracle.py")
        let folder = try TemporaryFolder()
        let ours = [folder.file("f32"), folder.file("f16")]
        try sample.write(to: ours[0])
        try sample.write(to: ours[1], as: .float16)
        let read = try oracle.run(["read"] + ours.map(\.path), as: [Contents].self)
        let written = try oracle.run(["write", folder.url.path], as: [Contents].self)
        #expect(read.map { $0.tensors.first?.type } == ["float32", "float16"])
        #expect(written.count == 2)
        for contents in read + written {
            let file = try SafetensorsFile(contentsOf: URL(fileURLWithPath: contents.path))
            #expect(file.metadata == contents.metadata)
            #expect(file.tensors.count == contents.tensors.count)
            for tensor in contents.tensors {
                let mine = try #require(file[tensor.name])
                #expect(mine.shape == tensor.shape)
                #expect(mine.values.map(Double.init) == tensor.values)
            }
        }
    }

    @Test("16-bit forms: known values, every float16, rounding to even")
    func halves() {
        let known: [(Float, UInt16)] = [
            (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65504, 0x7BFF), (65519, 0x7BFF), (65520, 0x7C00),
            (.infinity, 0x7C00), (0x1p-14, 0x0400), (0x1p-24, 1), (0x1p-25, 0), (0x1.8p-25, 1), (0x1.8p-24, 2),
            (1 + 0x1p-11, 0x3C00), (1 + 0x1.8p-10, 0x3C02), (0x1.FFFp-15, 0x0400), (0.1, 0x2E66), (1 / 3.0, 0x3555),
        ]
        for (value, bits) in known { #expect(HalfPrecision.float16(value) == bits, "\(value)") }
        #expect(HalfPrecision.float(float16: HalfPrecision.float16(.nan)).isNaN)
        var wrong = 0
        for bits in UInt16.min...UInt16.max {
            let value = HalfPrecision.float(float16: bits)
            if !value.isNaN && HalfPrecision.float16(value) != bits { wrong += 1 }
            let brain = HalfPrecision.float(bfloat16: bits)
            if !brain.isNaN && HalfPrecision.bfloat16(brain) != bits { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(HalfPrecision.bfloat16(1 + 0x1p-8) == 0x3F80)
        #expect(HalfPrecision.bfloat16(1 + 0x1.8p-7) == 0x3F82)
        #expect(HalfPrecision.bfloat16(.greatestFiniteMagnitude) == 0x7F80)
        #expect(HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(Float(bitPattern: 0x7F80_0001))).isNaN)
    }

    @Test("values that float16 cannot hold, names that come twice and wrong shapes are not written")
    func notWritten() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("a.safetensors")
        func file(_ tensors: [NamedTensor]) -> SafetensorsFile { SafetensorsFile(tensors: tensors) }
        let one = NamedTensor(name: "x", shape: [1], values: [70000])
        #expect(throws: SafetensorsError.self) { try file([one]).write(to: url, as: .float16) }
        #expect(throws: SafetensorsError.self) { try file([one, one]).write(to: url) }
        #expect(throws: SafetensorsError.self) {
            try file([NamedTensor(name: "x", shape: [2], values: [1])]).write(to: url)
        }
        #expect(throws: SafetensorsError.self) {
            try file([NamedTensor(name: "__metadata__", shape: [1], values: [1])]).write(to: url)
        }
        #expect(throws: SafetensorsError.self) { try file([one]).write(to: folder.file("no/such/folder")) }
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }

    private func data(_ header: String, values: Int = 0, length: UInt64? = nil) -> Data {
        var data = Data()
        withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: Array(header.utf8))
        data.append(Data(count: values))
        return data
    }

    @Test("lies in the header are found before anything is allocated")
    func hostile() {
        func tensor(_ shape: String, _ offsets: String, _ type: String = "F32") -> String {
            "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
        }
        let files = [
            Data(), Data([1, 2, 3]), data("", length: 0), data("{}", length: .max), data("{}", length: 1 << 40),
            data("{}", values: 4), data("[]"), data("{\"x\":1}"), data("nonsense"),
            data("{\"x\":{\"a\":\"b\"}}"),
            data("{\"__metadata__\":\(tensor("[1]", "[0,4]"))}", values: 4),
            data("{\"__metadata__\":{\"a\":1}}"),
            data("{\"x\":\(tensor("[1]", "[0,4]"))}", values: 3), data("{\"x\":\(tensor("[1]", "[0,4]"))}", values: 5),
            data("{\"x\":\(tensor("[2]", "[0,4]"))}", values: 4), data("{\"x\":\(tensor("[1]", "[4,0]"))}", values: 4),
            data("{\"x\":\(tensor("[1]", "[-4,0]"))}", values: 4),
            data("{\"x\":\(tensor("[1]", "[4,8]"))}", values: 8),
            data("{\"x\":\(tensor("[1]", "[0,4,8]"))}", values: 8),
            data("{\"x\":\(tensor("[-1]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[-1,-1]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[4611686018427387905,4]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[9223372036854775807]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[1,1,1,1,1,1,1,1,1]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[1]", "[0,8]", "F64"))}", values: 8),
            data("{\"x\":\(tensor("[1]", "[0,4]")),\"y\":\(tensor("[1]", "[0,4]"))}", values: 4),
            data("{\"x\":\(tensor("[1]", "[0,4]")),\"y\":\(tensor("[1]", "[2,6]"))}", values: 6),
            data("{\"x\":\(tensor("[1]", "[0,4]")),\"y\":\(tensor("[1]", "[8,12]"))}", values: 12),
            data("{\"x\":" + String(repeating: "[", count: 100_000)),
            data(String(repeating: "{\"x\":", count: 100_000)),
        ]
        for (index, bytes) in files.enumerated() {
            #expect(throws: SafetensorsError.self, "file \(index)") { try SafetensorsFile(data: bytes) }
        }
    }

    @Test("half files, folders and absent files are refused with their name")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let whole = try sample.encoded(as: .float32)
        let cut = folder.file("cut.safetensors")
        for count in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(data: whole.prefix(count)) }
        }
        try whole.dropLast().write(to: cut)
        for url in [cut, folder.url, folder.file("absent")] {
            let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: url) }
            #expect(error?.description.contains(url.path) == true)
        }
        let sparse = folder.file("sparse")
        try Data().write(to: sparse)
        #expect(truncate(sparse.path, off_t(SafetensorsFile.largestFile) + 1) == 0)
        #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: sparse) }
    }

    @Test("mutated files are read or refused, and never crash")
    func mutations() throws {
        let whole = try sample.encoded(as: .float16)
        var random = SeededGenerator(seed: 20)
        var refused = 0
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<min(bytes.count, 420), using: &random)
                bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let file = try SafetensorsFile(data: bytes)
                #expect(file.tensors.allSatisfy { $0.shape.reduce(1, *) == $0.values.count })
            } catch { refused += 1 }
        }
        #expect(refused > 300)
    }
}
