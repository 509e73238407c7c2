import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    @Test func keysAndCommandsInUsageAreThoseOfTheProgram() throws {
        let usage = repositoryRoot().appendingPathComponent("USAGE.md")
        let folder = try TemporaryFolder()
        let copy = folder.file("USAGE.md")
        try FileManager.default.copyItem(at: usage, to: copy)
        let result = try runProgram(try pleuraBinary(), ["generate-docs", copy.path])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Data(contentsOf: usage) == Data(contentsOf: copy), "USAGE.md is out of date: run make docs")
    }
}
