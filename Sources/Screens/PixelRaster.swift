import Editing
import PatientView
import Volumes

/// Which voxels each drawn pixel of the image area covers: one range of columns for each pixel across, one range of
/// rows for each pixel down. Empty where a pixel is off the slice.
///
/// A pixel covers the voxels whose centres lie in it; where pixels are smaller than voxels, the one it lies in.
struct PixelRaster {
    let width: Int
    let height: Int
    let columns: [Range<Int>]
    let rows: [Range<Int>]

    /// The raster of a plane that is laid out as it is shown: columns across the screen, rows down it.
    init(viewport: Viewport, size: GridSize, mode: CellMode) {
        width = viewport.columns * mode.across
        height = viewport.rows * mode.down
        let across = Double(mode.across)
        let down = Double(mode.down) / 2  // pixels in half a row
        columns = (0..<width).map { i in
            Self.range(
                from: viewport.split(viewport.voxel(atColumn: Double(i) / across, halfRow: 0)).across,
                to: viewport.split(viewport.voxel(atColumn: Double(i + 1) / across, halfRow: 0)).across,
                count: size[viewport.axes.across])
        }
        rows = (0..<height).map { i in
            Self.range(
                from: viewport.split(viewport.voxel(atColumn: 0, halfRow: Double(i) / down)).down,
                to: viewport.split(viewport.voxel(atColumn: 0, halfRow: Double(i + 1) / down)).down,
                count: size[viewport.axes.down])
        }
    }

    private static func range(from one: Double, to other: Double, count: Int) -> Range<Int> {
        let (low, high) = (min(one, other), max(one, other))
        let limit = Double(count)
        let first = min(max(low.rounded(.up), 0), limit)
        let last = min(max(high.rounded(.up), 0), limit)
        if first < last { return Int(first)..<Int(last) }
        let nearest = ((low + high) / 2).rounded()
        // Where no centre lies in the pixel because voxels are larger; off the slice nothing does.
        guard high - low < 1, nearest >= 0, nearest < limit else { return 0..<0 }
        return Int(nearest)..<Int(nearest) + 1
    }

    /// Where on the raster a voxel position is drawn, also outside of it.
    static func pixel(of point: PlanePoint, in viewport: Viewport, mode: CellMode) -> (x: Int, y: Int)? {
        let at = viewport.screen(of: point)
        let x = (at.column * Double(mode.across)).rounded(.down)
        let y = (at.halfRow * Double(mode.down) / 2).rounded(.down)
        guard let x = Int(exactly: x), let y = Int(exactly: y) else { return nil }
        return (x, y)
    }
}

extension PixelRaster {
    /// The mean HU of each pixel through a window, 0…255; pixels off the slice are black.
    func greys(of slice: VolumeSlice, window: WindowLevel) -> [UInt8] {
        var greys = [UInt8](repeating: 0, count: width * height)
        let low = Double(window.level) - Double(window.width) / 2
        let scale = 255 / Double(window.width)
        slice.values.withUnsafeBufferPointer { values in
            greys.withUnsafeMutableBufferPointer { out in
                for (py, rows) in rows.enumerated() where !rows.isEmpty {
                    for (px, columns) in columns.enumerated() where !columns.isEmpty {
                        var sum = 0
                        for y in rows {
                            let base = y * slice.width
                            for x in columns { sum &+= Int(values[base + x]) }
                        }
                        let mean = Double(sum) / Double(rows.count * columns.count)
                        out[py * width + px] = UInt8(min(255, max(0, ((mean - low) * scale).rounded())))
                    }
                }
            }
        }
        return greys
    }

    /// Which pixels belong to a mask: those at least half covered; and single specks, which would otherwise vanish
    /// when many voxels share a pixel and are just what a reviewer must not miss.
    func coverage(of slice: MaskSlice) -> [Bool] {
        guard !slice.isEmpty else { return [Bool](repeating: false, count: width * height) }
        var inside = [Bool](repeating: false, count: width * height)
        var touched: [Int] = []
        slice.words.withUnsafeBufferPointer { words in
            let stride = slice.wordsPerRow
            for (py, rows) in rows.enumerated() where !rows.isEmpty {
                guard rows.contains(where: { y in (0..<stride).contains { words[y * stride + $0] != 0 } }) else {
                    continue
                }
                for (px, columns) in columns.enumerated() where !columns.isEmpty {
                    var count = 0
                    for y in rows { count &+= Self.count(words, row: y * stride, columns: columns) }
                    if count == 0 { continue }
                    if count * 2 >= rows.count * columns.count {
                        inside[py * width + px] = true
                    } else {
                        touched.append(py * width + px)
                    }
                }
            }
        }
        let solid = inside
        for i in touched where !hasNeighbour(i, in: solid) { inside[i] = true }
        return inside
    }

