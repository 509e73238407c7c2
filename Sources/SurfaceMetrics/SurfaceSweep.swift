import Volumes

/// The full computation: one pass over the slices of two masks, in which only the few planes that the largest
/// tolerance reaches are held in memory, or, to start the live form, all of them.
final class SurfaceSweep {
    let kernel: SurfaceKernel
    let counts: SurfaceCounts
    private let dimensions: SurfaceDimensions
    private(set) var voxelCounts = [0, 0]
    private(set) var intersectionCount = 0

    /// Planes of voxels by mask; plane z is entry z + 1, and the planes before the first and after the last are empty.
    private(set) var voxels: [UnsafeMutableBufferPointer<BitPlane>]
    /// Planes of surfels by mask.
    private(set) var surfels: [UnsafeMutableBufferPointer<BitPlane>]
    /// The memory of the planes: one each by mask and z if all are kept, otherwise a ring of them.
    private(set) var voxelStorage: [[BitPlaneStorage]]
    private(set) var surfelStorage: [[BitPlaneStorage]]
    private let keepsAll: Bool
    /// How many planes the largest tolerance reaches up and down.
    private let reach: Int
    private let depth: Int
    private var isEmpty = [false, false]
    /// Planes of corner points that are not counted, though distances are measured to what is on them.
    private let uncounted: Set<Int>

    /// - Parameter keepsAll: whether all planes stay in memory, with room beside the surfels for the
    ///   within-tolerance bits of every tolerance, which then are written.
    /// - Parameter slices: surfels that touch a voxel of these slices are not counted.
    init(
        shape: LatticeShape, dimensions: SurfaceDimensions, balls: [ToleranceBall], keepsAll: Bool,
        leavingOut slices: Set<Int> = []
    ) {
        // A plane of corner points lies between two slices.
        uncounted = slices.union(slices.map { $0 + 1 })
        kernel = SurfaceKernel(shape: shape, balls: balls)
        counts = SurfaceCounts(tolerances: balls.count)
        self.dimensions = dimensions
        self.keepsAll = keepsAll
        reach = balls.map(\.reach.z).max() ?? 0
        depth = shape.planes - (dimensions == .two ? 0 : 1)
        let empty = kernel.emptyPlane
        func planes(_ count: Int) -> UnsafeMutableBufferPointer<BitPlane> {
            let buffer = UnsafeMutableBufferPointer<BitPlane>.allocate(capacity: count)
            buffer.initialize(repeating: empty)
            return buffer
        }
        voxels = (0..<2).map { _ in planes(shape.planes + 2) }
        surfels = (0..<2).map { _ in planes(shape.planes) }
        if keepsAll {
            let none = BitPlaneStorage(rows: 0..<0, stride: shape.stride)
            voxelStorage = (0..<2).map { _ in Array(repeating: none, count: shape.planes) }
            surfelStorage = voxelStorage
        } else {
            func ring(_ count: Int) -> [[BitPlaneStorage]] {
                (0..<2).map { _ in
                    (0..<min(count, shape.planes)).map { _ in
                        BitPlaneStorage(rows: 0..<shape.rows, stride: shape.stride)
                    }
                }
            }
            voxelStorage = ring(reach + 2)
            surfelStorage = ring(2 * reach + 1)
        }
    }

    deinit {
        for buffer in voxels + surfels { buffer.deallocate() }
    }

    /// Counts two masks of one size; in 2D, slice `slice` of them.
    func run(_ masks: [Mask], slice: Int = 0) {
        counts.clear()
        voxelCounts = [0, 0]
        intersectionCount = 0
        isEmpty = masks.map { dimensions == .two ? $0.slices[slice].isEmpty : $0.isEmpty }
        for z in 0..<kernel.shape.planes {
            for mask in 0..<2 {
                if z < depth { load(masks[mask].slices[dimensions == .two ? slice : z], mask: mask, z: z) }
                makeSurfels(mask: mask, z: z)
            }
            if z < depth { countIntersection(z: z) }
            if z >= reach { classify(z: z - reach) }
        }
        for z in kernel.shape.planes - reach..<kernel.shape.planes { classify(z: z) }
    }

    /// Counts one slice, in 2D, that lies in planes already.
    func run(planes: [BitPlane]) {
        precondition(dimensions == .two && !keepsAll, "a slice is measured in 2D")
        counts.clear()
        for mask in 0..<2 {
            voxels[mask][1] = trimmed(planes[mask])
            isEmpty[mask] = voxels[mask][1].low == voxels[mask][1].high
            makeSurfels(mask: mask, z: 0)
        }
        classify(z: 0)
    }

    /// A plane without the empty rows at both ends.
    private func trimmed(_ plane: BitPlane) -> BitPlane {
        func isEmpty(_ y: Int) -> Bool {
            let row = plane.storedRow(y, kernel.stride)
            return !(0..<kernel.shape.words).contains { row[$0] != 0 }
        }
        var (low, high) = (plane.low, plane.high)
        while low < high && isEmpty(low) { low += 1 }
        while low < high && isEmpty(high - 1) { high -= 1 }
        guard low < high else { return kernel.emptyPlane }
        return BitPlane(first: plane.storedRow(low, kernel.stride), low: low, high: high)
    }

