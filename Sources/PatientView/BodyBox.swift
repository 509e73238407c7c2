import Volumes

/// Where the patient is on the slices, so that the first view shows the body and not the air and table around it.
public enum BodyBox {
    /// A box of columns and rows (z is the whole volume): where at least 6 % of a column or row, on some of a dozen
    /// slices that have arrived, is denser than −300 HU, with a small margin. The whole slice where nothing is.
    /// - Complexity: O(pixels of 12 slices / 4).
    public static func estimate(_ image: PartialVolume) -> VoxelBox {
        let size = image.geometry.size
        let arrived = image.slices.indices.filter { image.slices[$0] != nil }
        let step = max(1, arrived.count / 12)
        var columns = 0..<0
        var rows = 0..<0
        for i in stride(from: step / 2, to: arrived.count, by: step) {
            guard let slice = image.slices[arrived[i]] else { continue }
            var perColumn = [Int](repeating: 0, count: size.x)
            var perRow = [Int](repeating: 0, count: size.y)
            for y in stride(from: 0, to: size.y, by: 2) {
                for x in stride(from: 0, to: size.x, by: 2) where slice.values[y * size.x + x] > -300 {
                    perColumn[x] += 1
                    perRow[y] += 1
                }
            }
            columns = hull(columns, of: perColumn, atLeast: Double(size.y) / 2 * 0.06)
            rows = hull(rows, of: perRow, atLeast: Double(size.x) / 2 * 0.06)
        }
        guard columns.count > size.x / 8, rows.count > size.y / 8 else { return size.bounds }
        let margin = VoxelBox(x: columns, y: rows, z: 0..<size.z)
            .dilated(x: size.x / 64, y: size.y / 64, z: 0)
        return margin.intersection(size.bounds)
    }

    private static func hull(_ known: Range<Int>, of counts: [Int], atLeast threshold: Double) -> Range<Int> {
        guard let first = counts.firstIndex(where: { Double($0) >= threshold }),
            let last = counts.lastIndex(where: { Double($0) >= threshold })
        else { return known }
        return known.isEmpty
            ? first..<last + 1 : min(known.lowerBound, first)..<max(known.upperBound, last + 1)
    }
}
