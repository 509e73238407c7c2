/// Linear interpolation from slices on one grid to slices of another, one target slice at a time, in double
/// precision. Between parallel grids it blends whole rows by tables; between oblique ones it looks up every voxel.
///
/// A voxel covers half a step on each side of its centre: beyond the outer centres the outer value holds for that
/// half step, and further out there is nothing, as in `itk::ResampleImageFilter`.
struct SliceInterpolator: Sendable {
    private let source: GridSize
    private let target: GridSize
    private let mapping: GridMapping
    /// Where the target's columns, rows and slices lie on the source; `nil` between oblique grids.
    private let tables: (x: [AxisSample?], y: [AxisSample?], z: [AxisSample?])?

    init(from source: GridGeometry, onto target: GridGeometry) {
        self.source = source.size
        self.target = target.size
        let mapping = GridMapping(from: target, to: source)
        self.mapping = mapping
        let size = source.size
        guard mapping.isParallel(over: target.size) else {
            tables = nil
            return
        }
        tables = (
            (0..<target.size.x).map { AxisSample(mapping.position($0, 0, 0).x, count: size.x) },
            (0..<target.size.y).map { AxisSample(mapping.position(0, $0, 0).y, count: size.y) },
            (0..<target.size.z).map { AxisSample(mapping.position(0, 0, $0).z, count: size.z) }
        )
    }

    /// The source slices that a target slice needs; empty where it lies off the source.
    func slices(for z: Int) -> Range<Int> {
        guard let tables else { return 0..<source.z }
        guard let sample = tables.z[z] else { return 0..<0 }
        return sample.low..<sample.high + 1
    }

    /// Fills one target slice, columns fastest.
    /// - Parameter slices: all slices of the source, columns fastest.
    func interpolate<T: FixedWidthInteger>(
        slice z: Int, of slices: [[T]], outside: Double,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(result.count == target.x * target.y && slices.count == source.z, "buffers have the grids' sizes")
        guard let tables else {
            obliquely(z, slices, outside, result)
            return
        }
        guard let k = tables.z[z], let first = tables.x.firstIndex(where: { $0 != nil }),
            let last = tables.x.lastIndex(where: { $0 != nil }), let low = tables.x[first], let high = tables.x[last]
        else {
            result.update(repeating: outside)
            return
        }
        // The columns that are inside are one run, and so are the source columns they need, in whatever order.
        let needed = min(low.low, high.low)..<max(low.high, high.high) + 1
        let columns = tables.x[first...last].compactMap { $0 }
        slices[k.low].withUnsafeBufferPointer { near in
            slices[k.high].withUnsafeBufferPointer { far in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: source.x) { row in
                    for y in 0..<target.y {
                        let out = UnsafeMutableBufferPointer(rebasing: result[y * target.x..<(y + 1) * target.x])
                        guard let j = tables.y[y] else {
                            out.update(repeating: outside)
                            continue
                        }
                        blend(near, far, j, k, columns: needed, into: row)
                        for x in 0..<first { out[x] = outside }
                        for (i, sample) in columns.enumerated() {
                            let value = row[sample.low]
                            out[first + i] = value + (row[sample.high] - value) * sample.share
                        }
                        for x in last + 1..<target.x { out[x] = outside }
                    }
                }
            }
        }
    }

    /// One row between two rows of two slices.
    private func blend<T: FixedWidthInteger>(
        _ near: UnsafeBufferPointer<T>, _ far: UnsafeBufferPointer<T>, _ j: AxisSample, _ k: AxisSample,
        columns: Range<Int>, into row: UnsafeMutableBufferPointer<Double>
    ) {
        let (upper, lower) = (j.low * source.x, j.high * source.x)
        for x in columns {
            let (a, b) = (Double(near[upper + x]), Double(near[lower + x]))
            let (c, d) = (Double(far[upper + x]), Double(far[lower + x]))
            let (p, q) = (a + (b - a) * j.share, c + (d - c) * j.share)
            row[x] = p + (q - p) * k.share
        }
    }

    private func obliquely<T: FixedWidthInteger>(
        _ z: Int, _ slices: [[T]], _ outside: Double, _ result: UnsafeMutableBufferPointer<Double>
    ) {
        for y in 0..<target.y {
            for x in 0..<target.x {
                let position = mapping.position(x, y, z)
                guard let i = AxisSample(position.x, count: source.x), let j = AxisSample(position.y, count: source.y),
                    let k = AxisSample(position.z, count: source.z)
                else {
                    result[y * target.x + x] = outside
                    continue
                }
                func along(_ row: Int, _ slice: [T]) -> Double {
                    let (low, high) = (Double(slice[row * source.x + i.low]), Double(slice[row * source.x + i.high]))
                    return low + (high - low) * i.share
                }
                func plane(_ slice: [T]) -> Double {
                    let (low, high) = (along(j.low, slice), along(j.high, slice))
                    return low + (high - low) * j.share
                }
                let (low, high) = (plane(slices[k.low]), plane(slices[k.high]))
                result[y * target.x + x] = low + (high - low) * k.share
            }
        }
    }
}

extension GridMapping {
    /// Whether columns go along columns, rows along rows and slices along slices, either way, so exactly that over a
    /// whole grid nothing moves by more than 10⁻⁹ of a voxel.
    func isParallel(over size: GridSize) -> Bool {
        let (start, x) = (position(0, 0, 0), position(size.x, 0, 0))
        let (y, z) = (position(0, size.y, 0), position(0, 0, size.z))
        let strays = [
            x.y - start.y, x.z - start.z, y.x - start.x, y.z - start.z, z.x - start.x, z.y - start.y,
        ]
        return strays.allSatisfy { abs($0) <= 1e-9 }
    }
}
