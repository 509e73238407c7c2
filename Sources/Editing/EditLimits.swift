import Volumes

/// What an edit may not touch.
public struct EditLimits: Hashable, Sendable {
    /// Only voxels with a CT number in this range change; `nil` for any.
    public var range: ClosedRange<HounsfieldUnit>?

    /// Limits from their parts.
    public init(range: ClosedRange<HounsfieldUnit>? = nil) {
        self.range = range
    }
}

extension Mask {
    /// Takes back the part of an edit that the limits do not allow: the voxels that differ from `before` and whose CT
    /// number is out of range, or that lie in one of the `protected` masks and would be marked.
    /// - Parameter image: the CT by slice; a slice that has not arrived allows nothing where a range is asked for.
    /// - Throws: ``VolumesError/gridMismatch(_:_:)``.
    public mutating func confine(
        to limits: EditLimits, since before: Mask, image: PartialVolume, protected: [Mask]
    ) throws(VolumesError) {
        guard limits.range != nil || !protected.isEmpty else { return }
        for other in protected { try geometry.requireSame(as: other.geometry) }
        let patch = try MaskPatch(from: before, to: self)
        for part in patch.slices {
            let z = part.z
            let stride = slices[z].wordsPerRow
            let width = geometry.size.x
            let old = before.slices[z].words
            let locked = protected.map { $0.slices[z].words }
            let values = image.slices[z]?.values
            self[slice: z].withMutableWords { words in
                for y in part.rows {
                    for word in part.words {
                        let i = y * stride + word
                        var changed = words[i] ^ old[i]
                        for mask in locked { changed &= ~(words[i] & mask[i]) }
                        if let range = limits.range {
                            var bits = changed
                            while bits != 0 {
                                let bit = bits.trailingZeroBitCount
                                bits &= bits - 1
                                let inRange = values.map {
                                    range.contains(HounsfieldUnit($0[y * width + word * 64 + bit]))
                                }
                                if inRange != true { changed &= ~(1 << UInt64(bit)) }
                            }
                        }
                        words[i] = old[i] ^ changed
                    }
                }
            }
        }
    }
}
