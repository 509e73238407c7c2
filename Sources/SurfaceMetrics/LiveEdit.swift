import Volumes

/// One patch on its way into a ``LiveSurfaceDice``: views of the planes that it can reach, and the three steps.
///
/// Writes through pointers into storage that the live value has made its own. Lives for one edit only.
final class LiveEdit {
    private let kernel: SurfaceKernel
    private let counts: SurfaceCounts
    /// Which mask is edited.
    private let own: Int
    /// Planes of voxels by mask; plane z is entry z + 1.
    private let voxels: [UnsafeMutableBufferPointer<BitPlane>]
    /// Planes of surfels by mask; the flags follow at multiples of the plane's size.
    private let surfels: [UnsafeMutableBufferPointer<BitPlane>]
    /// The edited rows as they were, by plane; plane z is entry z + 1.
    private let before: UnsafeMutableBufferPointer<BitPlane>
    private var saved: [BitPlaneStorage] = []
    private var storage: [BitPlaneStorage] = []
    private let otherIsEmpty: Bool
    /// The box of the surfels that came or went.
    private var x = Extent()
    private var y = Extent()
    private var z = Extent()

    /// The least and the greatest of some numbers.
    private struct Extent {
        var low = Int.max
        var high = Int.min

        @inline(__always)
        mutating func include(_ a: Int, _ b: Int) {
            low = min(low, a)
            high = max(high, b)
        }
    }

    /// - Parameter planes: the planes of corner points that are looked at.
    init(_ live: LiveSurfaceDice, mask own: Int, planes: Range<Int>) {
        let kernel = SurfaceKernel(shape: live.shape, balls: live.balls)
        let empty = kernel.emptyPlane
        func views(_ count: Int) -> UnsafeMutableBufferPointer<BitPlane> {
            let buffer = UnsafeMutableBufferPointer<BitPlane>.allocate(capacity: count)
            buffer.initialize(repeating: empty)
            return buffer
        }
        let voxels = (0..<2).map { _ in views(live.shape.planes + 2) }
        let surfels = (0..<2).map { _ in views(live.shape.planes) }
        for mask in 0..<2 {
            for z in planes {
                let (cells, points) = (live.voxels[mask][z], live.surfels[mask][z])
                if !cells.rows.isEmpty {
                    voxels[mask][z + 1] = cells.plane()
                    storage.append(cells)
                }
                if !points.rows.isEmpty {
                    surfels[mask][z] = points.plane()
                    storage.append(points)
                }
            }
        }
        before = views(live.shape.planes + 2)
        otherIsEmpty = live.counts.isEmpty(1 - own)
        counts = live.counts
        self.own = own
        self.kernel = kernel
        self.voxels = voxels
        self.surfels = surfels
    }

    deinit {
        for buffer in voxels + surfels { buffer.deallocate() }
        before.deallocate()
    }

    /// Flips the voxels, and keeps the rows as they were.
    func flip(_ patch: MaskPatch) {
        let stride = kernel.stride
        for part in patch.slices {
            let plane = voxels[own][part.z + 1]
            let copy = BitPlaneStorage(rows: part.rows, stride: stride)
            copy.plane().first.update(
                from: plane.storedRow(part.rows.lowerBound, stride), count: part.rows.count * stride)
            before[part.z + 1] = copy.plane()
            saved.append(copy)
            part.flips.withUnsafeBufferPointer { flips in
                var next = 0
                for row in part.rows {
                    let target = plane.storedRow(row, stride)
                    for word in part.words {
                        target[word] ^= flips[next]
                        next += 1
                    }
                }
            }
        }
    }

    /// Moves the surfels of the edited mask, with their codes and flags, wherever a voxel around them flipped.
    func updateOwnSurfels(_ patch: MaskPatch) {
        var index = 0
        while index < patch.slices.count {
            let part = patch.slices[index]
            // A plane of corner points lies between two slices, and the patch may have flipped voxels of both.
            let follows = index > 0 && patch.slices[index - 1].z == part.z - 1
            let previous = follows ? patch.slices[index - 1] : part
            updatePlane(
                part.z,
                rows: min(previous.rows.lowerBound, part.rows.lowerBound)..<max(
                    previous.rows.upperBound, part.rows.upperBound) + 1,
                words: min(previous.words.lowerBound, part.words.lowerBound)..<max(
                    previous.words.upperBound, part.words.upperBound) + 1)
            index += 1
            if index == patch.slices.count || patch.slices[index].z != part.z + 1 {
                updatePlane(
                    part.z + 1, rows: part.rows.lowerBound..<part.rows.upperBound + 1,
                    words: part.words.lowerBound..<part.words.upperBound + 1)
            }
        }
    }

    private func updatePlane(_ plane: Int, rows: Range<Int>, words: Range<Int>) {
        let words = words.clamped(to: 0..<kernel.shape.words)
        guard let others = surfels[1 - own].baseAddress else { return }
        for row in rows { updateRow(row, plane, words: words, others: UnsafePointer(others)) }
    }

