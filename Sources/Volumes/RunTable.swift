/// The runs of set voxels of every row of a mask, in voxel order.
struct RunTable: Sendable {
    /// First column of each run.
    private(set) var starts: [UInt16] = []
    /// The column behind the last of each run; at most 65,535, the widest grid.
    private(set) var ends: [UInt16] = []
    /// Where each row's runs begin in ``starts``, and at the end their number.
    private(set) var rowStarts: [Int32]

    /// Takes the runs of a mask.
    init(_ mask: Mask) {
        let size = mask.geometry.size
        let stride = (size.x + 63) / 64
        rowStarts = [Int32](repeating: 0, count: size.y * size.z + 1)
        rowStarts.withUnsafeMutableBufferPointer { counts in
            inParallel(size.z, atLeast: 8) { part in
                for z in part {
                    mask.slices[z].words.withUnsafeBufferPointer { words in
                        for y in 0..<size.y {
                            counts[z * size.y + y + 1] = Self.countRuns(words, y * stride, stride)
                        }
                    }
                }
            }
            for row in 1..<counts.count { counts[row] += counts[row - 1] }
        }
        let total = Int(rowStarts[rowStarts.count - 1])
        starts = [UInt16](repeating: 0, count: total)
        ends = starts
        rowStarts.withUnsafeBufferPointer { rowStarts in
            starts.withUnsafeMutableBufferPointer { starts in
                ends.withUnsafeMutableBufferPointer { ends in
                    inParallel(size.z, atLeast: 8) { part in
                        for z in part {
                            mask.slices[z].words.withUnsafeBufferPointer { words in
                                for y in 0..<size.y {
                                    let first = Int(rowStarts[z * size.y + y])
                                    guard first < Int(rowStarts[z * size.y + y + 1]) else { continue }
                                    Self.takeRuns(words, y * stride, size.x, starts, ends, first)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A run begins where a set bit follows a clear one.
    private static func countRuns(_ words: UnsafeBufferPointer<UInt64>, _ base: Int, _ stride: Int) -> Int32 {
        var count = 0
        var carry: UInt64 = 0
        for word in base..<base + stride {
            let bits = words[word]
            count += (bits & ~(bits << 1 | carry)).nonzeroBitCount
            carry = bits >> 63
        }
        return Int32(count)
    }

    private static func takeRuns(
        _ words: UnsafeBufferPointer<UInt64>, _ base: Int, _ width: Int, _ starts: UnsafeMutableBufferPointer<UInt16>,
        _ ends: UnsafeMutableBufferPointer<UInt16>, _ first: Int
    ) {
        var run = first
        var carry: UInt64 = 0
        var isInside = false
        for word in 0..<(width + 63) / 64 {
            let bits = words[base + word]
            var changes = bits ^ (bits << 1 | carry)
            carry = bits >> 63
            while changes != 0 {
                let column = UInt16(word << 6 + changes.trailingZeroBitCount)
                changes &= changes - 1
                if isInside {
                    ends[run] = column
                    run += 1
                } else {
                    starts[run] = column
                }
                isInside.toggle()
            }
        }
        if isInside { ends[run] = UInt16(width) }
    }

    /// Joins the runs to components.
    func components(_ connectivity: Connectivity, on geometry: GridGeometry) -> ConnectedComponents {
        let size = geometry.size
        var parents = [Int32](unsafeUninitializedCapacity: starts.count) { buffer, count in
            for i in 0..<starts.count { buffer[i] = Int32(truncatingIfNeeded: i) }
            count = starts.count
        }
        parents.withUnsafeMutableBufferPointer { parents in
            starts.withUnsafeBufferPointer { starts in
                ends.withUnsafeBufferPointer { ends in
                    rowStarts.withUnsafeBufferPointer { rowStarts in
                        let forest = RunForest(parents: parents, starts: starts, ends: ends, rowStarts: rowStarts)
                        forest.join(connectivity, height: size.y, depth: size.z)
                    }
                }
            }
        }
        return collect(&parents, on: geometry)
    }

    /// Numbers the trees by size and sums up what is known of each; `parents` becomes the labels.
    private func collect(_ parents: inout [Int32], on geometry: GridGeometry) -> ConnectedComponents {
        struct Sums {
            var count = 0
            var x = (low: Int.max, high: 0, twice: 0)
            var y = (low: Int.max, high: 0, sum: 0)
            var z = (low: Int.max, high: 0, sum: 0)
        }
        let size = geometry.size
        var sums: [Sums] = []
        var row = 0
        for run in parents.indices {
            while run >= Int(rowStarts[row + 1]) { row += 1 }
            let parent = Int(parents[run])
            // A parent is never behind its child, so it already carries its component's number.
            let label = parent == run ? sums.count : Int(parents[parent])
            if parent == run { sums.append(Sums()) }
            parents[run] = Int32(label)
            let (start, end, y, z) = (Int(starts[run]), Int(ends[run]), row % size.y, row / size.y)
            let length = end - start
            sums[label].count += length
            sums[label].x = (
                min(sums[label].x.low, start), max(sums[label].x.high, end),
                sums[label].x.twice + length * (start + end - 1)
            )
            sums[label].y = (min(sums[label].y.low, y), max(sums[label].y.high, y + 1), sums[label].y.sum + length * y)
            sums[label].z = (min(sums[label].z.low, z), max(sums[label].z.high, z + 1), sums[label].z.sum + length * z)
        }
        let order = sums.indices.sorted { (-sums[$0].count, $0) < (-sums[$1].count, $1) }
        var places = [Int32](repeating: 0, count: order.count)
        for (place, label) in order.enumerated() { places[label] = Int32(place) }
        for run in parents.indices { parents[run] = places[Int(parents[run])] }
        let components = order.map { label in
            let sum = sums[label]
            let count = Double(sum.count)
            let box = VoxelBox(x: sum.x.low..<sum.x.high, y: sum.y.low..<sum.y.high, z: sum.z.low..<sum.z.high)
            return ConnectedComponents.Component(
                voxelCount: sum.count, box: box, faces: GridFaces(of: box, on: size),
                centroid: ContinuousIndex(
                    x: Double(sum.x.twice) / 2 / count, y: Double(sum.y.sum) / count, z: Double(sum.z.sum) / count))
        }
        return ConnectedComponents(geometry: geometry, components: components, runs: self, labels: parents)
    }
}

/// Union-find over runs. The smaller index is always the parent, so roots come first in voxel order.
private struct RunForest {
    let parents: UnsafeMutableBufferPointer<Int32>
    let starts: UnsafeBufferPointer<UInt16>
    let ends: UnsafeBufferPointer<UInt16>
    let rowStarts: UnsafeBufferPointer<Int32>

    func join(_ connectivity: Connectivity, height: Int, depth: Int) {
        // Two runs meet if they overlap after one of them is grown by this many columns.
        let (sameSlice, nextSlice, nextDiagonal): (Int, Int?, Int?) =
            switch connectivity {
            case .sides4: (0, nil, nil)
            case .corners8: (1, nil, nil)
            case .faces6: (0, 0, nil)
            case .edges18: (1, 1, 0)
            case .corners26: (1, 1, 1)
            }
        for row in 0..<height * depth where rowStarts[row] < rowStarts[row + 1] {
            let y = row % height
            if y > 0 { joinRows(row, row - 1, reach: sameSlice) }
            guard row >= height else { continue }
            if let nextSlice { joinRows(row, row - height, reach: nextSlice) }
            if let nextDiagonal {
                if y > 0 { joinRows(row, row - height - 1, reach: nextDiagonal) }
                if y + 1 < height { joinRows(row, row - height + 1, reach: nextDiagonal) }
            }
        }
        for run in parents.indices { parents[run] = parents[Int(parents[run])] }
    }

    private func joinRows(_ a: Int, _ b: Int, reach: Int) {
        var (i, j) = (Int(rowStarts[a]), Int(rowStarts[b]))
        let (lastI, lastJ) = (Int(rowStarts[a + 1]), Int(rowStarts[b + 1]))
        while i < lastI && j < lastJ {
            let (endI, endJ) = (Int(ends[i]), Int(ends[j]))
            if Int(starts[i]) < endJ + reach && Int(starts[j]) < endI + reach { unite(i, j) }
            if endI < endJ { i += 1 } else { j += 1 }
        }
    }

    private func root(_ run: Int) -> Int {
        var run = run
        while Int(parents[run]) != run {
            parents[run] = parents[Int(parents[run])]
            run = Int(parents[run])
        }
        return run
    }

    private func unite(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        if a < b { parents[b] = Int32(truncatingIfNeeded: a) } else { parents[a] = Int32(truncatingIfNeeded: b) }
    }
}
