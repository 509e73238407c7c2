extension Mask {
    /// The mask together with those voxels of `region` that share a face with it (with `acrossSlices` off: a side,
    /// on the same slice). One step of a growth that never leaves the region nor jumps a gap. Voxels of the mask that
    /// are not in `region` stay and are grown from.
    /// - Parameter slices: the slices to grow on; nothing else is looked at.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    /// - Complexity: O(words of the slices).
    public func grownByOneFace(
        within region: Mask, slices range: Range<Int>? = nil, acrossSlices: Bool = true
    ) throws(VolumesError) -> Mask {
        try geometry.requireSame(as: region.geometry)
        let size = geometry.size
        let (stride, height) = ((size.x + 63) / 64, size.y)
        var result = self
        for z in (range ?? 0..<size.z).clamped(to: 0..<size.z) where !region.slices[z].isEmpty {
            let own = slices[z].words
            let below = acrossSlices && z > 0 && !slices[z - 1].isEmpty ? slices[z - 1].words : nil
            let above = acrossSlices && z + 1 < size.z && !slices[z + 1].isEmpty ? slices[z + 1].words : nil
            guard below != nil || above != nil || !slices[z].isEmpty else { continue }
            let allowed = region.slices[z].words
            var grown = own
            for y in 0..<height {
                for word in 0..<stride {
                    let i = y * stride + word
                    guard allowed[i] & ~own[i] != 0 else { continue }
                    var near = own[i] << 1 | own[i] >> 1
                    if word > 0 { near |= own[i - 1] >> 63 }
                    if word + 1 < stride { near |= own[i + 1] << 63 }
                    if y > 0 { near |= own[i - stride] }
                    if y + 1 < height { near |= own[i + stride] }
                    if let below { near |= below[i] }
                    if let above { near |= above[i] }
                    grown[i] |= near & allowed[i]
                }
            }
            if grown != own {
                result[slice: z].withMutableWords { words in
                    for i in words.indices { words[i] = grown[i] }
                }
            }
        }
        return result
    }
}
