import CaseWork
import Cases
import Foundation
import Volumes

/// Several readings brought together, as `consensus --json` has it, and as text.
package struct ConsensusReport: Encodable {
    /// What is said of one reader of a structure.
    struct Reader: Encodable {
        let name: String
        let millilitres: Double
        /// By STAPLE; null for a majority, and where it is not defined.
        let sensitivity: JSONNumber
        let specificity: JSONNumber
        /// Of the reader's mask and the consensus, at the structure's tolerance.
        let surfaceDice: JSONNumber

        enum CodingKeys: String, CodingKey {
            case name, sensitivity, specificity
            case millilitres = "ml"
            case surfaceDice = "surface_dice_with_consensus"
        }
    }

    /// A structure.
    struct Structure: Encodable {
        let name: String
        let millilitres: Double
        let tolerance: Double
        let readers: [Reader]
        /// Of each pair of readers, in their order; symmetric.
        let surfaceDice: [[JSONNumber]]
        /// Contour of the row's reader that the column's lacks, mm.
        let addedPathLength: [[Double]]
        let prior: JSONNumber
        let iterations: Int?
        let hasConverged: Bool?
        let ties: Int?

        enum CodingKeys: String, CodingKey {
            case name, readers, prior, iterations
            case millilitres = "ml"
            case tolerance = "tolerance_mm"
            case surfaceDice = "surface_dice"
            case addedPathLength = "added_path_length_mm"
            case hasConverged = "converged"
            case ties = "tied_voxels"
        }

        init(_ row: ReaderConsensus.Row, of names: [String]) {
            let count = row.readers.count
            name = row.name.rawValue
            millilitres = row.mask.millilitres
            tolerance = row.agreement.tolerance.value
            readers = row.readers.enumerated().map { position, reader in
                let performance = row.staple?.readers[position]
                return Reader(
                    name: names[reader], millilitres: row.millilitres[position],
                    sensitivity: JSONNumber(performance?.sensitivity),
                    specificity: JSONNumber(performance?.specificity),
                    surfaceDice: JSONNumber(row.agreement.surfaceDice[position][count]))
            }
            surfaceDice = row.agreement.surfaceDice.prefix(count).map { $0.prefix(count).map(JSONNumber.init) }
            addedPathLength = row.agreement.addedPathLength.prefix(count).map { $0.prefix(count).map(\.value) }
            prior = JSONNumber(row.staple?.prior)
            (iterations, hasConverged, ties) = (row.staple?.iterations, row.staple?.hasConverged, row.ties)
        }

        /// For people, line by line.
        var lines: [String] {
            func text(_ number: JSONNumber, _ digits: Int = 3) -> String {
                number.value.map { String(format: "%.\(digits)f", $0) } ?? "n/a"
            }
            func table(_ title: String, _ cells: [[String]]) -> [String] {
                let width = max(7, cells.joined().map(\.count).max() ?? 0) + 2
                let padded = cells.enumerated().map { row, cells in
                    "    \(row + 1)" + cells.map { String(repeating: " ", count: width - $0.count) + $0 }.joined()
                }
                let head =
                    "     "
                    + cells.indices.map { index in
                        String(repeating: " ", count: width - "\(index + 1)".count) + "\(index + 1)"
                    }.joined()
                return ["  \(title)", head] + padded
            }
            var lines = ["\(name), \(String(format: "%.2f", millilitres)) ml"]
            for (index, reader) in readers.enumerated() {
                var line =
                    "  \(index + 1) \(reader.name): \(String(format: "%.2f", reader.millilitres)) ml, surface Dice "
                line += "with the consensus \(text(reader.surfaceDice))"
                if iterations != nil {
                    line += ", sensitivity \(text(reader.sensitivity, 4)), specificity \(text(reader.specificity, 6))"
                }
                lines.append(line)
            }
            lines += table("surface Dice at \(tolerance) mm", surfaceDice.map { $0.map { text($0) } })
            lines += table(
                "added path length, mm: contour of the row's reader that the column's lacks",
                addedPathLength.map { $0.map { String(format: "%.0f", $0) } })
            return lines
        }
    }

    let method: String
    let readers: [String]
    let structures: [Structure]
    /// Every file that was written.
    let files: [String]
    /// What was unusual about image and readings, and what the consensus leaves open.
    package let warnings: [String]

    /// A consensus that was written.
    package init(_ consensus: ReaderConsensus, files: [String], warnings: [String]) {
        method = consensus.method.rawValue
        readers = consensus.readers
        structures = consensus.rows.map { Structure($0, of: consensus.readers) }
        (self.files, self.warnings) = (files, warnings)
    }

    /// For people, line by line.
    package var lines: [String] { structures.flatMap(\.lines) + files.map { "written: \($0)" } }
}
