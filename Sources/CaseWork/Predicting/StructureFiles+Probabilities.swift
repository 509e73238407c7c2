import Cases
import Foundation
import ImageIO
import Segmentation
import VolumeFiles
import Volumes

extension StructureFiles {
    /// Writes what a network said of each structure, 0…1, as 32-bit NIfTI on the image's own grid: the structures along
    /// the fourth axis, their names in the `.json` beside it.
    /// - Returns: the files that were written.
    /// - Throws: what writing says, naming the file.
    package static func write(_ said: StructureProbabilities, to path: String) throws -> [URL] {
        let url = URL(fileURLWithPath: path)
        let grid = said.record.source
        let seen = said.fields.map { ResampledUnitField($0, onto: grid) }
        try NiftiFile.write(on: grid, volumes: seen.count, to: url) { index, z in
            seen[index].slice(z)?.map(Float.init)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let names = MaskReader.namesFile(for: url)
        try ResultFile.write(
            try encoder.encode(["structures": said.structures.map(\.rawValue)]), to: names.path)
        return [url, names]
    }
}
