import Foundation
import Testing

@Suite("What the documents promise is there")
struct DocumentTests {
    /// Targets that `make` lists, by the lines that make them listed.
    static func makeTargets() throws -> Set<String> {
        Set(
            try Repository.lines("Makefile").compactMap { line in
                guard let colon = line.firstIndex(of: ":"), line.contains("## ") else { return nil }
                let name = line[..<colon]
                let isTarget = !name.isEmpty && name.allSatisfy { $0.isLetter && $0.isLowercase || $0 == "-" }
                return isTarget ? String(name) : nil
            })
    }

    /// `x` of every `make x` in code spans and code blocks.
    static func makeCommands(in lines: [String]) -> Set<String> {
        var found: Set<String> = []
        var inBlock = false
        for line in lines {
            if line.hasPrefix("```") { inBlock.toggle() }
            let spans = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            for code in inBlock || line.hasPrefix("    ") ? [line] : spans {
                let words = code.split(whereSeparator: \.isWhitespace)
                for (index, word) in words.enumerated().dropFirst() where words[index - 1] == "make" {
                    if word.allSatisfy(\.isLetter) { found.insert(String(word)) }
                }
            }
        }
        return found
    }

    @Test func readmeIsOneScreen() throws {
        let lines = try Repository.lines("README.md")
        #expect(lines.count <= 60)
        #expect(Self.makeCommands(in: lines).isSuperset(of: ["review", "test"]))
    }

    @Test("every make command in the documents exists", arguments: ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
    func makeCommands(document: String) throws {
        let promised = Self.makeCommands(in: try Repository.lines(document))
        #expect(promised.subtracting(try Self.makeTargets()) == [])
    }

    @Test func makeListsEveryTargetOfTheContract() throws {
        let contract: Set = ["deps", "build", "review", "demo", "test", "lint", "bench", "docs", "install"]
        #expect(contract.subtracting(try Self.makeTargets()) == [])
        let phony = try Repository.lines("Makefile").first { $0.hasPrefix(".PHONY:") }
        #expect(Set(phony?.split(separator: " ").dropFirst().map(String.init) ?? []) == (try Self.makeTargets()))
    }

    @Test func commandsAreFoundInSpansAndBlocksOnly() {
        let lines = [
            "Run `make one` to make two.", "```", "make three", "```", "    sudo make four PREFIX=/usr", "make five",
        ]
        #expect(Self.makeCommands(in: lines) == ["one", "three", "four"])
    }

    @Test func localLinksLeadSomewhere() throws {
        for document in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"] {
            let text = try Repository.text(document)
            for match in text.matches(of: /\]\(([^)#:]+)\)/) {
                let path = Repository.root.appendingPathComponent(String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(document) → \(match.1)")
            }
        }
    }

    @Test func ciRunsWhatADeveloperRuns() throws {
        let commands = try Repository.lines(".ci/run").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
        #expect(commands == ["set -e", "cd \"$(dirname \"$0\")/..\"", "make lint", "make test"])
        #expect(FileManager.default.isExecutableFile(atPath: Repository.root.appendingPathComponent(".ci/run").path))
    }
}
