extension Volume {
    /// The voxels whose HU lies in `range`, both ends included; with `within`, only those of that mask.
    /// - Throws: ``VolumesError/gridsDiffer(_:)`` if the mask has another grid.
    /// - Complexity: O(voxels), of those in words that `within` touches; on all cores.
    public func mask(of range: ClosedRange<HounsfieldUnit>, within: Mask? = nil) throws(VolumesError) -> Mask {
        if let within { try geometry.requireSame(as: within.geometry) }
        let size = geometry.size
        var block = BitBlock(Mask(geometry: geometry), rows: 0..<size.y, slices: 0..<size.z)
        let (stride, sliceWords) = (block.stride, block.sliceWords)
        let (low, high) = (range.lowerBound.value, range.upperBound.value)
        block.words.withUnsafeMutableBufferPointer { target in
            inParallel(size.z) { part in
                for z in part where within?.slices[z].isEmpty != true {
                    let allowed = within?.slices[z].words
                    slices[z].values.withUnsafeBufferPointer { values in
                        for y in 0..<size.y {
                            for word in 0..<stride {
                                let keep = allowed?[y * stride + word] ?? ~0
                                guard keep != 0 else { continue }
                                let first = y * size.x + word * 64
                                var bits: UInt64 = 0
                                for bit in 0..<min(64, size.x - word * 64) {
                                    let value = values[first + bit]
                                    bits |= (value >= low && value <= high ? 1 : 0) << UInt64(bit)
                                }
                                target[z * sliceWords + y * stride + word] = bits & keep
                            }
                        }
                    }
                }
            }
        }
        return block.mask(on: geometry)
    }
}
