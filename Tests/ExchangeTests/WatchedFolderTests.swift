import Files
import Foundation
import TestSupport
import Testing

@testable import Exchange

@Suite("Watched folder")
struct WatchedFolderTests {
    private let home: TemporaryFolder
    private let intake: IntakeFolder
    private let start = Date(timeIntervalSince1970: 1000)

    init() throws {
        home = try TemporaryFolder()
        intake = try IntakeFolder(DataFolder(home.file("data")))
        try FileManager.default.createDirectory(at: home.file("in/deep"), withIntermediateDirectories: true)
    }

    private func put(_ data: Data, _ name: String) throws { try data.write(to: home.file("in/\(name)")) }

    private var received: [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: home.file("data/intake/series").path)) ?? [])
            .filter { $0.hasSuffix(".dcm") }.sorted()
    }

    @Test("files are taken once they have stopped growing, and stay where they are")
    func growing() throws {
        var watched = try WatchedFolder(home.file("in").path)
        let data = SmallObject().data
        try put(data.prefix(200), "Smith^John.dcm")
        try put(SmallObject(instance: "1.4").data, "deep/b")
        #expect(watched.look(into: intake, now: start).growing == 2)
        try put(data, "Smith^John.dcm")
        let second = watched.look(into: intake, now: start + 2)
        #expect(second.growing == 1 && second.taken == [.new])
        #expect(watched.look(into: intake, now: start + 3.9).growing == 1)
        #expect(watched.look(into: intake, now: start + 4).taken == [.new])
        #expect(received == ["1.2/1.3.dcm", "1.2/1.4.dcm"])
        #expect(try Data(contentsOf: home.file("in/Smith^John.dcm")) == data)
        // Nothing is taken twice; what changes later is another object under the same UID.
        #expect(watched.look(into: intake, now: start + 10) == .init())
        try put(SmallObject(pixels: [9, 9, 9, 9, 9, 9]).data, "Smith^John.dcm")
        _ = watched.look(into: intake, now: start + 20)
        #expect(watched.look(into: intake, now: start + 22).taken == [.conflict])
    }

    @Test("a copy that stalls within the pixels is refused, and taken when it goes on")
    func stalled() throws {
        var watched = try WatchedFolder(home.file("in").path)
        let data = SmallObject(pixels: [UInt8](repeating: 3, count: 9000)).data
        try put(data.prefix(5000), "a")
        _ = watched.look(into: intake, now: start)
        let look = watched.look(into: intake, now: start + 2)
        #expect(look.taken.isEmpty && look.refused.count == 1 && received.isEmpty)
        try put(data, "a")
        _ = watched.look(into: intake, now: start + 3)
        #expect(watched.look(into: intake, now: start + 5).taken == [.new])
    }

    @Test("what is no DICOM is refused once and named nowhere; hidden files and links are left alone")
    func others() throws {
        var watched = try WatchedFolder(home.file("in").path)
        try put(Data("letter about Smith".utf8), "Smith.txt")
        try put(SmallObject().data, ".hidden.dcm")
        try SmallObject().data.write(to: home.file("outside"))
        try FileManager.default.createSymbolicLink(at: home.file("in/link"), withDestinationURL: home.file("outside"))
        _ = watched.look(into: intake, now: start)
        let look = watched.look(into: intake, now: start + 2)
        #expect(look.taken.isEmpty && look.refused == ["it is no DICOM object that can be read, or is cut off"])
        #expect(watched.look(into: intake, now: start + 4).refused.isEmpty)
        #expect(received.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: intake.arriving.path).isEmpty)
    }

    @Test("after a restart the same files are known")
    func again() throws {
        try put(SmallObject().data, "a")
        for expected in [IntakeFolder.Filed.new, .known] {
            var watched = try WatchedFolder(home.file("in").path)
            _ = watched.look(into: intake, now: start)
            #expect(watched.look(into: intake, now: start + 2).taken == [expected])
        }
        #expect(throws: (any Error).self) { try WatchedFolder(home.file("nowhere").path) }
    }
}
