import Anatomy
import Foundation
import TestSupport
import Testing

@testable import Settings

/// Keymaps, themes, recipes and settings of ours with bytes changed, pieces cut out, doubled or swapped: reading them ends in
/// a value or in an error that names the file.
@Suite("Mutated settings")
struct MutatedSettingsTests {
    private func mutate(_ original: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            guard bytes.count > 8 else { return bytes }
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 1...min(24, bytes.count - at), using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(at..<at + length)
            case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
            case 4: bytes.removeLast(length)
            default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &random))
            }
        }
        return bytes
    }

    @Test("structures are read or refused, and never end the program")
    func structures() throws {
        let source = repositoryRoot().appendingPathComponent("Sources/Anatomy/structures.json")
        var document = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: source)) as? [String: Any])
        // The program's own, which no file of a user's may have.
        document["families"] = nil
        let original = Array(
            try JSONSerialization.data(withJSONObject: document, options: [.prettyPrinted, .sortedKeys]))
        let folder = try TemporaryFolder()
        let file = folder.file("mine.json")
        var random = SeededGenerator(seed: 11)
        var (taken, refused) = (0, 0)
        for _ in 0..<150 {
            try Data(mutate(original, using: &random)).write(to: file)
            do throws(SettingsError) {
                let catalogue = try StructureCatalogue.reading([file])
                #expect(catalogue.structures.count >= StructureCatalogue.builtIn.structures.count)
                taken += 1
            } catch {
                #expect(error.place == file.path && !error.what.isEmpty)
                refused += 1
            }
        }
        #expect(taken > 0 && refused > 10, "\(taken) taken, \(refused) refused")
    }

    @Test("they are read or refused, and never end the program", arguments: ["keymaps", "themes", "recipes"])
    func resources(kind: String) throws {
        let resources = ResourceFolder(url: repositoryRoot())
        let source = repositoryRoot().appendingPathComponent(kind)
        let names = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
        let folder = try TemporaryFolder()
        let file = folder.file("mine.toml")
        var random = SeededGenerator(seed: UInt64(kind.count))
        var (taken, refused) = (0, 0)
        for name in names where name.hasSuffix(".toml") {
            let original = Array(try Data(contentsOf: source.appendingPathComponent(name)))
            for _ in 0..<40 {
                try Data(mutate(original, using: &random)).write(to: file)
                do throws(SettingsError) {
                    switch kind {
                    case "keymaps": _ = try resources.keymap(file.path)
                    case "themes": _ = try resources.theme(file.path)
                    default: _ = try resources.recipe(file.path)
                    }
                    taken += 1
                } catch {
                    #expect(error.description.contains(".toml:"), "\(error)")
                    refused += 1
                }
            }
        }
        #expect(taken > 0 && refused > 10, "\(taken) taken, \(refused) refused")
    }
}
