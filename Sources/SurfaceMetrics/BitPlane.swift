import Volumes

/// How many corner points a grid has along each axis, and how their bits are laid out.
///
/// Point (x, y, z) touches voxels x − 1 and x, y − 1 and y, z − 1 and z. Bit x % 64 of word x / 64 of a row is
/// point (or voxel) x. Behind each row, and before the first, lies a word that is always zero, so that a word's
/// neighbours can be read without asking where the row ends.
struct LatticeShape: Hashable, Sendable {
    /// Points along x: columns of voxels and one.
    let columns: Int
    /// Points along y.
    let rows: Int
    /// Points along z; 1 for a slice measured in 2D.
    let planes: Int

    /// Words of a row that hold points.
    var words: Int { (columns + 63) / 64 }
    /// Words from one row to the next.
    var stride: Int { words + 1 }

    init(size: GridSize, dimensions: SurfaceDimensions = .three) {
        columns = size.x + 1
        rows = size.y + 1
        planes = dimensions == .two ? 1 : size.z + 1
    }
}

/// A view of the stored rows of one plane of bits; rows that are not stored are empty. Owns nothing.
struct BitPlane {
    /// Word 0 of row `low`.
    var first: UnsafeMutablePointer<UInt64>
    /// The stored rows are low..<high.
    var low: Int
    var high: Int

    /// Word 0 of a stored row.
    @inline(__always)
    func storedRow(_ y: Int, _ stride: Int) -> UnsafeMutablePointer<UInt64> { first + (y &- low) &* stride }

    /// Word 0 of a row, or of `empty` if the row is not stored.
    @inline(__always)
    func row(_ y: Int, _ stride: Int, or empty: UnsafePointer<UInt64>) -> UnsafePointer<UInt64> {
        y >= low && y < high ? UnsafePointer(first + (y &- low) &* stride) : empty
    }
}

/// The memory of `count` planes of bits with the same stored rows, zero at first.
///
/// Sendable because it is written only by its one owner: while a sweep fills it, and in the live form after a check
/// that nobody else holds it.
final class BitPlaneStorage: @unchecked Sendable {
    let rows: Range<Int>
    let count: Int
    let stride: Int
    private let words: UnsafeMutableBufferPointer<UInt64>

    init(rows: Range<Int>, stride: Int, count: Int = 1) {
        self.rows = rows
        self.count = count
        self.stride = stride
        words = .allocate(capacity: 1 + rows.count * stride * count)
        words.initialize(repeating: 0)
    }

    deinit { words.deallocate() }

    /// Bytes of the planes.
    var byteCount: Int { words.count * 8 }

    /// The view of one of the planes; valid as long as the storage is.
    func plane(_ index: Int = 0) -> BitPlane {
        BitPlane(first: firstWord + index * rows.count * stride, low: rows.lowerBound, high: rows.upperBound)
    }

    /// The view of plane 0 with other rows, which must be no more than were allocated; what they hold is old.
    func plane(rows other: Range<Int>) -> BitPlane {
        precondition(other.count <= rows.count, "the plane has room for the rows")
        return BitPlane(first: firstWord, low: other.lowerBound, high: other.upperBound)
    }

    /// A copy that stores `rows`, which must hold all rows stored now.
    func copy(storing other: Range<Int>) -> BitPlaneStorage {
        precondition(
            rows.isEmpty || (other.lowerBound <= rows.lowerBound && other.upperBound >= rows.upperBound),
            "a copy keeps every row")
        let result = BitPlaneStorage(rows: other, stride: stride, count: count)
        guard !rows.isEmpty else { return result }
        for index in 0..<count {
            let target = result.plane(index).storedRow(rows.lowerBound, stride)
            target.update(from: plane(index).first, count: rows.count * stride)
        }
        return result
    }

    private var firstWord: UnsafeMutablePointer<UInt64> {
        guard let base = words.baseAddress else { preconditionFailure("the buffer has at least the guard word") }
        return base + 1
    }
}