    /// Which pixels hold any voxel of a mask.
    func anyVoxel(of slice: MaskSlice) -> [Bool] {
        var hit = [Bool](repeating: false, count: width * height)
        guard !slice.isEmpty else { return hit }
        slice.words.withUnsafeBufferPointer { words in
            let stride = slice.wordsPerRow
            for (py, rows) in rows.enumerated() {
                for y in rows where (0..<stride).contains(where: { words[y * stride + $0] != 0 }) {
                    for (px, columns) in columns.enumerated() where !columns.isEmpty {
                        if Self.count(words, row: y * stride, columns: columns) > 0 { hit[py * width + px] = true }
                    }
                }
            }
        }
        return hit
    }

    /// The pixels of a shape that have a neighbour above, below or beside them outside of it. The edge of the view is
    /// no edge of the shape.
    func outline(of inside: [Bool]) -> [Bool] {
        var edge = [Bool](repeating: false, count: inside.count)
        for y in 0..<height {
            for x in 0..<width where inside[y * width + x] {
                let i = y * width + x
                edge[i] =
                    (x > 0 && !inside[i - 1]) || (x + 1 < width && !inside[i + 1])
                    || (y > 0 && !inside[i - width]) || (y + 1 < height && !inside[i + width])
            }
        }
        return edge
    }

    /// An outline so many pixels wide, inwards: a shape does not grow by it.
    func widened(_ edge: [Bool], within inside: [Bool], to pixels: Int) -> [Bool] {
        var result = edge
        for _ in 1..<max(2, pixels) where pixels > 1 {
            let rest = zip(inside, result).map { $0 && !$1 }
            for (i, isEdge) in neighbours(of: result).enumerated() where isEdge && rest[i] { result[i] = true }
        }
        return result
    }

    /// The pixels above, below and beside others, with those themselves.
    private func neighbours(of pixels: [Bool]) -> [Bool] {
        var result = pixels
        for y in 0..<height {
            for x in 0..<width where pixels[y * width + x] {
                let i = y * width + x
                if x > 0 { result[i - 1] = true }
                if x + 1 < width { result[i + 1] = true }
                if y > 0 { result[i - width] = true }
                if y + 1 < height { result[i + width] = true }
            }
        }
        return result
    }

    /// The pixels and their neighbours above, below and beside. Where several voxels share a pixel, a mask's outline
    /// may run through the pixel beside the one that holds its boundary voxels.
    func grown(_ pixels: [Bool]) -> [Bool] {
        guard columns.contains(where: { $0.count > 1 }) || rows.contains(where: { $0.count > 1 }) else { return pixels }
        return neighbours(of: pixels)
    }

    private func hasNeighbour(_ i: Int, in inside: [Bool]) -> Bool {
        let (y, x) = i.quotientAndRemainder(dividingBy: width)
        for ny in max(0, y - 1)...min(height - 1, y + 1) {
            for nx in max(0, x - 1)...min(width - 1, x + 1) where inside[ny * width + nx] { return true }
        }
        return false
    }

    /// How many bits of a row are set within a range of columns.
    private static func count(_ words: UnsafeBufferPointer<UInt64>, row: Int, columns: Range<Int>) -> Int {
        let first = columns.lowerBound >> 6
        let last = (columns.upperBound - 1) >> 6
        var count = 0
        for word in first...last {
            var bits = words[row + word]
            if bits == 0 { continue }
            if word == first { bits &= ~0 << UInt64(columns.lowerBound & 63) }
            if word == last { bits &= ~0 >> UInt64(63 - (columns.upperBound - 1) & 63) }
            count &+= bits.nonzeroBitCount
        }
        return count
    }
}
