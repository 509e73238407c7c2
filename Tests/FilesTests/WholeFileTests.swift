import Files
import Foundation
import TestSupport
import Testing

@Suite struct WholeFileTests {
    private func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func bytesAreWrittenAndReplaceWhatWasThere() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("a.bin")
        try WholeFile.write(Data([1, 2, 3]), to: url)
        #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
        try WholeFile.write(Data(), to: url)
        #expect(try Data(contentsOf: url).isEmpty)
        #expect(try names(in: folder.url) == ["a.bin"])
    }

    @Test func piecesFollowOneAnother() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("pieces")
        try WholeFile.write(to: url) { (file) throws(WholeFile.Failure) in
            try WholeFile.put(Data("ab".utf8), file)
            try WholeFile.put([UInt16(0x0201), 0x0403], file)
            try WholeFile.put([UInt8](), file)
        }
        #expect(try Data(contentsOf: url) == Data("ab".utf8) + [1, 2, 3, 4])
    }

    @Test func aFailureLeavesTheOldFileAndNothingElse() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("kept")
        try WholeFile.write(Data([7]), to: url)
        let failure = #expect(throws: WholeFile.Failure.self) {
            try WholeFile.write(to: url) { (file) throws(WholeFile.Failure) in
                try WholeFile.put(Data([8]), file)
                throw WholeFile.Failure(code: ENOSPC)
            }
        }
        #expect(failure?.code == ENOSPC)
        #expect(failure?.description == String(cString: strerror(ENOSPC)))
        #expect(try Data(contentsOf: url) == Data([7]))
        #expect(try names(in: folder.url) == ["kept"])
    }

    @Test func aFolderThatIsMissingIsTheSystemsError() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("none/a")
        let failure = #expect(throws: WholeFile.Failure.self) { try WholeFile.write(Data([1]), to: url) }
        #expect(failure?.code == ENOENT)
    }

    @Test func aFileDoesNotTakeTheNameOfAFolder() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("taken")
        try FileManager.default.createDirectory(
            at: url.appendingPathComponent("inside"), withIntermediateDirectories: true)
        #expect(throws: WholeFile.Failure.self) { try WholeFile.write(Data([1]), to: url) }
        #expect(try names(in: folder.url) == ["taken"])
        #expect(try names(in: url) == ["inside"])
    }

    @Test func permissionsThatAreAskedForDoNotDependOnTheUmask() throws {
        let folder = try TemporaryFolder()
        for (name, permissions) in [("open", mode_t(0o666)), ("closed", 0o600)] {
            let url = folder.url.appendingPathComponent(name)
            try WholeFile.write(to: url, permissions: permissions, syncsFolder: false) { _ in }
            var status = stat()
            #expect(stat(url.path, &status) == 0 && status.st_mode & 0o777 == permissions)
        }
    }
}
