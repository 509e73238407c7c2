import Foundation
import TestSupport
import Testing

/// A review in a terminal of its own, and the words in which scenarios speak of it.
struct ReviewRun {
    /// Long, because a worker has the lowest priority and other tests run beside it.
    static let patience = Duration.seconds(400)

    let session: TmuxSession

    /// Starts `pleura review` with these arguments and waits for nothing.
    init(
        _ arguments: [String], home: TemporaryFolder, reviewer: String = "reader-1", columns: Int = 120,
        rows: Int = 36, terminal: String? = nil, environment: [String] = [], settings text: String = "",
        variables: [String: String] = [:], program command: String = "review"
    ) throws {
        let program = try pleuraBinary()
        let command = [command] + arguments
        let settings = try Self.settings(of: reviewer, text, below: home.url).merging(variables) { $1 }
        if let terminal {
            session = try TmuxSession(
                URL(fileURLWithPath: "/usr/bin/env"), ["TERM=\(terminal)"] + environment + [program.path] + command,
                environment: settings, columns: columns, rows: rows, home: home)
        } else {
            session = try TmuxSession(
                program, command, environment: settings, columns: columns, rows: rows, home: home)
        }
    }

    /// Where the program finds who reviews.
    private static func settings(of reviewer: String, _ text: String, below home: URL) throws -> [String: String] {
        let config = home.appendingPathComponent("config-\(reviewer)")
        let folder = config.appendingPathComponent("pleura")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("reviewer = \"\(reviewer)\"\n\(text)\n".utf8).write(to: folder.appendingPathComponent("config.toml"))
        return ["XDG_CONFIG_HOME": config.path]
    }

    // MARK: What is on the screen

    @discardableResult
    func see(_ texts: String...) async throws -> [String] {
        try await session.waitFor(texts.map { "“\($0)”" }.joined(separator: " and "), timeout: Self.patience) { rows in
            texts.allSatisfy { text in rows.contains { $0.contains(text) } }
        }
    }

    @discardableResult
    func wait(for what: String, where condition: ([String]) throws -> Bool) async throws -> [String] {
        try await session.waitFor(what, timeout: Self.patience, where: condition)
    }

    /// Waits until the case is open for writing and measured.
    @discardableResult
    func seeOpen() async throws -> [String] {
        try await wait(for: "a case open for writing, with a score") {
            $0[0].contains(" saved") && Self.score("Lung_L", in: $0) != nil
        }
    }

    /// A structure's surface Dice as the screen shows it; `nil` while it is being measured.
    static func score(_ structure: String, in rows: [String]) -> Double? {
        for row in rows {
            guard let name = row.range(of: structure + " ") else { continue }
            let rest = row[name.upperBound...].drop { $0 == " " }
            let number = rest.prefix { $0.isNumber || $0 == "." }
            guard number.count == 5, let value = Double(number) else { continue }
            // In ASCII the dots are a tilde.
            return [" …", " ~"].contains { rest.dropFirst(5).hasPrefix($0) } ? nil : value
        }
        return nil
    }

    /// Waits until all is on disk and the structure's score satisfies the condition.
    @discardableResult
    func seeScore(
        _ what: String, of structure: String = "Lung_L", where condition: (Double) -> Bool
    ) async throws -> Double {
        let rows = try await wait(for: "everything saved, and a score of \(structure) that is \(what)") {
            $0[0].contains(" saved") && Self.score(structure, in: $0).map(condition) == true
        }
        return Self.score(structure, in: rows) ?? -1
    }

    /// The screen as text, for messages.
    var shown: Comment { Comment(rawValue: "\n" + ((try? session.screen()) ?? []).joined(separator: "\n")) }

    // MARK: What the reviewer does

    func press(_ keys: String...) throws { for key in keys { try session.send(key) } }

    func command(_ text: String) async throws {
        try session.sendLiteral(":" + text)
        try session.send("Enter")
    }

    /// Goes to a slice, from 1, and waits until it is there.
    func go(to slice: Int) async throws {
        try await command("\(slice)")
        try await see("axial \(slice)/24")
    }

