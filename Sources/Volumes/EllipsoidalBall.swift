/// Whether an operation looks through the whole volume or at each slice by itself.
public enum MaskDomain: Hashable, Sendable {
    /// In three dimensions.
    case volume
    /// In two, slice by slice; slices do not influence one another.
    case slice
}

/// The voxels within a distance in mm of a voxel, as runs along x: for each row offset how far it reaches.
struct EllipsoidalBall {
    /// A row of the ball: columns −reach…reach.
    struct Row {
        let dy: Int
        let dz: Int
        let reach: Int
    }

    /// The rows, in no particular order, symmetric about the centre.
    let rows: [Row]
    /// The greatest reach along each axis, in voxels.
    let reach: (x: Int, y: Int, z: Int)

    /// The offsets (dx, dy, dz) with `sqrt((dx·sx)² + (dy·sy)² + (dz·sz)²) ≤ radius` in double precision.
    /// - Parameter beyondGrid: whether offsets longer than the grid, which meet no voxel of it, are wanted too.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a negative or infinite radius, and beyond the grid for
    ///   one of more than 100 mm.
    init(
        radius: Millimetres, on geometry: GridGeometry, in domain: MaskDomain, beyondGrid: Bool = false
    ) throws(VolumesError) {
        let radius = radius.value
        guard radius.isFinite, radius >= 0 else {
            throw .invalidParameter(reason: "a radius of \(radius) mm; it must be 0 or more")
        }
        guard !beyondGrid || radius <= 100 else {
            throw .invalidParameter(reason: "a radius of \(radius) mm; it must be 100 or less")
        }
        let (size, step) = (geometry.size, geometry.spacing)
        func steps(_ length: Double, _ limit: Int) -> Int {
            Int(min(radius / length + 1, beyondGrid ? 65_535 : Double(limit)))
        }
        let maximum = (
            x: steps(step.x, size.x - 1), y: steps(step.y, size.y - 1),
            z: domain == .slice ? 0 : steps(step.z, size.z - 1)
        )
        func isWithin(_ dx: Int, _ dy: Int, _ dz: Int) -> Bool {
            let (x, y, z) = (Double(dx) * step.x, Double(dy) * step.y, Double(dz) * step.z)
            return (x * x + y * y + z * z).squareRoot() <= radius
        }
        var rows: [Row] = []
        for dz in -maximum.z...maximum.z {
            for dy in -maximum.y...maximum.y where isWithin(0, dy, dz) {
                var reach = maximum.x
                while reach > 0 && !isWithin(reach, dy, dz) { reach -= 1 }
                rows.append(Row(dy: dy, dz: dz, reach: reach))
            }
        }
        self.rows = rows
        reach = (
            rows.map(\.reach).max() ?? 0, rows.map { abs($0.dy) }.max() ?? 0, rows.map { abs($0.dz) }.max() ?? 0
        )
    }

    /// The union of the balls around every voxel of `source`, on the rows and slices asked for.
    func dilate(_ source: BitBlock, rows outRows: Range<Int>, slices outSlices: Range<Int>) -> BitBlock {
        var result = BitBlock(like: source, rows: outRows, slices: outSlices)
        let sliceWords = result.sliceWords
        result.words.withUnsafeMutableBufferPointer { target in
            inParallel(outSlices.count) { part in
                let part = outSlices.lowerBound + part.lowerBound..<outSlices.lowerBound + part.upperBound
                let base = (part.lowerBound - outSlices.lowerBound) * sliceWords
                let own = UnsafeMutableBufferPointer(rebasing: target[base..<base + part.count * sliceWords])
                dilate(source, rows: outRows, slices: part, into: own)
            }
        }
        return result
    }

    /// Takes each source slice near `part`, grows its rows by every reach in turn, and adds them where the ball's
    /// rows say.
    private func dilate(
        _ source: BitBlock, rows outRows: Range<Int>, slices part: Range<Int>,
        into target: UnsafeMutableBufferPointer<UInt64>
    ) {
        let byReach = Dictionary(grouping: rows, by: \.reach)
        let stride = source.stride
        let near = (part.lowerBound - reach.z..<part.upperBound + reach.z).clamped(to: source.slices)
        var grown: [UInt64] = []
        for z in near {
            let base = (z - source.slices.lowerBound) * source.sliceWords
            let slice = source.words[base..<base + source.sliceWords]
            guard let first = slice.firstIndex(where: { $0 != 0 }), let last = slice.lastIndex(where: { $0 != 0 })
            else { continue }
            let filled = (first - base) / stride..<(last - base) / stride + 1
            let inRows = source.rows.lowerBound + filled.lowerBound..<source.rows.lowerBound + filled.upperBound
            grown = Array(slice[base + filled.lowerBound * stride..<base + filled.upperBound * stride])
            for level in 0...reach.x {
                if level > 0 { grown.withUnsafeMutableBufferPointer { growByOne($0, stride, source.lastWordMask) } }
                for row in byReach[level] ?? [] where part.contains(z + row.dz) {
                    let rows = (inRows.lowerBound + row.dy..<inRows.upperBound + row.dy).clamped(to: outRows)
                    guard !rows.isEmpty else { continue }
                    let from = (rows.lowerBound - row.dy - inRows.lowerBound) * stride
                    let to =
                        ((z + row.dz - part.lowerBound) * outRows.count + rows.lowerBound - outRows.lowerBound)
                        * stride
                    grown.withUnsafeBufferPointer { grown in
                        for i in 0..<rows.count * stride { target[to + i] |= grown[from + i] }
                    }
                }
            }
        }
    }
}

/// Every row of the words together with itself moved one column both ways.
private func growByOne(_ words: UnsafeMutableBufferPointer<UInt64>, _ stride: Int, _ lastWordMask: UInt64) {
    for row in Swift.stride(from: 0, to: words.count, by: stride) {
        var before: UInt64 = 0
        for i in row..<row + stride {
            let here = words[i]
            let after = i + 1 < row + stride ? words[i + 1] : 0
            words[i] = here | here << 1 | here >> 1 | before >> 63 | after << 63
            before = here
        }
        words[row + stride - 1] &= lastWordMask
    }
}
