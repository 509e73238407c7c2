import Cases
import Foundation
import Volumes

/// What a network says of each structure, on the network's own grid.
public struct StructureProbabilities: Sendable {
    /// How the image was prepared.
    public let record: PreprocessingRecord
    /// The structures.
    public let structures: [StructureName]
    /// The probabilities of each structure.
    public let fields: [UnitField]

    /// Probabilities from their parts.
    public init(record: PreprocessingRecord, structures: [StructureName], fields: [UnitField]) {
        self.record = record
        self.structures = structures
        self.fields = fields
    }

    /// The entropy in bits of each voxel's probabilities, the largest over the structures.
    public func uncertainty() throws(VolumesError) -> ByteMap {
        let bits = (0...65_535).map { UInt8((Self.entropy(Double($0) / 65_535) * 255).rounded()) }
        let grid = record.grid
        let slices = (0..<grid.size.z).map { z in
            (0..<grid.size.x * grid.size.y).map { i in
                fields.reduce(UInt8(0)) { max($0, bits[Int($1.slices[z][i])]) }
            }
        }
        return try ByteMap(geometry: grid, slices: slices)
    }

    /// The entropy of a yes-or-no answer, bits, 0…1.
    static func entropy(_ p: Double) -> Double {
        p <= 0 || p >= 1 ? 0 : -(p * log2(p) + (1 - p) * log2(1 - p))
    }
}
