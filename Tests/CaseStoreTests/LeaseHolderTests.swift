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

    @Test func aProcessNobodyWaitedForHasEnded() throws {
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        #expect(posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == 0)
        func state() throws -> Substring? {
            let stat = try String(contentsOfFile: "/proc/\(child)/stat", encoding: .isoLatin1)
            return stat.split(separator: " ").dropFirst(2).first
        }
        while try state() != "Z" { usleep(1000) }
        let stat = try String(contentsOfFile: "/proc/\(child)/stat", encoding: .isoLatin1)
        let startedAt = stat.split(separator: " ")[21]
        var parts = LeaseHolder(ofThisProcessAs: "a").description.split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        (parts[3], parts[4]) = (String(child), String(startedAt))
        #expect(try #require(LeaseHolder(parts.joined(separator: "/"))).isGone)
        #expect(waitpid(child, nil, 0) == child)
    }

    @Test func inDoubtCountsAsAlive() throws {
        #expect(try !changed(0, to: "elsewhere").isGone)
        #expect(try !changed(1, to: "").isGone)
        let noSuchProcess = try changed(2, to: "pid:[1]").description.replacing("/\(getpid())/", with: "/4194303/")
        #expect(try #require(LeaseHolder(noSuchProcess)).isGone == false)
    }
}
