/// For every voxel of a grid a distance in mm, x fastest, then y, then z.
public struct DistanceMap: Sendable {
    /// The grid.
    public let geometry: GridGeometry
    /// The distances, `geometry.size.voxelCount` of them; infinite where there is nothing to be near to. Float
    /// holds them with a relative error below 10⁻⁶.
    public internal(set) var values: [Float]

    /// The distance at a voxel, which must be on the grid.
    public subscript(index: VoxelIndex) -> Float {
        precondition(geometry.size.contains(index), "voxel off the grid")
        return values[(index.z * geometry.size.y + index.y) * geometry.size.x + index.x]
    }
}

extension Mask {
    /// The squared distance in mm² from each voxel's centre to the nearest centre of a voxel in the mask: 0 inside,
    /// infinite everywhere if the mask is empty. For `.slice`, to the nearest in the same slice.
    ///
    /// Exact, by lower envelopes of parabolas, one axis after the other (Felzenszwalb and Huttenlocher, Theory of
    /// Computing 8, 2012); worked in double, kept as float between axes.
    /// - Complexity: O(voxels) time on all cores; four bytes a voxel.
    public func squaredDistances(in domain: MaskDomain = .volume) -> DistanceMap {
        let size = geometry.size
        guard !isEmpty else {
            return DistanceMap(geometry: geometry, values: Array(repeating: .infinity, count: size.voxelCount))
        }
        let values = [Float](unsafeUninitializedCapacity: size.voxelCount) { buffer, count in
            let area = size.x * size.y
            inParallel(size.z) { part in
                var envelopes = ParabolaEnvelopes(length: size.y, step: geometry.spacing.y)
                for z in part {
                    let slice = UnsafeMutableBufferPointer(rebasing: buffer[z * area..<(z + 1) * area])
                    measureRows(of: slices[z], step: geometry.spacing.x, into: slice)
                    guard !slices[z].isEmpty else { continue }
                    for x in Swift.stride(from: 0, to: size.x, by: ParabolaEnvelopes.lanes) {
                        envelopes.transform(
                            slice, from: x, lanes: min(ParabolaEnvelopes.lanes, size.x - x), stride: size.x)
                    }
                }
            }
            if domain == .volume && size.z > 1 {
                inParallel(size.y) { part in
                    var envelopes = ParabolaEnvelopes(length: size.z, step: geometry.spacing.z)
                    for y in part {
                        for x in Swift.stride(from: 0, to: size.x, by: ParabolaEnvelopes.lanes) {
                            envelopes.transform(
                                buffer, from: y * size.x + x, lanes: min(ParabolaEnvelopes.lanes, size.x - x),
                                stride: area)
                        }
                    }
                }
            }
            count = size.voxelCount
        }
        return DistanceMap(geometry: geometry, values: values)
    }

    /// The distance in mm from each voxel's centre to the nearest centre of a voxel in the mask; see
    /// ``squaredDistances(in:)``. Equals `scipy.ndimage.distance_transform_edt` of the complement.
    public func distances(in domain: MaskDomain = .volume) -> DistanceMap {
        var map = squaredDistances(in: domain)
        map.values.withUnsafeMutableBufferPointer { values in
            inParallel(values.count, atLeast: 1 << 16) { part in
                for i in part { values[i] = values[i].squareRoot() }
            }
        }
        return map
    }

    /// Outside the mask the distance in mm to the nearest voxel inside, inside it minus the distance to the nearest
    /// voxel outside. No voxel has 0: the boundary runs between centres. −∞ everywhere for a full mask, +∞ for an
    /// empty one (for `.slice`, of each slice).
    public func signedDistances(in domain: MaskDomain = .volume) -> DistanceMap {
        var map = distances(in: domain)
        let inside = inverted().distances(in: domain)
        map.values.withUnsafeMutableBufferPointer { values in
            inside.values.withUnsafeBufferPointer { inside in
                inParallel(values.count, atLeast: 1 << 16) { part in
                    for i in part where values[i] == 0 { values[i] = -inside[i] }
                }
            }
        }
        return map
    }

    /// The squared distance along each row to the nearest set voxel of the row, infinite in rows without one.
    private func measureRows(
        of slice: MaskSlice, step: Double, into values: UnsafeMutableBufferPointer<Float>
    ) {
        let (width, stride) = (slice.width, slice.wordsPerRow)
        slice.words.withUnsafeBufferPointer { words in
            for y in 0..<slice.height {
                let row = y * width
                var last = -1
                for word in 0..<stride {
                    var bits = words[y * stride + word]
                    while bits != 0 {
                        let x = word << 6 + bits.trailingZeroBitCount
                        bits &= bits - 1
                        for between in last + 1..<x {
                            let near = last < 0 ? x - between : min(between - last, x - between)
                            let length = Double(near) * step
                            values[row + between] = Float(length * length)
                        }
                        values[row + x] = 0
                        last = x
                    }
                }
                for behind in last + 1..<width {
                    let length = Double(behind - last) * step
                    values[row + behind] = last < 0 ? .infinity : Float(length * length)
                }
            }
        }
    }
}

/// The lower envelope of parabolas along lines of a buffer: turns squared distances within the axes done so far
/// into squared distances with one axis more.
private struct ParabolaEnvelopes {
    /// Lines done together, so that memory is read by whole cache lines.
    static let lanes = 16

    private let length: Int
    private let step: Double
    private var heights: [Double]
    private var apexes: [Int]
    private var borders: [Double]
    private var results: [Float]

    init(length: Int, step: Double) {
        self.length = length
        self.step = step
        heights = Array(repeating: 0, count: length * Self.lanes)
        apexes = Array(repeating: 0, count: length)
        borders = Array(repeating: 0, count: length)
        results = Array(repeating: 0, count: length * Self.lanes)
    }

    /// Transforms `lanes` neighbouring lines in place: elements `first + lane + i * stride`.
    mutating func transform(
        _ values: UnsafeMutableBufferPointer<Float>, from first: Int, lanes: Int, stride: Int
    ) {
        let length = length
        for i in 0..<length {
            for lane in 0..<lanes { heights[lane * length + i] = Double(values[first + i * stride + lane]) }
        }
        for lane in 0..<lanes { transformLine(lane) }
        for i in 0..<length {
            for lane in 0..<lanes { values[first + i * stride + lane] = results[lane * length + i] }
        }
    }

    private mutating func transformLine(_ lane: Int) {
        let (base, length, area) = (lane * length, length, step * step)
        heights.withUnsafeBufferPointer { heights in
            apexes.withUnsafeMutableBufferPointer { apexes in
                borders.withUnsafeMutableBufferPointer { borders in
                    results.withUnsafeMutableBufferPointer { results in
                        var top = -1
                        for i in 0..<length where heights[base + i] < .infinity {
                            let lifted = heights[base + i] / area + Double(i * i)
                            var border = -Double.infinity
                            while top >= 0 {
                                let apex = apexes[top]
                                let other = heights[base + apex] / area + Double(apex * apex)
                                border = (lifted - other) / Double(2 * (i - apex))
                                if border > borders[top] { break }
                                top -= 1
                                border = -.infinity
                            }
                            top += 1
                            apexes[top] = i
                            borders[top] = border
                        }
                        guard top >= 0 else {
                            for i in 0..<length { results[base + i] = .infinity }
                            return
                        }
                        var here = 0
                        for i in 0..<length {
                            while here < top && borders[here + 1] < Double(i) { here += 1 }
                            let offset = Double(i - apexes[here])
                            results[base + i] = Float(offset * offset * area + heights[base + apexes[here]])
                        }
                    }
                }
            }
        }
    }
}
