/// The difference between two masks on one grid: the bits to flip.
///
/// Flipping is its own inverse, so the same patch does and undoes an edit, and a journal of patches replays
/// forwards and backwards. Only the words of the touched rows are kept.
public struct MaskPatch: Hashable, Sendable {
    /// The flipped bits of a rectangle of one slice: rows `rows`, words `words` of each row.
    public struct SlicePatch: Hashable, Sendable {
        /// Which slice.
        public let z: Int
        /// Which rows; not empty.
        public let rows: Range<Int>
        /// Which words of each row (64 voxels a word); not empty.
        public let words: Range<Int>
        /// The bits to flip, `rows.count * words.count` words, row by row.
        public let flips: [UInt64]
    }

    /// The size of the grid the patch is for.
    public let size: GridSize
    /// The touched slices in order of z, none of them without a flipped bit.
    public let slices: [SlicePatch]

    /// Whether the patch changes nothing.
    public var isEmpty: Bool { slices.isEmpty }

    /// How many voxels the patch flips.
    public var flipCount: Int { slices.reduce(0) { $0 + $1.flips.reduce(0) { $0 + $1.nonzeroBitCount } } }

    /// How many of the voxels the patch has marked in `mask`, which it was applied to, lie in `other` too.
    /// Both masks must have the patch's size.
    public func count(flippedInto mask: Mask, and other: Mask) -> Int {
        slices.reduce(0) { sum, part in
            let (own, foreign) = (mask.slices[part.z], other.slices[part.z])
            var count = 0
            var i = 0
            for y in part.rows {
                for word in part.words {
                    let at = y * own.wordsPerRow + word
                    count += (part.flips[i] & own.words[at] & foreign.words[at]).nonzeroBitCount
                    i += 1
                }
            }
            return sum + count
        }
    }

    /// The slices the patch touches, in order.
    public var touchedSlices: [Int] { slices.map(\.z) }

    /// The smallest box of whole words that holds every flipped voxel, clipped to the grid; `nil` if none is.
    public var bounds: VoxelBox? {
        slices.reduce(nil) { box, patch in
            let here = VoxelBox(
                x: patch.words.lowerBound * 64..<min(patch.words.upperBound * 64, size.x), y: patch.rows,
                z: patch.z..<patch.z + 1)
            return box?.union(here) ?? here
        }
    }

    /// The patch that turns `old` into `new`.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    /// - Complexity: O(slices) where slices share a buffer, O(words) where they do not.
    public init(from old: Mask, to new: Mask) throws(VolumesError) {
        try old.geometry.requireSame(as: new.geometry)
        self.init(
            size: old.geometry.size,
            slices: zip(old.slices, new.slices).enumerated().compactMap { z, pair in
                SlicePatch(from: pair.0, to: pair.1, z: z)
            })
    }

    /// The patch that replaces one slice of `mask`, which must have the grid's size.
    public init(replacing z: Int, of mask: Mask, with slice: MaskSlice) {
        self.init(
            size: mask.geometry.size, slices: [SlicePatch(from: mask.slices[z], to: slice, z: z)].compactMap { $0 })
    }

    private init(size: GridSize, slices: [SlicePatch]) {
        self.size = size
        self.slices = slices
    }
}

extension MaskPatch.SlicePatch {
    /// The difference of two slices of one size, trimmed to the rows and words that differ; `nil` if none does.
    fileprivate init?(from old: MaskSlice, to new: MaskSlice, z: Int) {
        precondition(old.width == new.width && old.height == new.height, "the slices of a patch have one size")
        let stride = old.wordsPerRow
        var rows: Range<Int>?
        var columns: Range<Int>?
        old.words.withUnsafeBufferPointer { old in
            new.words.withUnsafeBufferPointer { new in
                if old.baseAddress == new.baseAddress { return }
                for i in old.indices where old[i] != new[i] {
                    let (y, word) = i.quotientAndRemainder(dividingBy: stride)
                    rows = (rows?.lowerBound ?? y)..<y + 1
                    columns =
                        columns.map { min($0.lowerBound, word)..<max($0.upperBound, word + 1) } ?? word..<word + 1
                }
            }
        }
        guard let rows, let columns else { return nil }
        self.z = z
        self.rows = rows
        self.words = columns
        self.flips = rows.flatMap { y in columns.map { old.words[y * stride + $0] ^ new.words[y * stride + $0] } }
    }
}

