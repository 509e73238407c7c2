import CaseStore
import Cases
import Foundation
import SQLiteStore
import TestSupport
import Testing
import Volumes

/// Kills a real writing process again and again; nothing that the store acknowledged may be lost or changed.
@Suite struct CrashTests {
    private static let size = GridSize(x: 70, y: 40, z: 6)

    private struct Acknowledged {
        var holder: String?
        var steps: [Int64: Int] = [:]
        var revision = 0
        var errors: [String] = []

        mutating func read(_ text: String) {
            // A last line without an end was cut off by the kill and acknowledges nothing.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                switch words.first {
                case "holder": holder = words[1]
                case "step": steps[Int64(words[1]) ?? -1] = Int(words[2])
                case "filed": revision = Int(words[1]) ?? -1
                default: errors.append(String(line))
                }
            }
        }
    }

    private static func writer() throws -> URL {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path != "/" {
            let writer = folder.appendingPathComponent("store-crash-writer")
            if FileManager.default.isExecutableFile(atPath: writer.path) { return writer }
            folder.deleteLastPathComponent()
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// Which voxels differ from the prediction: worked out from the writer's script with plain arrays.
    private static func flips(edits: [Int], into flips: inout [Bool]) {
        for n in edits {
            for y in 0..<3 {
                for x in 0..<5 {
                    let i = ((n % 6) * 40 + (n * 5 + y) % 40) * 70 + (n * 11 + x) % 70
                    flips[i].toggle()
                }
            }
        }
    }

    /// Which edits stand after so many steps: three edits, two undos, a redo, and once more.
    private static let standing: [[Int]] = [
        [], [1], [1, 2], [1, 2, 3], [1, 2], [1], [1, 2],
        [1, 2, 7], [1, 2, 7, 8], [1, 2, 7, 8, 9], [1, 2, 7, 8], [1, 2, 7], [1, 2, 7, 8],
    ]

    @Test func acknowledgedStepsSurviveKill() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("store.sqlite")
        let writer = try Self.writer()
        var generator = SeededGenerator(seed: 2024)
        var acknowledged = Acknowledged()
        for round in 0..<14 {
            let output = folder.file("output-\(round)")
            #expect(FileManager.default.createFile(atPath: output.path, contents: nil))
            let handle = try FileHandle(forWritingTo: output)
            let process = Process()
            process.executableURL = writer
            process.arguments = [url.path, acknowledged.holder ?? "-"]
            process.standardOutput = handle
            try process.run()
            // Some rounds are killed while the store is made or opened, most in the middle of steps.
            if round % 4 != 0 {
                let bytes = Int.random(in: 60..<900, using: &generator)
                while process.isRunning, try Data(contentsOf: output).count < bytes { usleep(1000) }
                usleep(UInt32.random(in: 0..<5000, using: &generator))
            } else {
                usleep(UInt32.random(in: 0..<60_000, using: &generator))
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try handle.close()
            acknowledged.read(String(decoding: try Data(contentsOf: output), as: UTF8.self))
            #expect(acknowledged.errors.isEmpty)
            try check(url, acknowledged, round: round)
            // The writer may have taken the lease and died before it could say so.
            let store = try SQLiteCaseStore(url: url)
            acknowledged.holder = try store.worklist().items.first?.heldBy?.holder
        }
        #expect(acknowledged.steps.values.reduce(0, +) > 100 && acknowledged.revision > 5)
    }

    private func check(_ url: URL, _ acknowledged: Acknowledged, round: Int) throws {
        let store = try SQLiteCaseStore(url: url)
        let verdict = try store.verifyAudit()
        #expect(verdict.isIntact, "round \(round): \(verdict)")
        guard let item = try store.worklist().items.first else {
            #expect(acknowledged.holder == nil)
            return
        }
        let id = item.record.id
        #expect((item.revision ?? 0) >= acknowledged.revision)
        let sessions = try store.sessions(of: id)
        #expect(Set(acknowledged.steps.keys).isSubset(of: sessions.map(\.id.rawValue)))
        var flips = [Bool](repeating: false, count: Self.size.voxelCount)
        for session in sessions {
            let loaded = try store.loadSession(session.id)
            let (review, damage) = try loaded.replayed()
            #expect(damage == nil)
            #expect(review.length >= acknowledged.steps[session.id.rawValue] ?? 0)
            #expect(loaded.state.currentSlice ?? 0 == review.length)
            var expected = flips
            Self.flips(edits: Self.standing[review.length], into: &expected)
            let mask = try #require(review.masks[.lungLeft])
            let start = try #require(loaded.reference.masks[.lungLeft])
            var wrong = 0
            for z in 0..<6 {
                for y in 0..<40 {
                    for x in 0..<70 {
                        let index = VoxelIndex(x: x, y: y, z: z)
                        let isPredicted = x > 20 && x < 50 && y > 10 && y < 30
                        if start[index] != isPredicted { wrong += 1 }
                        if mask[index] != (isPredicted != expected[(z * 40 + y) * 70 + x]) { wrong += 1 }
                    }
                }
            }
            #expect(wrong == 0, "round \(round), session \(session.id)")
            if session.status == .filed { flips = expected }
        }
        for summary in try store.corrections().corrections {
            #expect(try store.correction(summary.key).masks[.lungLeft] != nil)
        }
    }
}
