import Anatomy
import ArgumentParser
import Foundation
import Volumes

/// Lists the structures that the program knows.
struct StructuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "structures", abstract: "List the structures that Pleura knows, in their order.",
        discussion: """
            Structures are added, and facts changed, in structures.json beside config.toml: write what --json prints, or \
            less. Other structures are reviewed as well; of them Pleura knows no more than their names say.
            """)

    @Flag(help: "Print one JSON document, of the form of structures.json.") var json = false

    private struct Report: Encodable {
        let structures: [StructureFacts]
    }

    func run() throws {
        let structures = StructureCatalogue.current.structures
        if json {
            try Output.json(Report(structures: structures))
            return
        }
        let width = structures.map(\.name.rawValue.count).max() ?? 0
        for facts in structures {
            let name = facts.name.rawValue
            let code = StructureCatalogue.current.coding(of: name)
            let words = [
                code.code.map { "\($0.value) \($0.meaning)" + (code.side.map { ", \($0.rawValue)" } ?? "") },
                facts.isOrgan ? "organ" : nil, facts.pieces.map { Plural.count($0, "piece") },
            ].compactMap { $0 }
            print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + words.joined(separator: "; "))
        }
    }
}
