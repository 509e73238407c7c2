import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Contours for readers that paint the outline too, as OpenCV's fillPoly does.
@Suite("Contours through voxel centres")
struct InsetTests {
    /// What fillPoly makes of polygons whose corners are whole voxels and whose sides run along rows and columns: every
    /// voxel on a side, and every voxel that is inside by even-odd.
    private func painted(_ polygons: [[(x: Double, y: Double)]], width: Int, height: Int) throws -> Set<[Int]> {
        var voxels: Set<[Int]> = []
        var sides: [(x: Int, from: Int, to: Int)] = []
        for polygon in polygons {
            for (i, start) in polygon.enumerated() {
                let end = polygon[(i + 1) % polygon.count]
                let (x0, y0, x1, y1) = (Int(start.x), Int(start.y), Int(end.x), Int(end.y))
                try #require(Double(x0) == start.x && Double(y0) == start.y, "corner \(start) is no voxel")
                try #require(x0 == x1 || y0 == y1, "\(start) to \(end) is oblique")
                for x in min(x0, x1)...max(x0, x1) {
                    for y in min(y0, y1)...max(y0, y1) { voxels.insert([x, y]) }
                }
                if x0 == x1, y0 != y1 { sides.append((x0, min(y0, y1), max(y0, y1))) }
            }
        }
        for y in 0..<height {
            for x in 0..<width where !voxels.contains([x, y]) {
                // A voxel that is on no side: the ray to the left a little below its centre.
                let crossings = sides.filter { $0.x < x && $0.from <= y && y < $0.to }.count
                if crossings % 2 == 1 { voxels.insert([x, y]) }
            }
        }
        return voxels
    }

    private func check(_ slice: MaskSlice) throws {
        let polygons = slice.outlineLoops().map { $0.corners.throughVoxelCentres() }
        let found = try painted(polygons, width: slice.width, height: slice.height)
        var expected: Set<[Int]> = []
        for y in 0..<slice.height { for x in 0..<slice.width where slice[x, y] { expected.insert([x, y]) } }
        #expect(found == expected)
    }

    @Test("a block, a line, a voxel, a ring and an organ with a hole come back exactly")
    func shapes() throws {
        for rows in [
            ["....", ".##.", ".##.", "...."], [".....", ".###.", "....."], ["...", ".#.", "..."],
            [".....", ".###.", ".#.#.", ".###.", "....."],
            ["........", ".######.", ".#.##.#.", ".#.####.", ".####.#.", ".######.", "........"],
            ["......", ".##...", ".####.", "...##.", "......"],
        ] {
            var slice = MaskSlice(width: rows[0].count, height: rows.count)
            for (y, row) in rows.enumerated() { for (x, c) in row.enumerated() where c == "#" { slice[x, y] = true } }
            try check(slice)
        }
    }

    @Test("discs with holes come back exactly", arguments: 0..<40)
    func discs(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var slice = MaskSlice(width: 40, height: 40)
        func disc(_ isInside: Bool, _ radii: ClosedRange<Int>) {
            let (cx, cy) = (Int.random(in: 8..<32, using: &random), Int.random(in: 8..<32, using: &random))
            let r = Int.random(in: radii, using: &random)
            for y in 0..<40 {
                for x in 0..<40 where (x - cx) * (x - cx) + (y - cy) * (y - cy) <= r * r { slice[x, y] = isInside }
            }
        }
        for _ in 0..<3 { disc(true, 3...9) }
        for _ in 0..<3 { disc(false, 1...3) }
        try check(slice)
    }
}
