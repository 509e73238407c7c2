import Synchronization

extension Mask {
    /// The share of the mask within a ball around each voxel. Only voxels within the ball's reach of the surface are
    /// counted out, each row of the ball by two look-ups in the row's running count.
    func medianShares(
        _ radius: Millimetres, around box: VoxelBox, in domain: MaskDomain, _ progress: WorkProgress
    ) throws(VolumesError) -> ShareMap? {
        let ball = try EllipsoidalBall(radius: radius, on: geometry, in: domain)
        let size = geometry.size
        let grown = box.dilated(x: ball.reach.x, y: ball.reach.y, z: ball.reach.z).intersection(size.bounds)
        let (width, height) = (grown.x.count, grown.y.count)
        let inner = try eroded(by: radius, in: domain)
        let band = try dilated(by: radius, in: domain).subtracting(inner)
        let counts = runningCounts(grown)
        let isCancelled = Atomic<Bool>(false)
        let done = Atomic<Int>(0)
        var values = [UInt16](repeating: 0, count: width * height * grown.z.count)
        values.withUnsafeMutableBufferPointer { out in
            counts.withUnsafeBufferPointer { counts in
                inParallel(grown.z.count) { part in
                    for i in part {
                        if isCancelled.load(ordering: .relaxed) { return }
                        let z = grown.z.lowerBound + i
                        for y in grown.y {
                            let base = (i * height + y - grown.y.lowerBound) * width
                            for x in grown.x where inner.slices[z][x, y] {
                                out[base + x - grown.x.lowerBound] = UInt16(ShareMap.full)
                            }
                            for x in grown.x where band.slices[z][x, y] {
                                out[base + x - grown.x.lowerBound] = ball.share(
                                    VoxelIndex(x: x, y: y, z: z), counts, grown, size)
                            }
                        }
                        let count = done.add(1, ordering: .relaxed).newValue
                        if !progress(Double(count) / Double(grown.z.count)) {
                            isCancelled.store(true, ordering: .relaxed)
                        }
                    }
                }
            }
        }
        return isCancelled.load(ordering: .relaxed) ? nil : ShareMap(box: grown, values: values)
    }

    /// For each row of the box, how many voxels lie before each column: one number more than there are columns.
    private func runningCounts(_ box: VoxelBox) -> [UInt16] {
        let row = box.x.count + 1
        var counts = [UInt16](repeating: 0, count: row * box.y.count * box.z.count)
        counts.withUnsafeMutableBufferPointer { counts in
            inParallel(box.z.count) { part in
                for i in part {
                    let slice = slices[box.z.lowerBound + i]
                    guard !slice.isEmpty else { continue }
                    for (j, y) in box.y.enumerated() {
                        let base = (i * box.y.count + j) * row
                        var sum: UInt16 = 0
                        for (k, x) in box.x.enumerated() {
                            if slice[x, y] { sum += 1 }
                            counts[base + k + 1] = sum
                        }
                    }
                }
            }
        }
        return counts
    }
}

extension EllipsoidalBall {
    /// The share of the ball around a voxel that is counted, of the ball's voxels on the grid. Off the box nothing is
    /// counted.
    fileprivate func share(
        _ voxel: VoxelIndex, _ counts: UnsafeBufferPointer<UInt16>, _ box: VoxelBox, _ size: GridSize
    ) -> UInt16 {
        let row = box.x.count + 1
        var (inside, all) = (0, 0)
        for part in rows {
            let (y, z) = (voxel.y + part.dy, voxel.z + part.dz)
            guard y >= 0, y < size.y, z >= 0, z < size.z else { continue }
            let (low, high) = (max(0, voxel.x - part.reach), min(size.x, voxel.x + part.reach + 1))
            all += high - low
            guard box.y.contains(y), box.z.contains(z) else { continue }
            let base = ((z - box.z.lowerBound) * box.y.count + y - box.y.lowerBound) * row - box.x.lowerBound
            let first = min(max(low, box.x.lowerBound), box.x.upperBound)
            let last = min(max(high, box.x.lowerBound), box.x.upperBound)
            inside += Int(counts[base + last]) - Int(counts[base + first])
        }
        return UInt16(inside * ShareMap.full / all)
    }
}