    /// Drags the brush over the middle of the image, which is mediastinum, and waits until the change is on disk.
    /// - Parameters:
    ///   - row: the row of the terminal.
    ///   - slice: the slice on screen, from 1; steps name the voxel index, from 0.
    func paint(row: Int = 15, slice: Int) async throws {
        try session.drag(through: [(column: 40, row: row), (column: 44, row: row + 1), (column: 47, row: row)])
        try await wait(for: "a stroke on slice \(slice), saved and measured") { rows in
            rows[0].contains(" saved") && Self.score("Lung_L", in: rows) != nil
                && rows.contains {
                    // A stroke that reaches into another structure is warned of in the same place.
                    $0.contains("u undoes brush Lung_L, slice \(slice)")
                        || $0.contains("of these voxels also belong to ")
                }
        }
    }

    /// Writes the masks as they stand into a folder, and reads them.
    func export(to folder: URL) async throws -> [String: PlainNifti] {
        try await command("export nifti \(folder.path)")
        // The news of an export before may still stand there; each file appears whole.
        try await wait(for: "the files of an export") {
            $0.contains { $0.contains("exported to") } && Masks.exist(in: folder)
        }
        return try Masks.read(folder)
    }

    /// Presses Escape and waits until what it ends is gone. A key close behind it would be that key with Alt.
    func escape(until gone: String) async throws {
        try press("Escape")
        try await wait(for: "a screen without “\(gone)”") { !$0.joined(separator: "\n").contains(gone) }
    }

    /// Accepts a case of which not every slice was seen: the program asks once.
    func accept() async throws {
        try press("a")
        try await see("Before this is filed:", "slices were not seen", "y  file anyway")
        try press("y")
    }

    /// Discards the unfinished review that was found, which takes a word.
    func startOver() async throws {
        try await see("type discard and press Enter")
        try session.sendLiteral("discard")
        try await see("> discard")
        try press("Enter")
        try await see("started over; ")
    }

    func quit() async throws {
        try press("q")
        #expect(try await session.waitForEnding(timeout: Self.patience) == .exited(0), shown)
    }
}

/// Folders of masks.
enum Masks {
    static let names = ["Lung_L", "Lung_R"]

    static func exist(in folder: URL) -> Bool {
        names.allSatisfy { FileManager.default.fileExists(atPath: folder.appendingPathComponent("\($0).nii.gz").path) }
    }

    static func read(_ folder: URL) throws -> [String: PlainNifti] {
        try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try PlainNifti(folder.appendingPathComponent("\($0).nii.gz"))) })
    }
}

/// Runs the program without a terminal, in a home of the test's.
@discardableResult
func pleura(_ arguments: String..., home: TemporaryFolder) throws -> ProgramResult {
    try pleura(arguments, home: home)
}

func pleura(_ arguments: [String], home: TemporaryFolder) throws -> ProgramResult {
    try runProgram(pleuraBinary(), arguments, environment: cleanEnvironment(home: home.url))
}

/// Runs the program, which must succeed, and reads the JSON on its standard output.
func pleuraJSON(_ arguments: String..., home: TemporaryFolder) throws -> [String: Any] {
    try pleuraJSON(arguments, home: home)
}

func pleuraJSON(_ arguments: [String], home: TemporaryFolder) throws -> [String: Any] {
    let result = try pleura(arguments, home: home)
    let document = try? JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    guard result.status == 0, let document else { throw Unexpected("\(arguments): \(result)") }
    return document
}

/// The corrections as `queue list --json` gives them.
func corrections(home: TemporaryFolder) throws -> [[String: Any]] {
    try #require(try pleuraJSON("queue", "list", "--json", home: home)["corrections"] as? [[String: Any]])
}

func expectIntactLog(home: TemporaryFolder) throws {
    let verified = try pleura("audit", "verify", home: home)
    #expect(verified.status == 0 && verified.output.hasPrefix("intact: "), "\(verified)")
}
