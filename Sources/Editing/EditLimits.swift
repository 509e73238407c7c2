import Volumes

/// What an edit may not touch.
public struct EditLimits: Hashable, Sendable {
    /// Only voxels with a CT number in this range change; `nil` for any.
    public var range: ClosedRange<HounsfieldUnit>?
    /// Only voxels of this mask change, be they marked or cleared; `nil` for any.
    public var onlyInside: Mask?
    /// Voxels of this mask do not change, neither marked nor cleared; `nil` for none.
    public var onlyOutside: Mask?

    /// Limits from their parts.
    public init(range: ClosedRange<HounsfieldUnit>? = nil, onlyInside: Mask? = nil, onlyOutside: Mask? = nil) {
        self.range = range
        self.onlyInside = onlyInside
        self.onlyOutside = onlyOutside
    }

    /// Whether they allow everything.
    public var isEmpty: Bool { range == nil && onlyInside == nil && onlyOutside == nil }
}

extension Mask {
    /// Takes back the part of an edit that the limits do not allow: the voxels that differ from `before` and whose CT
    /// number is out of range, that lie outside ``EditLimits/onlyInside`` or inside ``EditLimits/onlyOutside``, or that
    /// lie in one of the `protected` masks and would be marked.
    /// - Parameter image: the CT by slice; a slice that has not arrived allows nothing where a range is asked for.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public mutating func confine(
        to limits: EditLimits, since before: Mask, image: PartialVolume, protected: [Mask]
    ) throws(VolumesError) {
        guard !limits.isEmpty || !protected.isEmpty else { return }
        for other in protected + [limits.onlyInside, limits.onlyOutside].compactMap({ $0 }) {
            try geometry.requireSame(as: other.geometry)
        }
        let patch = try MaskPatch(from: before, to: self)
        for part in patch.slices {
            let z = part.z
            let stride = slices[z].wordsPerRow
            let width = geometry.size.x
            let old = before.slices[z].words
            let locked = protected.map { $0.slices[z].words }
            let inside = limits.onlyInside?.slices[z].words
            let outside = limits.onlyOutside?.slices[z].words
            let values = image.slices[z]?.values
            self[slice: z].withMutableWords { words in
                for y in part.rows {
                    for word in part.words {
                        let i = y * stride + word
                        var changed = words[i] ^ old[i]
                        for mask in locked { changed &= ~(words[i] & mask[i]) }
                        if let inside { changed &= inside[i] }
                        if let outside { changed &= ~outside[i] }
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
