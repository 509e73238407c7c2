import CaseStore
import Foundation
import Testing

@Suite struct LeaseHolderTests {
    @Test func thisProcessIsNotGone() throws {
        let holder = LeaseHolder(ofThisProcessAs: "a/b")
        #expect(!holder.isGone && holder.instance == "a-b" && holder.process == getpid())
        #expect(LeaseHolder(holder.description) == holder)
        for text in ["", "host", "a/b/c/d/e/f", "a/b/c/-1/e/f", "a/b/c/1/e/f/g"] { #expect(LeaseHolder(text) == nil) }
    }

    private func changed(_ index: Int, to text: String) throws -> LeaseHolder {
        var parts = LeaseHolder(ofThisProcessAs: "a").description.split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        parts[index] = text
        return try #require(LeaseHolder(parts.joined(separator: "/")))
    }

    @Test func tellsWhoHasEnded() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let number = String(process.processIdentifier)
        // A number that now belongs to a process started at another time.
        #expect(try changed(3, to: number).isGone)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try changed(3, to: number).isGone)
        #expect(try changed(1, to: "another-start").isGone)
    }

    @Test func inDoubtCountsAsAlive() throws {
        #expect(try !changed(0, to: "elsewhere").isGone)
        #expect(try !changed(1, to: "").isGone)
        let noSuchProcess = try changed(2, to: "pid:[1]").description.replacing("/\(getpid())/", with: "/4194303/")
        #expect(try #require(LeaseHolder(noSuchProcess)).isGone == false)
    }
}
