import Volumes

/// Masks drawn as text: slices of rows, `#` inside, anything else outside.
public func asciiMask(_ slices: [[String]], spacing: Spacing = Spacing(x: 1, y: 1, z: 1)) throws -> Mask {
    let height = slices[0].count
    let width = slices[0][0].count
    let geometry = try GridGeometry(size: GridSize(x: width, y: height, z: slices.count), spacing: spacing)
    let rows = slices.map { $0.map { Array($0) } }
    return Mask(geometry: geometry) { rows[$0.z][$0.y][$0.x] == "#" }
}

/// One slice of a mask as text, `#` inside and `.` outside.
public func asciiRows(_ slice: MaskSlice) -> [String] {
    (0..<slice.height).map { y in String((0..<slice.width).map { slice[$0, y] ? "#" : "." }) }
}

/// A mask of which each voxel is in by chance.
public func randomMask(
    _ geometry: GridGeometry, density: Double, using generator: inout SeededGenerator
) -> Mask {
    Mask(geometry: geometry) { _ in Double.random(in: 0..<1, using: &generator) < density }
}
