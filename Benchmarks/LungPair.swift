import Editing
import Foundation
import Volumes

/// Two lung-like masks that nearly agree: ellipsoids with bumps of two wavelengths, in the test a little displaced.
struct LungPair {
    let reference: Mask
    let test: Mask

    /// - Parameter slices: of 1.25 mm; the lungs grow with them. 512 × 512 voxels of 0.7 mm each.
    init(slices: Int = 300) throws {
        let grid = try GridGeometry(
            size: GridSize(x: 512, y: 512, z: slices), spacing: Spacing(x: 0.7, y: 0.7, z: 1.25))
        reference = Self.mask(grid, shift: 0)
        test = Self.mask(grid, shift: 1.6)
    }

    /// Every voxel inside one of two bumpy ellipsoids, all coordinates in mm.
    private static func mask(_ grid: GridGeometry, shift: Double) -> Mask {
        let (size, spacing) = (grid.size, grid.spacing)
        let height = Double(size.z) * spacing.z
        let centre = (y: Double(size.y) * spacing.y / 2, z: height / 2)
        let axes = (x: 62.0, y: 98.0, z: height * 0.42)
        var slices = (0..<size.z).map { _ in MaskSlice(width: size.x, height: size.y) }
        for z in 0..<size.z {
            let away = Double(z) * spacing.z - centre.z
            let rise = away / axes.z
            for y in 0..<size.y {
                let back = Double(y) * spacing.y - centre.y
                let depth = back / axes.y
                let rest = rise * rise + depth * depth
                guard rest < 1.3 else { continue }
                let bumps =
                    0.06 * sin(away * 0.11 + shift) * sin(back * 0.13) + 0.02 * sin(away * 0.7) * sin(back * 0.8)
                for x in 0..<size.x {
                    let right = Double(x) * spacing.x - 179
                    let side = ((right < 0 ? right + 84 : right - 84) - shift * 0.4) / axes.x
                    let radius = 1 + bumps * (1 - side * 0.4) + 0.015 * sin(right * 0.9 + shift)
                    if side * side + rest <= radius * radius { slices[z][x, y] = true }
                }
            }
        }
        var mask = Mask(geometry: grid)
        for z in slices.indices { mask[slice: z] = slices[z] }
        return mask
    }

    /// So many dabs of a ball, on the test's surface, marking and clearing by turns; each patch is for the mask that
    /// the earlier ones have left.
    func dabs(_ count: Int, radius: Millimetres, seed: UInt64 = 1) throws -> [MaskPatch] {
        var random = LinearCongruence(state: seed)
        var mask = test
        let brush = Brush(shape: .ball, radius: radius)
        return try (0..<count).map { number in
            let (point, z) = Self.edgePoint(of: mask, &random)
            let before = mask
            mask.sweep(brush, on: z, from: point, to: point, set: number % 2 == 0)
            return try MaskPatch(from: before, to: mask)
        }
    }

    /// Somewhere on the edge of a mask.
    private static func edgePoint(of mask: Mask, _ random: inout LinearCongruence) -> (PlanePoint, Int) {
        let size = mask.geometry.size
        while true {
            let (x, y, z) = (random.next(below: size.x - 1), random.next(below: size.y), random.next(below: size.z))
            guard let edge = (x..<size.x - 1).first(where: { mask.slices[z][$0, y] != mask.slices[z][$0 + 1, y] })
            else { continue }
            return (PlanePoint(x: Double(edge), y: Double(y)), z)
        }
    }

    /// A mask as bytes, eight voxels each, x fastest, the first voxel in the lowest bit.
    static func packed(_ mask: Mask) -> Data {
        precondition(mask.geometry.size.x % 64 == 0, "rows are whole words")
        var data = Data()
        for slice in mask.slices { slice.words.withUnsafeBytes { data.append(contentsOf: $0) } }
        return data
    }
}

/// Random numbers that are the same everywhere (Knuth's MMIX generator).
struct LinearCongruence {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
