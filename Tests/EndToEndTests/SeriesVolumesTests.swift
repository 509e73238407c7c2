import Foundation
import TestSupport
import Testing

/// A series that holds two reconstructions, from import to masks: each is a case of its own under a key that stays.
@Suite("Volumes of one series", .serialized)
struct SeriesVolumesTests {
    private let home: TemporaryFolder
    private let folder: URL
    private var both: URL { folder.appendingPathComponent("both") }

    /// The sample's slices twice in one folder: the second time of another image type, with other UIDs and pixels.
    init() throws {
        home = try TemporaryFolder()
        folder = home.file("series")
        let source = try SampleCases.dicom().appendingPathComponent("CT")
        try FileManager.default.createDirectory(at: both, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path).sorted() {
            var bytes = [UInt8](try Data(contentsOf: source.appendingPathComponent(name)))
            try Data(bytes).write(to: both.appendingPathComponent("a-" + name))
            try Self.change(&bytes)
            try Data(bytes).write(to: both.appendingPathComponent("b-" + name))
        }
    }

    private static func change(_ bytes: inout [UInt8]) throws {
        func places(_ pattern: [UInt8]) -> [Int] {
            guard bytes.count >= pattern.count else { return [] }
            return (0...bytes.count - pattern.count).filter {
                bytes[$0] == pattern[0] && bytes[$0...].starts(with: pattern)
            }
        }
        let type = try #require(places(Array("\\AXIAL".utf8)).first)
        bytes.replaceSubrange(type..<type + 6, with: Array("\\OTHER".utf8))
        let tag = try #require(places([0x08, 0x00, 0x18, 0x00]).first)
        let start = tag + 8
        let uid = Array(bytes[start..<start + Int(bytes[tag + 6])])
        for place in places(uid) {
            let digit = place + 8
            bytes[digit] = bytes[digit] == 0x39 ? 0x31 : bytes[digit] + 1
        }
        bytes[bytes.count - 40] ^= 1
    }

    private func run(_ words: String...) throws -> (status: Int32, output: String, errors: String) {
        let result = try runProgram(pleuraBinary(), words, environment: cleanEnvironment(home: home.url))
        return (result.status, result.output, result.errors)
    }

    private func cases(_ path: URL) throws -> [[String: Any]] {
        let result = try run("import", path.path, "--json")
        #expect(result.status == 0, "\(result)")
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return try #require(document?["cases"] as? [[String: Any]])
    }

    @Test("each is a case of its own, and stays it when the folder is imported again or has been one volume before")
    func casesOfTheirOwn() throws {
        // At first there is one of them, under the key that every series of one volume has.
        let hidden = folder.appendingPathComponent("hidden")
        try FileManager.default.createDirectory(at: hidden, withIntermediateDirectories: true)
        let seconds = try FileManager.default.contentsOfDirectory(atPath: both.path).filter { $0.hasPrefix("b-") }
        for name in seconds {
            try FileManager.default.moveItem(
                at: both.appendingPathComponent(name), to: hidden.appendingPathComponent(name))
        }
        let alone = try cases(both)
        let series = try #require(alone.first?["series_uid"] as? String)
        #expect(alone.count == 1 && alone[0]["id"] as? String == series && alone[0]["volume"] is NSNull)
        for name in seconds {
            try FileManager.default.moveItem(
                at: hidden.appendingPathComponent(name), to: both.appendingPathComponent(name))
        }
        let first = try cases(both)
        #expect(first.count == 2)
        let ids = first.compactMap { $0["id"] as? String }
        #expect(ids.contains(series) && ids.contains { $0.hasPrefix(series + ":image-type-") }, "\(ids)")
        #expect(try cases(both).compactMap { $0["id"] as? String } == ids)
        #expect(first.allSatisfy { $0["series_uid"] as? String == series && $0["volume"] is String })
    }

    @Test("what reads one volume lists them, and takes the one that is chosen")
    func chosen() throws {
        let out = home.file("out")
        let refused = try run("predict", both.path, "--model", "baseline-threshold", "-o", out.path)
        #expect(refused.status == 2 && refused.errors.contains("holds 2 volumes"), "\(refused)")
        #expect(refused.errors.contains("--volume") && refused.errors.contains("image type"), "\(refused)")
        for volume in ["1", "2"] {
            let predicted = try run(
                "predict", both.path, "--volume", volume, "--model", "baseline-threshold", "-o", out.path + volume)
            #expect(predicted.status == 0, "\(predicted)")
            let drawn = try run(
                "render", both.path, "--volume", volume, "--slice", "12", "-o", home.file("\(volume).svg").path)
            #expect(drawn.status == 0, "\(drawn)")
        }
        let none = try run("render", both.path, "--volume", "3", "-o", home.file("3.svg").path)
        #expect(none.status == 2 && none.errors.contains("no volume 3"), "\(none)")
    }

    @Test("a slice that is lost at the end is the first warning of a case")
    func lostSlice() throws {
        let source = try SampleCases.dicom().appendingPathComponent("CT")
        let copy = folder.appendingPathComponent("cut")
        try FileManager.default.copyItem(at: source, to: copy)
        let last = try #require(try FileManager.default.contentsOfDirectory(atPath: copy.path).sorted().last)
        try Data().write(to: copy.appendingPathComponent(last))
        let found = try cases(copy)
        let warnings = try #require(found.first?["warnings"] as? [String])
        #expect(warnings.first?.hasPrefix("1 file could not be read") == true, "\(warnings)")
        #expect(warnings.first?.contains(last) == true)
    }
}
