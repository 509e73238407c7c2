import Cases
import Volumes

/// A patient as a network sees them: slices of the network's size with the labels on them.
public struct PreparedPatient: Sendable {
    /// The network's grid: columns, rows and slices of the network's size and spacing.
    public let geometry: GridGeometry
    /// Values, normalised, a slice after the other, columns fastest.
    public let values: [Float]
    /// Labels in the order of ``structures``: bit `c` of a pixel is set where it is in structure `c`.
    public let labels: [UInt8]
    /// The structures of the labels' bits; at most eight.
    public let structures: [StructureName]
    /// How much each slice counts, 0 or 1.
    public let sliceWeights: [UInt8]
    /// Which of ``structures`` the patient has labels of; of the others nothing is known.
    public let isLabelled: [Bool]
    /// What was proposed before somebody corrected it, as ``labels``; `nil` where nobody knows.
    public let proposals: [UInt8]?

    /// A patient from image and masks on the network's grid; a mask that is `nil` was never drawn.
    /// - Parameter proposals: what was proposed of each of the structures; `nil` where nobody knows.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)`` or ``VolumesError/gridsDiffer(_:)`` if they do not
    ///   fit together.
    public init(
        geometry: GridGeometry, values: [Float], masks: [(structure: StructureName, mask: Mask?)],
        sliceWeights: [UInt8]? = nil, proposals: [Mask?]? = nil
    ) throws(VolumesError) {
        let size = geometry.size
        guard values.count == size.voxelCount else {
            throw .wrongLength(expected: size.voxelCount, found: values.count)
        }
        let weights = sliceWeights ?? [UInt8](repeating: 1, count: size.z)
        guard weights.count == size.z else { throw .wrongLength(expected: size.z, found: weights.count) }
        precondition(masks.count <= 8, "a pixel's label is a byte")
        self.geometry = geometry
        self.values = values
        labels = try Self.bits(masks.map(\.mask), geometry)
        structures = masks.map(\.structure)
        self.sliceWeights = weights
        isLabelled = masks.map { $0.mask != nil }
        if let proposals {
            guard proposals.count == masks.count else {
                throw .wrongLength(expected: masks.count, found: proposals.count)
            }
            self.proposals = try Self.bits(proposals, geometry)
        } else {
            self.proposals = nil
        }
    }

    /// Masks as bits of a byte a pixel.
    private static func bits(_ masks: [Mask?], _ geometry: GridGeometry) throws(VolumesError) -> [UInt8] {
        let size = geometry.size
        var labels = [UInt8](repeating: 0, count: size.voxelCount)
        for (bit, mask) in masks.enumerated() {
            guard let mask else { continue }
            try geometry.requireSame(as: mask.geometry)
            for (z, slice) in mask.slices.enumerated() where !slice.isEmpty {
                let stride = slice.wordsPerRow
                for y in 0..<size.y {
                    for word in 0..<stride {
                        var bits = slice.words[y * stride + word]
                        while bits != 0 {
                            labels[(z * size.y + y) * size.x + word * 64 + bits.trailingZeroBitCount] |= 1 << bit
                            bits &= bits - 1
                        }
                    }
                }
            }
        }
        return labels
    }

    /// Which slices any structure is on, or was proposed on.
    var hasLabels: [Bool] {
        let count = geometry.size.x * geometry.size.y
        return (0..<geometry.size.z).map { z in
            let slice = z * count..<(z + 1) * count
            return labels[slice].contains { $0 != 0 } || proposals?[slice].contains { $0 != 0 } ?? false
        }
    }
}
