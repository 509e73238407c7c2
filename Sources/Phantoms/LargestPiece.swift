import Volumes

/// Finds the largest part of a mask that hangs together through voxel faces.
enum LargestPiece {
    /// A run of set voxels in one row.
    private struct Run {
        let z: Int
        let y: Int
        let columns: Range<Int>
    }

    /// The mask without all but its largest piece; of two equal ones the first in voxel order stays.
    /// - Complexity: about O(rows + runs).
    static func of(_ mask: Mask) -> Mask {
        let size = mask.geometry.size
        var runs: [Run] = []
        var parents: [Int] = []
        func root(_ run: Int) -> Int {
            var i = run
            while parents[i] != i {
                parents[i] = parents[parents[i]]
                i = parents[i]
            }
            return i
        }
        // Where the runs of each row begin, for this slice and the one before.
        var before = [Range<Int>](repeating: 0..<0, count: size.y)
        for z in 0..<size.z {
            var here = [Range<Int>](repeating: 0..<0, count: size.y)
            let slice = mask.slices[z]
            for y in 0..<size.y where !slice.isEmpty {
                let first = runs.count
                appendRuns(of: slice, y: y, z: z, to: &runs)
                here[y] = first..<runs.count
                for i in here[y] {
                    parents.append(i)
                    let neighbours = y > 0 ? [here[y - 1], before[y]] : [before[y]]
                    for row in neighbours {
                        for j in row where runs[j].columns.overlaps(runs[i].columns) {
                            let (a, b) = (root(i), root(j))
                            parents[max(a, b)] = min(a, b)
                        }
                    }
                }
            }
            before = here
        }
        var sizes = [Int](repeating: 0, count: runs.count)
        for i in runs.indices { sizes[root(i)] += runs[i].columns.count }
        guard let most = sizes.max(), let winner = sizes.firstIndex(of: most) else { return mask }
        var result = mask
        for i in runs.indices where root(i) != winner {
            result[slice: runs[i].z].set(false, row: runs[i].y, columns: runs[i].columns)
        }
        return result
    }

    private static func appendRuns(of slice: MaskSlice, y: Int, z: Int, to runs: inout [Run]) {
        let stride = slice.wordsPerRow
        var start: Int?
        for w in 0..<stride {
            var word = slice.words[y * stride + w]
            if start != nil { word = ~word }
            // Go from change to change; `word` has its bits turned so that the next change is a set bit.
            while word != 0 {
                let bit = word.trailingZeroBitCount
                let x = w * 64 + bit
                if let from = start {
                    runs.append(Run(z: z, y: y, columns: from..<x))
                    start = nil
                } else {
                    start = x
                }
                word = ~word
                // Bits up to the change are behind us.
                word &= bit == 63 ? 0 : ~0 << UInt64(bit + 1)
            }
        }
        if let from = start { runs.append(Run(z: z, y: y, columns: from..<slice.width)) }
    }
}