extension Mask {
    /// Flips what the patch says; applying it twice restores the mask.
    /// - Throws: ``VolumesError/gridMismatch(_:_:)`` if the patch is for another size.
    public mutating func apply(_ patch: MaskPatch) throws(VolumesError) {
        guard patch.size == geometry.size else {
            throw .gridMismatch("\(geometry.size)", "\(patch.size)")
        }
        for part in patch.slices {
            let stride = self.slices[part.z].wordsPerRow
            self[slice: part.z].withMutableWords { words in
                var i = 0
                for y in part.rows {
                    for word in part.words {
                        words[y * stride + word] ^= part.flips[i]
                        i += 1
                    }
                }
            }
        }
    }

    /// A digest of the slices that a patch touches, as they are now.
    public func digest(ofSlicesTouchedBy patch: MaskPatch) -> UInt64 {
        patch.slices.reduce(0) { ($0 ^ slices[$1.z].digest) &* 0x9e37_79b9_7f4a_7c15 }
    }
}

extension MaskPatch {
    private static let magic: UInt32 = 0x3150_4c50  // "PLP1"

    /// The patch as bytes: little endian, runs of zero words shortened, a checksum at the end.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        for count in [size.x, size.y, size.z, slices.count] { writer.appendVarint(count) }
        for part in slices {
            for number in [part.z, part.rows.lowerBound, part.rows.count, part.words.lowerBound, part.words.count] {
                writer.appendVarint(number)
            }
            var i = 0
            while i < part.flips.count {
                let zeros = part.flips[i...].prefix { $0 == 0 }.count
                let literals = part.flips[(i + zeros)...].prefix { $0 != 0 }
                writer.appendVarint(zeros)
                writer.appendVarint(literals.count)
                for word in literals { writer.append(word) }
                i += zeros + literals.count
            }
        }
        writer.appendChecksum()
        return writer.bytes
    }

    /// Reads a patch back.
    /// - Throws: ``VolumesError/damaged(reason:)`` for bytes that ``encoded()`` cannot have written.
    public init(decoding bytes: [UInt8]) throws(VolumesError) {
        var reader = try ByteReader(checking: bytes, what: "an edit")
        guard try reader.read(UInt32.self) == Self.magic else { throw .damaged(reason: "this is not an edit") }
        let size = GridSize(x: try reader.readVarint(), y: try reader.readVarint(), z: try reader.readVarint())
        let limit = 65_535
        guard (1...limit).contains(size.x), (1...limit).contains(size.y), (1...limit).contains(size.z) else {
            throw .damaged(reason: "an edit's size is impossible")
        }
        let wordsPerRow = (size.x + 63) / 64
        let lastWordMask = MaskSlice(width: size.x, height: 1).lastWordMask
        var parts: [SlicePatch] = []
        for _ in 0..<(try reader.readVarint()) {
            let z = try reader.readVarint()
            let (y, height) = (try reader.readVarint(), try reader.readVarint())
            let (word, width) = (try reader.readVarint(), try reader.readVarint())
            guard (0..<size.z).contains(z), (parts.last?.z ?? -1) < z, height > 0, width > 0, y <= size.y,
                height <= size.y - y,
                word <= wordsPerRow, width <= wordsPerRow - word
            else { throw .damaged(reason: "an edit reaches outside its grid") }
            var flips: [UInt64] = []
            while flips.count < height * width {
                let (zeros, literals) = (try reader.readVarint(), try reader.readVarint())
                let room = height * width - flips.count
                guard zeros <= room, literals <= room - zeros, zeros + literals > 0 else {
                    throw .damaged(reason: "an edit has too many words")
                }
                flips.append(contentsOf: repeatElement(0, count: zeros))
                for _ in 0..<literals { flips.append(try reader.read(UInt64.self)) }
            }
            if word + width == wordsPerRow {
                for row in 0..<height where flips[row * width + width - 1] & ~lastWordMask != 0 {
                    throw .damaged(reason: "an edit flips voxels behind the last column")
                }
            }
            guard flips.contains(where: { $0 != 0 }) else { throw .damaged(reason: "an edit changes nothing") }
            parts.append(SlicePatch(z: z, rows: y..<y + height, words: word..<word + width, flips: flips))
        }
        guard reader.isAtEnd else { throw .damaged(reason: "an edit has bytes behind its end") }
        self.init(size: size, slices: parts)
    }
}
