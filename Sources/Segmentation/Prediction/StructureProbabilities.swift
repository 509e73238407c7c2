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

    /// The same, smoothed along the slices by a Gaussian; beyond the first and the last slice nothing is assumed, the
    /// weights of those that are there are made 1. Sums over structures stay at most what they were.
    /// - Parameter deviation: its standard deviation, mm; 0 or less changes nothing. It is cut off at three.
    public func smoothedAlongSlices(by deviation: Double) throws(VolumesError) -> StructureProbabilities {
        let (count, step) = (record.grid.size.z, record.grid.spacing.z)
        guard deviation > 0, count > 1 else { return self }
        let reach = min(Int((3 * deviation / step).rounded(.down)), count - 1)
        let weights = (0...reach).map { Float(exp(-0.5 * pow(Double($0) * step / deviation, 2))) }
        var smoothed: [UnitField] = []
        for field in fields {
            var result = field
            for z in 0..<count {
                let near = max(0, z - reach)...min(count - 1, z + reach)
                let sum = near.reduce(Float(0)) { $0 + weights[abs($1 - z)] }
                var values = [Float](repeating: 0, count: field.slices[z].count)
                for other in near {
                    let weight = weights[abs(other - z)] / (sum * 65_535)
                    let slice = field.slices[other]
                    for i in values.indices { values[i] += weight * Float(slice[i]) }
                }
                try result.set(slice: z, to: values)
            }
            smoothed.append(result)
        }
        return StructureProbabilities(record: record, structures: structures, fields: smoothed)
    }

    /// The same, averaged with what another network says on its own grid, as far as that reaches.
    /// - Parameter shares: how much the other counts, 0…1, by structure; structures that are not named stay as they are.
    public func mixed(
        with other: StructureProbabilities, shares: [StructureName: Double]
    ) throws(VolumesError) -> StructureProbabilities {
        let grid = record.grid
        var reach = UnitField(geometry: other.record.grid)
        let everywhere = [Float](repeating: 1, count: other.record.grid.size.x * other.record.grid.size.y)
        for z in 0..<other.record.grid.size.z { try reach.set(slice: z, to: everywhere) }
        let reached = ResampledUnitField(reach, onto: grid)
        var mixed = fields
        let pairs = structures.enumerated().compactMap { index, name -> (Int, Float, ResampledUnitField)? in
            guard let share = shares[name], share > 0, let place = other.structures.firstIndex(of: name) else {
                return nil
            }
            return (index, Float(share), ResampledUnitField(other.fields[place], onto: grid))
        }
        guard !pairs.isEmpty else { return self }
        for z in 0..<grid.size.z {
            guard let within = reached.slice(z) else { continue }
            for (index, share, seen) in pairs {
                // Where the other has nothing at all, it says 0 as far as it reaches.
                let says = seen.slice(z)
                let own = fields[index].slices[z]
                try mixed[index].set(
                    slice: z,
                    to: own.indices.map { i in
                        let left = 1 - share * Float(within[i])
                        return left * Float(own[i]) / 65_535 + share * Float(says?[i] ?? 0)
                    })
            }
        }
        return StructureProbabilities(record: record, structures: structures, fields: mixed)
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
