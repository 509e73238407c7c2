extension GridGeometry {
    /// The grid with another spacing that covers the same field of view: sizes rounded to whole voxels, at least
    /// one, both fields centred on one point.
    /// - Throws: ``VolumesError/invalidGeometry(reason:)`` if the spacing is no spacing or the grid becomes too large.
    public func resampled(to spacing: Spacing) throws(VolumesError) -> GridGeometry {
        func count(_ old: Int, _ from: Double, _ to: Double) throws(VolumesError) -> Int {
            let wanted = (Double(old) * from / to).rounded()
            guard to > 0, wanted <= 65_535 else {
                throw .invalidGeometry(reason: "a spacing of \(to) mm makes \(wanted) voxels of \(old); at most 65535")
            }
            return max(1, Int(wanted))
        }
        let new = GridSize(
            x: try count(size.x, self.spacing.x, spacing.x), y: try count(size.y, self.spacing.y, spacing.y),
            z: try count(size.z, self.spacing.z, spacing.z))
        func shift(_ oldCount: Int, _ from: Double, _ newCount: Int, _ to: Double) -> Double {
            (Double(oldCount - 1) * from - Double(newCount - 1) * to) / 2
        }
        let origin =
            origin + direction.x * shift(size.x, self.spacing.x, new.x, spacing.x)
            + direction.y * shift(size.y, self.spacing.y, new.y, spacing.y)
            + direction.z * shift(size.z, self.spacing.z, new.z, spacing.z)
        return try GridGeometry(size: new, spacing: spacing, origin: origin, direction: direction)
    }
}

extension Volume {
    /// The volume on another grid, oblique or not: each voxel centre's position in the patient is looked up here by
    /// linear interpolation and rounded to the nearest HU (halves away from zero).
    ///
    /// A voxel covers half a step on each side of its centre, so positions up to half a voxel beyond the outer
    /// centres take the outer value; further out they take `outside`. As `itk::ResampleImageFilter` does, but for the
    /// rounding: ITK cuts decimals off.
    /// - Complexity: O(voxels of `grid`), on all cores.
    public func resampled(onto grid: GridGeometry, outside: HounsfieldUnit = .air) -> Volume {
        let values = [Int16](unsafeUninitializedCapacity: grid.size.voxelCount) { buffer, count in
            interpolate(onto: grid, outside: Double(outside.value)) { buffer[$0] = Int16($1.rounded()) }
            count = grid.size.voxelCount
        }
        let area = grid.size.x * grid.size.y
        return Volume(geometry: grid) { Array(values[$0 * area..<($0 + 1) * area]) }
    }

    /// The interpolated HU before rounding, by place in voxel order.
    func interpolate(onto grid: GridGeometry, outside: Double, _ store: (Int, Double) -> Void) {
        let width = geometry.size.x
        let buffers = slices.map(\.values)
        interpolateLinearly(
            from: geometry, onto: grid, outside: outside, value: { Double(buffers[$2][$1 * width + $0]) }, store)
    }
}

extension Mask {
    /// The mask on another grid: each voxel takes the nearest voxel here, halves going to the higher index; beyond
    /// the grid there is nothing. As `itk::NearestNeighborInterpolateImageFunction`.
    /// - Complexity: O(voxels of `grid`), on all cores.
    public func resampled(onto grid: GridGeometry) -> Mask {
        if grid == geometry { return self }
        let (size, mapping) = (geometry.size, GridMapping(from: grid, to: geometry))
        var block = BitBlock(Mask(geometry: grid), rows: 0..<grid.size.y, slices: 0..<grid.size.z)
        let stride = block.stride
        block.words.withUnsafeMutableBufferPointer { words in
            inParallel(grid.size.z * grid.size.y, atLeast: 64) { part in
                for row in part {
                    for x in 0..<grid.size.x {
                        let position = mapping.position(x, row % grid.size.y, row / grid.size.y)
                        guard let i = AxisSample.nearest(position.x, count: size.x),
                            let j = AxisSample.nearest(position.y, count: size.y),
                            let k = AxisSample.nearest(position.z, count: size.z), slices[k][i, j]
                        else { continue }
                        words[row * stride + x >> 6] |= 1 << UInt64(x & 63)
                    }
                }
            }
        }
        return block.mask(on: grid)
    }

    /// The voxels of `grid` at which probabilities on `source`, linearly interpolated, reach `threshold`. Positions
    /// more than half a voxel beyond the outer centres have probability 0.
    /// - Parameter probabilities: one a voxel of `source`, x fastest, then y, then z.
    /// - Throws: ``VolumesError/wrongLength(expected:found:)``; ``VolumesError/invalidParameter(reason:)`` unless the
    ///   threshold is above 0 and at most 1.
    public init(
        resampling probabilities: [Float], on source: GridGeometry, onto grid: GridGeometry, threshold: Float = 0.5
    ) throws(VolumesError) {
        guard probabilities.count == source.size.voxelCount else {
            throw .wrongLength(expected: source.size.voxelCount, found: probabilities.count)
        }
        guard threshold > 0, threshold <= 1 else {
            throw .invalidParameter(reason: "a threshold of \(threshold); it must be above 0 and at most 1")
        }
        let size = source.size
        var block = BitBlock(Mask(geometry: grid), rows: 0..<grid.size.y, slices: 0..<grid.size.z)
        let (width, stride) = (grid.size.x, block.stride)
        block.words.withUnsafeMutableBufferPointer { words in
            interpolateLinearly(
                from: source, onto: grid, outside: 0,
                value: { Double(probabilities[($2 * size.y + $1) * size.x + $0]) }
            ) { place, probability in
                // Rows are done by one thread each, and start on a word of their own.
                guard probability >= Double(threshold) else { return }
                words[place / width * stride + place % width >> 6] |= 1 << UInt64(place % width & 63)
            }
        }
        self = block.mask(on: grid)
    }
}

/// Linear interpolation of `value` (of column, row, slice) of `source` at the voxels of `grid`; `store` gets the
/// place in voxel order and the result, from several threads, a row from one.
private func interpolateLinearly(
    from source: GridGeometry, onto grid: GridGeometry, outside: Double, value: (Int, Int, Int) -> Double,
    _ store: (Int, Double) -> Void
) {
    let (size, mapping) = (source.size, GridMapping(from: grid, to: source))
    let width = grid.size.x
    inParallel(grid.size.y * grid.size.z, atLeast: 64) { part in
        for row in part {
            for x in 0..<width {
                let position = mapping.position(x, row % grid.size.y, row / grid.size.y)
                guard let i = AxisSample(position.x, count: size.x), let j = AxisSample(position.y, count: size.y),
                    let k = AxisSample(position.z, count: size.z)
                else {
                    store(row * width + x, outside)
                    continue
                }
                func along(_ y: Int, _ z: Int) -> Double {
                    let (low, high) = (value(i.low, y, z), value(i.high, y, z))
                    return low + (high - low) * i.share
                }
                func plane(_ z: Int) -> Double {
                    let (low, high) = (along(j.low, z), along(j.high, z))
                    return low + (high - low) * j.share
                }
                let (low, high) = (plane(k.low), plane(k.high))
                store(row * width + x, low + (high - low) * k.share)
            }
        }
    }
}