    private func updateRow(_ row: Int, _ plane: Int, words: Range<Int>, others: UnsafePointer<BitPlane>) {
        let stride = kernel.stride
        let view = surfels[own][plane]
        let planeSize = (view.high - view.low) * stride
        let points = view.storedRow(row, stride)
        let (below, above) = (voxels[own][plane], voxels[own][plane + 1])
        let (oldBelow, oldAbove) = (before[plane], before[plane + 1])
        let a = below.row(row - 1, stride, or: kernel.emptyRow)
        let b = above.row(row - 1, stride, or: kernel.emptyRow)
        let c = below.row(row, stride, or: kernel.emptyRow)
        let d = above.row(row, stride, or: kernel.emptyRow)
        let oldA = oldBelow.row(row - 1, stride, or: a)
        let oldB = oldAbove.row(row - 1, stride, or: b)
        let oldC = oldBelow.row(row, stride, or: c)
        let oldD = oldAbove.row(row, stride, or: d)
        for i in words {
            let flipped = (a[i] ^ oldA[i]) | (b[i] ^ oldB[i]) | (c[i] ^ oldC[i]) | (d[i] ^ oldD[i])
            let j = i &- 1
            let flippedBefore = (a[j] ^ oldA[j]) | (b[j] ^ oldB[j]) | (c[j] ^ oldC[j]) | (d[j] ^ oldD[j])
            let touched = flipped | (flipped &<< 1) | (flippedBefore &>> 63)
            if touched == 0 { continue }
            let (old, new) = (points[i], BitRows.surfels(a, b, c, d, i))
            points[i] = new
            if old ^ new != 0 {
                let changed = old ^ new
                x.include(64 * i + changed.trailingZeroBitCount, 64 * i + 63 - changed.leadingZeroBitCount)
                y.include(row, row)
                z.include(plane, plane)
            }
            let flags = points + i + planeSize
            if touched & old != 0 {
                count(touched & old, CodeWords(oldA, oldB, oldC, oldD, i), flags: flags, planeSize, by: -1)
            }
            // Flags depend on the other surface alone: those of surfels that stay, stay.
            let added = new & ~old
            if added != 0 {
                kernel.classify(added, against: others, otherIsEmpty: otherIsEmpty, word: i, y: row, z: plane)
            }
            for t in 0..<kernel.balls.count {
                flags[t &* planeSize] = flags[t &* planeSize] & new | (added == 0 ? 0 : kernel.within[t])
            }
            if touched & new != 0 {
                count(touched & new, CodeWords(a, b, c, d, i), flags: flags, planeSize, by: 1)
            }
        }
    }

    @inline(__always)
    private func count(
        _ points: UInt64, _ codes: CodeWords, flags: UnsafePointer<UInt64>, _ planeSize: Int, by step: Int
    ) {
        let total = counts.total(own)
        var rest = points
        while rest != 0 {
            let bit = UInt64(truncatingIfNeeded: rest.trailingZeroBitCount)
            rest &= rest &- 1
            let code = codes[bit]
            total[code] &+= step
            for t in 0..<kernel.balls.count where (flags[t &* planeSize] &>> bit) & 1 == 1 {
                counts.within(own, t)[code] &+= step
            }
        }
    }
}

extension LiveEdit {
    /// Tests the other mask's surfels again wherever a surfel that came or went can matter to them.
    func updateOtherFlags() {
        guard z.low <= z.high else { return }
        for (t, ball) in kernel.balls.enumerated() where !ball.isNothing && !ball.isEverything {
            let planes = max(0, z.low - ball.reach.z)...min(kernel.shape.planes - 1, z.high + ball.reach.z)
            for plane in planes {
                let view = surfels[1 - own][plane]
                let low = max(view.low, y.low - ball.reach.y)
                let high = min(view.high - 1, y.high + ball.reach.y)
                guard low <= high else { continue }
                for row in low...high { updateFlags(row, plane, t, ball) }
            }
        }
    }

    private func updateFlags(_ row: Int, _ plane: Int, _ t: Int, _ ball: ToleranceBall) {
        guard let changed = surfels[own].baseAddress else { return }
        let view = surfels[1 - own][plane]
        let planeSize = (view.high - view.low) * kernel.stride
        let points = view.storedRow(row, kernel.stride)
        let target = changed[plane]
        let shared = target.row(row, kernel.stride, or: kernel.emptyRow)
        let left = max(0, x.low - ball.reach.x)
        let right = min(kernel.shape.columns - 1, x.high + ball.reach.x)
        for i in left >> 6...right >> 6 where points[i] != 0 {
            let window = (~0 << UInt64(max(0, left - 64 * i))) & BitRows.lowBits(right - 64 * i + 1)
            let candidates = points[i] & window
            if candidates == 0 { continue }
            let flags = points + i + planeSize
            var within = candidates & shared[i]
            // What is within a smaller tolerance, brought up to date before this one, is within this one.
            if t > 0 { within |= candidates & flags[(t &- 1) &* planeSize] }
            let open = candidates & ~within
            if open != 0 {
                within |= kernel.near(
                    UnsafePointer(changed), ball: ball, word: i, y: row, z: plane, candidates: open)
            }
            let old = flags[t &* planeSize]
            let new = (old & ~window) | within
            if new == old { continue }
            flags[t &* planeSize] = new
            recount(old ^ new, now: new, row, plane, i, t)
        }
    }

    private func recount(_ flipped: UInt64, now: UInt64, _ row: Int, _ plane: Int, _ i: Int, _ t: Int) {
        let (below, above) = (voxels[1 - own][plane], voxels[1 - own][plane + 1])
        let stride = kernel.stride
        let codes = CodeWords(
            below.row(row - 1, stride, or: kernel.emptyRow), above.row(row - 1, stride, or: kernel.emptyRow),
            below.row(row, stride, or: kernel.emptyRow), above.row(row, stride, or: kernel.emptyRow), i)
        let within = counts.within(1 - own, t)
        var rest = flipped
        while rest != 0 {
            let bit = UInt64(truncatingIfNeeded: rest.trailingZeroBitCount)
            rest &= rest &- 1
            within[codes[bit]] &+= (now &>> bit) & 1 == 1 ? 1 : -1
        }
    }
}
