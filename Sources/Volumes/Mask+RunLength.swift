extension Mask {
    private static let magic: UInt32 = 0x314d_4c50  // "PLM1"

    /// The voxels as bytes: lengths of alternating runs (outside first) through the whole grid in voxel order, a
    /// checksum at the end. The grid itself is not in it, only its size.
    /// - Complexity: O(words + runs).
    public func runLengthEncoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        for count in [geometry.size.x, geometry.size.y, geometry.size.z] { writer.appendVarint(count) }
        var inside = false
        var run = 0
        for slice in slices {
            let stride = slice.wordsPerRow
            for y in 0..<slice.height {
                var x = 0
                while x < slice.width {
                    let word = slice.words[y * stride + x >> 6] >> UInt64(x & 63)
                    let same = (inside ? ~word : word).trailingZeroBitCount
                    let step = min(same, 64 - x & 63, slice.width - x)
                    run += step
                    x += step
                    if step == same && x < slice.width && x & 63 != 0 || step == 0 {
                        writer.appendVarint(run)
                        inside.toggle()
                        run = 0
                    }
                }
            }
        }
        writer.appendVarint(run)
        writer.appendChecksum()
        return writer.bytes
    }

    /// Reads a mask back onto its grid.
    /// - Throws: ``VolumesError/damaged(reason:)``, or ``VolumesError/gridMismatch(_:_:)`` if the size is another.
    public init(runLengthEncoded bytes: [UInt8], geometry: GridGeometry) throws(VolumesError) {
        var reader = try ByteReader(checking: bytes, what: "a mask")
        guard try reader.read(UInt32.self) == Self.magic else { throw .damaged(reason: "this is not a mask") }
        let size = GridSize(x: try reader.readVarint(), y: try reader.readVarint(), z: try reader.readVarint())
        guard size == geometry.size else { throw .gridMismatch("\(size)", "\(geometry.size)") }
        var mask = Mask(geometry: geometry)
        var inside = false
        var position = 0
        while !reader.isAtEnd {
            let run = try reader.readVarint()
            guard run <= size.voxelCount - position else { throw .damaged(reason: "a mask is longer than its grid") }
            if inside {
                var at = position
                while at < position + run {
                    let (line, x) = at.quotientAndRemainder(dividingBy: size.x)
                    let (z, y) = line.quotientAndRemainder(dividingBy: size.y)
                    let end = min(size.x, x + position + run - at)
                    mask[slice: z].set(true, row: y, columns: x..<end)
                    at += end - x
                }
            }
            position += run
            inside.toggle()
        }
        guard position == size.voxelCount else { throw .damaged(reason: "a mask is shorter than its grid") }
        self = mask
    }
}
