extension MaskSlice {
    /// Adds the voxels of another slice of the same size.
    public mutating func formUnion(_ other: MaskSlice) { combine(other) { $0 | $1 } }

    /// Takes out the voxels of another slice of the same size.
    public mutating func subtract(_ other: MaskSlice) { combine(other) { $0 & ~$1 } }

    /// Keeps only the voxels that another slice of the same size has too.
    public mutating func formIntersection(_ other: MaskSlice) { combine(other) { $0 & $1 } }

    /// The voxels of this slice that another of the same size lacks.
    public func subtracting(_ other: MaskSlice) -> MaskSlice {
        var result = self
        result.subtract(other)
        return result
    }

    /// The voxels that are in one of the two slices alone.
    public func symmetricDifference(_ other: MaskSlice) -> MaskSlice {
        var result = self
        result.combine(other) { $0 ^ $1 }
        return result
    }

    private mutating func combine(_ other: MaskSlice, _ operation: (UInt64, UInt64) -> UInt64) {
        precondition(width == other.width && height == other.height, "slices that are combined have one size")
        other.words.withUnsafeBufferPointer { right in
            withMutableWords { words in
                for i in words.indices { words[i] = operation(words[i], right[i]) }
            }
        }
    }
}
