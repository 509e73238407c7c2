import Files
import Foundation
import TestSupport
import Testing

@testable import Exchange

/// An intake in a folder of a test's own.
final class IntakeSite {
    let home: TemporaryFolder
    let folder: IntakeFolder
    private var number = 0
    let start = Date(timeIntervalSince1970: 2_000_000_000)

    init() throws {
        home = try TemporaryFolder()
        folder = try IntakeFolder(DataFolder(home.url))
    }

    @discardableResult
    func take(
        _ object: SmallObject, at seconds: Double = 0, association: UInt64? = nil, announced: String? = nil,
        calling: String = "CT1"
    ) throws(IntakeRefusal) -> IntakeFolder.Filed {
        try take(
            object.data, at: seconds, association: association,
            announced: announced.map { (object.kind, $0) }, calling: calling)
    }

    @discardableResult
    func take(
        _ data: Data, at seconds: Double = 0, association: UInt64? = nil,
        announced: (kind: String, instance: String)? = nil, calling: String = "CT1"
    ) throws(IntakeRefusal) -> IntakeFolder.Filed {
        number += 1
        let file = folder.arriving.appendingPathComponent("\(number).part")
        try? data.write(to: file)
        return try folder.take(
            file, calling: calling, announced: announced, association: association, now: start + seconds)
    }

    func complete(at seconds: Double, quiet: Double = 20) -> [String] {
        folder.complete(quiet: quiet, now: start + seconds).map(\.uid)
    }

    /// The answer of storage commitment for a CT.
    func vouch(_ instance: String, kind: String = SmallObject().kind) -> UInt16 {
        folder.vouch(sopClassUID: kind, sopInstanceUID: instance)
    }

    /// Another intake, as the next process after a crash finds it; the copy of the folder goes with it.
    func afterCrash() throws -> (home: TemporaryFolder, folder: IntakeFolder) {
        let copy = try TemporaryFolder()
        try FileManager.default.removeItem(at: copy.url)
        try FileManager.default.copyItem(at: home.url, to: copy.url)
        return (copy, try IntakeFolder(DataFolder(copy.url)))
    }

    /// Takes a series' objects, lets it be quiet, and settles it.
    func settled(_ objects: [SmallObject], as settling: IntakeFolder.Settling) throws -> CompleteSeries {
        for object in objects { try take(object) }
        let series = try #require(folder.complete(quiet: 20, now: start + 20).first)
        _ = try folder.settle(series, as: settling)
        return series
    }

    /// All files below the home, but the lock.
    var files: [String] {
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: home.url.path)) ?? []
        return all.filter { $0.hasSuffix(".dcm") || $0.hasSuffix(".json") || $0.hasSuffix(".part") }.sorted()
    }
}

extension SmallObject {
    /// The objects of a series, numbered from 1.
    static func series(_ count: Int, series: String = "1.2", study: String = "1.1") -> [SmallObject] {
        (1...count).map { SmallObject(study: study, series: series, instance: "\(series).\($0)") }
    }
}
