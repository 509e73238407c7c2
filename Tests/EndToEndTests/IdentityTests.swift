import Foundation
import TestSupport
import Testing

/// A whole session on a patient whose name, number and birth date exist nowhere else; then everything it left behind is
/// searched for them. What must carry them is stated: the RTSTRUCT and SEG that go back to the clinic, and nothing else.
@Suite("Identity", .serialized)
struct IdentityTests {
    static let marks = ["QUIXANO", "ZX81-4711-Q", "19031224"]

    /// The phantom's series with that identity written over its own, which has the same length.
    static func series() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let source = try SampleCases.dicom().appendingPathComponent("CT")
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            var bytes = [UInt8](try Data(contentsOf: source.appendingPathComponent(name)))
            try replace([0x10, 0x00, 0x10, 0x00], "PN", with: "QUIXANO^ALONSO", in: &bytes)
            try replace([0x10, 0x00, 0x20, 0x00], "LO", with: "ZX81-4711-Q", in: &bytes)
            try replace([0x10, 0x00, 0x30, 0x00], "DA", with: "19031224", in: &bytes)
            try Data(bytes).write(to: folder.file(name))
        }
        return folder
    }

    /// Replaces a short element's value in Explicit VR Little Endian.
    private static func replace(_ tag: [UInt8], _ vr: String, with text: String, in bytes: inout [UInt8]) throws {
        let head = tag + Array(vr.utf8)
        let at = try #require(
            bytes.indices.dropLast(head.count + 2).first { Array(bytes[$0..<$0 + head.count]) == head })
        let length = Int(bytes[at + 6]) | Int(bytes[at + 7]) << 8
        var value = Array(text.utf8)
        if value.count % 2 == 1 { value.append(0x20) }
        let size = [UInt8(value.count & 0xff), UInt8(value.count >> 8)]
        bytes.replaceSubrange(at + 6..<at + 8 + length, with: size + value)
    }

    private func files(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).map { folder.appendingPathComponent($0) }
            .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true }
    }

    private func expectNothing(in folder: URL, but allowed: Set<String> = [], said: String) throws {
        for mark in Self.marks {
            #expect(!said.contains(mark), "\(mark) was said")
            for file in try files(below: folder) where !allowed.contains(file.lastPathComponent) {
                #expect(!file.path.contains(mark))
                let data = try Data(contentsOf: file)
                #expect(data.range(of: Data(mark.utf8)) == nil, "\(file.path) holds \(mark)")
            }
        }
    }

    @Test("review, edits, exports, errors and a crash leave no identity behind, but in what goes back to the clinic")
    func session() async throws {
        let images = try Self.series()
        let home = try TemporaryFolder()
        var said = ""
        func run(_ arguments: String..., status: Int32 = 0, line: Int = #line) throws {
            let result = try pleura(arguments, home: home)
            #expect(result.status == status, "line \(line): \(result)")
            said += result.output + result.errors
        }
        let report = try pleuraJSON("import", images.url.path, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String)
        said += "\(report)"
        let review = try ReviewRun([id], home: home)
        try await review.seeOpen()
        try await review.go(to: 13)
        try await review.paint(slice: 13)
        said += try review.session.screen().joined(separator: "\n")
        // The program dies with the session open, and says whatever dying programs say.
        let list = try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"), ["sh", "-c", "ls -l /proc/[0-9]*/exe 2>/dev/null"])
        let own = list.output.split(separator: "\n").filter { $0.hasSuffix("/pleura") }
            .compactMap { $0.firstMatch(of: /\/proc\/(\d+)\/exe/).flatMap { Int32($0.1) } }
            .filter { process in
                let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()
                let space = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/environ"))) ?? Data()
                return words.range(of: Data(id.utf8)) != nil && space.range(of: Data(home.url.path.utf8)) != nil
            }
        try #require(own.count == 1, "\(own)")
        kill(own[0], SIGABRT)
        _ = try await review.session.waitForEnding(timeout: ReviewRun.patience)
        said += try review.session.screen().joined(separator: "\n")
        let second = try ReviewRun([id], home: home)
        try await second.see("An unfinished review of this case was found")
        try second.press("y")
        try await second.seeOpen()
        try await second.accept()
        try await second.see("filed as corrected, revision 1")
        said += try second.session.screen().joined(separator: "\n")
        try await second.quit()
        // Errors from files that are damaged, after the identity.
        let broken = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: images.url.path) {
            try Data(contentsOf: images.file(name)).prefix(4000).write(to: broken.file(name))
        }
        try run("import", broken.url.path, status: 2)
        try run("render", broken.url.path, "-o", home.file("x.svg").path, status: 2)
        for (form, name) in [("rtstruct", "rs.dcm"), ("seg", "seg.dcm"), ("nifti", "map.nii.gz"), ("nrrd", "map.nrrd")]
        {
            try run("export", id, "--format", form, "-o", home.file(name).path)
        }
        try run("push", "nowhere", id, status: 2)
        try run("audit", "show", "--json")
        try run("queue", "list", "--json")
        // What goes back to the clinic says whose it is; nothing else does.
        for name in ["rs.dcm", "seg.dcm"] {
            #expect(try Data(contentsOf: home.file(name)).range(of: Data(Self.marks[1].utf8)) != nil)
        }
        try expectNothing(in: home.url, but: ["rs.dcm", "seg.dcm"], said: said)
    }

    @Test("a pseudonymised case names nobody in any file, and its structures find back to the original")
    func pseudonymised() async throws {
        let images = try Self.series()
        let (home, apart) = (try TemporaryFolder(), try TemporaryFolder())
        let key = apart.file("key").path
        let inside = try pleura("import", images.url.path, "--pseudonymise", home.file("pleura/key").path, home: home)
        #expect(inside.status == 2 && inside.errors.contains("apart"), "\(inside)")
        let report = try pleuraJSON("import", images.url.path, "--pseudonymise", key, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String, "\(report)")
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The original's own UIDs are no part of it either.
        let plain = try pleuraJSON("import", images.url.path, "--json", home: try TemporaryFolder())
        let original = try #require((plain["cases"] as? [[String: Any]])?.first?["id"] as? String)
        #expect(id != original)
        // The same key leads to the same case, another to another.
        let again = try pleuraJSON("import", images.url.path, "--pseudonymise", key, "--json", home: home)
        #expect((again["cases"] as? [[String: Any]])?.first?["id"] as? String == id)
        let other = try pleuraJSON(
            "import", images.url.path, "--pseudonymise", apart.file("key2").path, "--json", home: try TemporaryFolder())
        #expect((other["cases"] as? [[String: Any]])?.first?["id"] as? String != id)

        let review = try ReviewRun([id], home: home)
        try await review.seeOpen()
        try await review.go(to: 13)
        try await review.paint(slice: 13)
        try await review.accept()
        try await review.see("filed as corrected, revision 1")
        try await review.quit()
        let file = home.file("rs.dcm")
        #expect(try pleura("export", id, "--format", "rtstruct", "-o", file.path, home: home).status == 0)
        try expectNothing(in: home.url, said: "\(report)")
        for left in try files(below: home.url) {
            #expect(try Data(contentsOf: left).range(of: Data(original.utf8)) == nil, "\(left.path)")
        }
        // Back: the structures of the copy, on the original.
        let back = apart.file("rs.dcm")
        let exported = try pleura(
            "export", id, "--format", "rtstruct", "--onto", images.url.path, "-o", back.path, home: home)
        #expect(exported.status == 0, "\(exported)")
        let data = try Data(contentsOf: back)
        for mark in [Self.marks[0], Self.marks[1], original] { #expect(data.range(of: Data(mark.utf8)) != nil) }
        let wrong = try pleura(
            "export", id, "--format", "rtstruct", "--onto", try SampleCases.dicom(patientSeed: "12").path, "-o",
            apart.file("wrong.dcm").path, home: home)
        #expect(wrong.status == 2 && wrong.errors.contains("has the voxels"), "\(wrong)")
    }
}
