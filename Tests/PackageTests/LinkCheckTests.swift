import Foundation
import TestSupport
import Testing

/// `tools/check_links.py`, which `make lint` runs, on documents that are made up.
@Suite("Links between documents")
struct LinkCheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws {
        let file = folder.file(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// What is said of documents.
    private func complaints(_ documents: String...) throws -> [String] {
        let result = try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", Repository.root.appendingPathComponent("tools/check_links.py").path, folder.url.path]
                + documents, environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(result.status == (lines.isEmpty ? 0 : 1), "\(result)")
        return lines
    }

    @Test("files and headings that are there are left alone, and so is what is no link of ours")
    func good() throws {
        try write("# One\n## Two words, `code` & more\n## Two\n## Two\n<a name=\"here\"></a>\n", to: "docs/b.md")
        try write(
            """
            # Top
            [a](docs/b.md) [b](docs/b.md#two-words-code--more) [c](docs/b.md#two-1) [d](docs/b.md#here) [e](#top)
            [f](https://example.org/none#x) [mail](mailto:a@example.org) ![picture](docs/a%20b.svg) [folder](docs)
            [label][one] and `[no](none.md)` and [two [brackets]](docs/b.md "title")

            ```
            [no](none.md)
            # Not a heading
            ```

            [one]: docs/b.md#one
            """, to: "a.md")
        try write("<svg/>", to: "docs/a b.svg")
        try write("[up](../a.md#top)\n", to: "docs/c.md")
        #expect(try complaints("a.md", "docs/b.md", "docs/c.md") == [])
    }

    @Test(
        "what is missing is named with its line",
        arguments: [
            ("[a](none.md)", "none.md is not there"), ("![a](docs/none.svg)", "docs/none.svg is not there"),
            ("[a](b.md#three)", "b.md#three: no heading has that name"),
            ("[a](#none)", "#none: no heading has that name"),
            ("[a](b.md#two-2)", "b.md#two-2: no heading has that name"),
            ("[a](b.md#not-a-heading)", "b.md#not-a-heading: no heading has that name"),
            ("[a](../x.md)", "../x.md leads out of the repository"), ("[a][nobody]", "[nobody] is not defined"),
            ("[x]: none.md", "none.md is not there"), ("[a](b.md) [c](none.md)", "none.md is not there"),
            ("[two [brackets]](none.md)", "none.md is not there"),
        ])
    func bad(line: String, complaint: String) throws {
        try write("# Two\n## Two\n```\n# Not a heading\n```\n", to: "b.md")
        try write("# Top\n\n\(line)\n", to: "a.md")
        #expect(try complaints("a.md") == ["a.md:3: \(complaint)"])
    }

    @Test("the links of the repository's own documents are good")
    func repository() throws {
        let result = try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", Repository.root.appendingPathComponent("tools/check_links.py").path, Repository.root.path],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
        #expect(result.status == 0, "\(result.errors)")
    }
}