    /// The planes of voxels that lie below and above a plane of corner points; in 2D both are the slice itself.
    func neighbours(mask: Int, z: Int) -> (below: BitPlane, above: BitPlane) {
        dimensions == .two ? (voxels[mask][1], voxels[mask][1]) : (voxels[mask][z], voxels[mask][z + 1])
    }

    /// Copies the rows of a slice between the first and the last that are not empty.
    private func load(_ slice: MaskSlice, mask: Int, z: Int) {
        let stride = kernel.stride
        let words = slice.wordsPerRow
        slice.words.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            guard let first = source.firstIndex(where: { $0 != 0 }), let last = source.lastIndex(where: { $0 != 0 })
            else {
                voxels[mask][z + 1] = kernel.emptyPlane
                return
            }
            let rows = first / words..<last / words + 1
            let plane: BitPlane
            if keepsAll {
                let storage = BitPlaneStorage(rows: rows, stride: stride)
                voxelStorage[mask][z] = storage
                plane = storage.plane()
            } else {
                plane = voxelStorage[mask][z % voxelStorage[mask].count].plane(rows: rows)
            }
            var count = 0
            for y in rows {
                let target = plane.storedRow(y, stride)
                for i in 0..<words {
                    let word = base[y &* words &+ i]
                    target[i] = word
                    if word != 0 { count &+= word == ~0 ? 64 : word.nonzeroBitCount }
                }
            }
            voxels[mask][z + 1] = plane
            voxelCounts[mask] += count
        }
    }

    private func makeSurfels(mask: Int, z: Int) {
        let (below, above) = neighbours(mask: mask, z: z)
        let rows = kernel.surfelRows(below: below, above: above)
        guard !rows.isEmpty else {
            surfels[mask][z] = kernel.emptyPlane
            return
        }
        let plane: BitPlane
        if keepsAll {
            let storage = BitPlaneStorage(rows: rows, stride: kernel.stride, count: 1 + kernel.balls.count)
            surfelStorage[mask][z] = storage
            plane = storage.plane()
        } else {
            plane = surfelStorage[mask][z % surfelStorage[mask].count].plane(rows: rows)
        }
        kernel.fillSurfels(of: plane, below: below, above: above)
        surfels[mask][z] = plane
    }

    private func countIntersection(z: Int) {
        let (a, b) = (voxels[0][z + 1], voxels[1][z + 1])
        let (low, high) = (max(a.low, b.low), min(a.high, b.high))
        guard low < high else { return }
        var count = 0
        for y in low..<high {
            let (left, right) = (a.storedRow(y, kernel.stride), b.storedRow(y, kernel.stride))
            for i in 0..<kernel.shape.words {
                let both = left[i] & right[i]
                if both != 0 { count &+= both == ~0 ? 64 : both.nonzeroBitCount }
            }
        }
        intersectionCount += count
    }
}

extension SurfaceSweep {
    /// Counts the surfels of plane z, once the planes within reach of it are there.
    private func classify(z: Int) {
        guard !uncounted.contains(z) else { return }
        let stride = kernel.stride
        let words = kernel.shape.words
        for mask in 0..<2 {
            let own = surfels[mask][z]
            guard own.low < own.high, let others = surfels[1 - mask].baseAddress else { continue }
            let (below, above) = neighbours(mask: mask, z: z)
            let planeSize = (own.high - own.low) * stride
            for y in own.low..<own.high {
                let points = own.storedRow(y, stride)
                let a = below.row(y - 1, stride, or: kernel.emptyRow)
                let b = above.row(y - 1, stride, or: kernel.emptyRow)
                let c = below.row(y, stride, or: kernel.emptyRow)
                let d = above.row(y, stride, or: kernel.emptyRow)
                for i in 0..<words where points[i] != 0 {
                    kernel.classify(
                        points[i], against: UnsafePointer(others), otherIsEmpty: isEmpty[1 - mask], word: i, y: y,
                        z: z)
                    let codes = CodeWords(a, b, c, d, i)
                    count(points[i], codes: codes, mask: mask)
                    if keepsAll {
                        for t in 0..<kernel.balls.count { points[i + (t + 1) * planeSize] = kernel.within[t] }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func count(_ points: UInt64, codes: CodeWords, mask: Int) {
        let total = counts.total(mask)
        var rest = points
        while rest != 0 {
            let bit = UInt64(truncatingIfNeeded: rest.trailingZeroBitCount)
            rest &= rest &- 1
            let code = codes[bit]
            total[code] &+= 1
            for t in 0..<kernel.balls.count {
                counts.within(mask, t)[code] &+= Int(truncatingIfNeeded: (kernel.within[t] &>> bit) & 1)
            }
        }
    }
}
