import Foundation
import TestSupport
import Testing

/// `tools/deps.sh` and `tools/install.sh` on machines that are made up: a PATH with false system programs on it that
/// write down how they were called.
@Suite("Set-up scripts")
struct SetUpScriptTests {
    struct Machine {
        let temporary: TemporaryFolder
        var folder: URL { temporary.url }
        var bin: URL { folder.appendingPathComponent("bin") }

        init() throws {
            temporary = try TemporaryFolder()
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            for tool in ["sh", "awk", "cut", "tr", "grep", "dirname", "env"] {
                let real = try #require(
                    ["/usr/bin/", "/bin/"].map { $0 + tool }.first { FileManager.default.fileExists(atPath: $0) })
                try FileManager.default.createSymbolicLink(
                    at: bin.appendingPathComponent(tool), withDestinationURL: URL(fileURLWithPath: real))
            }
            try program("swift", "exit 1")
        }

        func program(_ name: String, _ body: String) throws {
            let url = bin.appendingPathComponent(name)
            try "#!/bin/sh\n\(body)\n".write(to: url, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
        }

        func debian(lacking missing: [String], user: Int) throws {
            try program("id", "echo \(user)")
            try program("apt-get", "echo \"apt-get $*\" >>'\(folder.path)/calls'")
            let pattern = missing.isEmpty ? "none-of-them" : missing.joined(separator: "|")
            try program(
                "dpkg-query", "shift 3; for p; do case $p in \(pattern)) ;; *) echo \"installed $p\" ;; esac; done")
        }

        func run(_ script: String, _ arguments: [String]) throws -> ProgramResult {
            try runProgram(
                URL(fileURLWithPath: "/bin/sh"), [Repository.root.appendingPathComponent(script).path] + arguments,
                environment: ["PATH": bin.path])
        }

        var calls: [String] {
            let text = (try? String(contentsOf: folder.appendingPathComponent("calls"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test func nothingMissingCallsNothing() throws {
        let machine = try Machine()
        try machine.debian(lacking: [], user: 1000)
        let result = try machine.run("tools/deps.sh", ["build", "test"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(machine.calls == [])
    }

    @Test func rootInstallsOnlyWhatIsMissing() throws {
        let machine = try Machine()
        try machine.debian(lacking: ["libdcmtk-dev", "zlib1g-dev", "tmux"], user: 0)
        #expect(try machine.run("tools/deps.sh", ["build"]).status == 0)
        #expect(machine.calls.count == 2)
        #expect(machine.calls.first?.contains(" update") == true)
        #expect(machine.calls.last?.hasSuffix("--no-install-recommends zlib1g-dev libdcmtk-dev") == true)
    }

    @Test func testsNeedMoreThanTheBuild() throws {
        let machine = try Machine()
        try machine.debian(lacking: ["tmux"], user: 0)
        #expect(try machine.run("tools/deps.sh", ["build", "test"]).status == 0)
        #expect(machine.calls.last?.hasSuffix("--no-install-recommends tmux") == true)
    }

    @Test func usersInstallThroughSudo() throws {
        let machine = try Machine()
        try machine.debian(lacking: ["tmux"], user: 1000)
        try machine.program("sudo", "echo sudo >>'\(machine.folder.path)/calls'; exec \"$@\"")
        #expect(try machine.run("tools/deps.sh", ["test"]).status == 0)
        #expect(machine.calls.filter { $0 == "sudo" }.count == 2)
        #expect(machine.calls.last?.hasSuffix(" tmux") == true)
    }

    @Test func withoutRootAndSudoItSaysWhatToAskFor() throws {
        let machine = try Machine()
        try machine.debian(lacking: ["tmux"], user: 1000)
        let result = try machine.run("tools/deps.sh", ["test"])
        #expect(result.status == 1)
        #expect(result.errors.contains("apt-get install --no-install-recommends tmux"))
        #expect(machine.calls == [])
    }

    @Test func programsInstalledOtherwiseCount() throws {
        let machine = try Machine()
        for name in ["tmux", "infocmp", "dciodvfy", "dcmcjpls", "Orthanc", "plastimatch", "python3"] {
            try machine.program(name, "exit 0")
        }
        #expect(try machine.run("tools/deps.sh", ["test"]).status == 0)
        try machine.program("infocmp", "exit 1")
        let result = try machine.run("tools/deps.sh", ["test"])
        #expect(result.status == 1)
        #expect(result.errors.contains("ncurses-term"))
        #expect(!result.errors.contains("tmux"))
    }

    @Test func aFailedInstallationIsAFailure() throws {
        let machine = try Machine()
        try machine.debian(lacking: ["tmux"], user: 0)
        try machine.program("apt-get", "exit 100")
        #expect(try machine.run("tools/deps.sh", ["test"]).status == 1)
    }

    @Test func withoutSwiftItSaysWhereToGetIt() throws {
        let machine = try Machine()
        try machine.debian(lacking: [], user: 0)
        try FileManager.default.removeItem(at: machine.bin.appendingPathComponent("swift"))
        let result = try machine.run("tools/deps.sh", ["build"])
        #expect(result.status == 1)
        #expect(result.errors.contains("swift.org"))
    }

    @Test func everyPackageHasAGroupAndAProof() throws {
        let kinds: Set = ["command", "file", "header", "pkg-config", "python", "terminal"]
        for line in try Repository.lines("tools/packages.txt") where !line.isEmpty && !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            #expect(
                words.count == 4 && ["build", "test", "lint"].contains(words[0]) && kinds.contains(words[2]), "\(line)")
        }
    }
}
