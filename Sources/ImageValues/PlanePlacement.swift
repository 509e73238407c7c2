import Volumes

/// Where the pixels of a plane lie on a grid: pixel (i, j) is voxel `start + i · column + j · row`, all whole numbers.
package struct PlanePlacement {
    private let grid: GridGeometry
    private let start: VoxelIndex
    private let column: (x: Int, y: Int, z: Int)
    private let row: (x: Int, y: Int, z: Int)

    /// How far, in voxels, a pixel's centre may be from a voxel's: the rounding of decimal strings, not a shift.
    package static let tolerance = 0.05

    /// - Parameters:
    ///   - origin: the centre of the plane's first pixel.
    ///   - column: from one column to the next, mm.
    ///   - row: from one row to the next, mm.
    ///   - Returns: `nil` unless every pixel lies on a voxel of the grid, continued beyond its borders.
    package init?(
        origin: PatientPoint, column: PatientVector, row: PatientVector, width: Int, height: Int, on grid: GridGeometry
    ) {
        func whole(_ index: ContinuousIndex) -> (x: Int, y: Int, z: Int)? {
            let parts = [index.x, index.y, index.z]
            let near = parts.allSatisfy { $0.isFinite && abs($0) < 1e9 && abs($0 - $0.rounded()) <= Self.tolerance }
            return near ? (Int(parts[0].rounded()), Int(parts[1].rounded()), Int(parts[2].rounded())) : nil
        }
        guard let start = whole(grid.index(of: origin)) else { return nil }
        func step(_ vector: PatientVector, _ count: Int) -> (x: Int, y: Int, z: Int)? {
            let one = grid.index(of: origin + vector)
            let begin = grid.index(of: origin)
            let unit = (
                x: Int((one.x - begin.x).clamped.rounded()), y: Int((one.y - begin.y).clamped.rounded()),
                z: Int((one.z - begin.z).clamped.rounded())
            )
            guard abs(unit.x) + abs(unit.y) + abs(unit.z) == 1 else { return nil }
            // The last pixel must lie where counting says it does.
            guard let last = whole(grid.index(of: origin + vector * Double(count - 1))) else { return nil }
            let steps = (
                x: start.x + unit.x * (count - 1), y: start.y + unit.y * (count - 1), z: start.z + unit.z * (count - 1)
            )
            return last == steps ? unit : nil
        }
        guard let column = step(column, width), let row = step(row, height) else { return nil }
        guard abs(column.x) != abs(row.x) || abs(column.y) != abs(row.y) else { return nil }
        self.grid = grid
        self.start = VoxelIndex(x: start.x, y: start.y, z: start.z)
        self.column = column
        self.row = row
    }

    /// The voxel of the first pixel, if columns and rows are the grid's own.
    var plainStart: VoxelIndex? { column == (1, 0, 0) && row == (0, 1, 0) ? start : nil }

    /// The slice that the whole plane lies in; `nil` if it runs through several.
    package var onlySlice: Int? { column.z == 0 && row.z == 0 ? start.z : nil }

    /// Adds the pixels of a plane to a mask on the grid.
    /// - Returns: how many set pixels lie outside the grid.
    package func add(_ plane: MaskSlice, to mask: inout Mask) -> Int {
        let size = grid.size
        if column == (1, 0, 0), row == (0, 1, 0), start.x == 0, start.y == 0, plane.width == size.x,
            plane.height == size.y
        {
            guard (0..<size.z).contains(start.z) else { return plane.count }
            mask[slice: start.z].withMutableWords { words in
                for i in words.indices { words[i] |= plane.words[i] }
            }
            return 0
        }
        var lost = 0
        for (index, word) in plane.words.enumerated() where word != 0 {
            let (j, part) = index.quotientAndRemainder(dividingBy: plane.wordsPerRow)
            var bits = word
            while bits != 0 {
                let i = part * 64 + bits.trailingZeroBitCount
                bits &= bits - 1
                let voxel = VoxelIndex(
                    x: start.x + i * column.x + j * row.x, y: start.y + i * column.y + j * row.y,
                    z: start.z + i * column.z + j * row.z)
                if size.contains(voxel) { mask[voxel] = true } else { lost += 1 }
            }
        }
        return lost
    }
}

extension Double {
    /// Cut to what a small whole number holds; NaN is 0.
    fileprivate var clamped: Double { isNaN ? 0 : Swift.min(Swift.max(self, -1e6), 1e6) }
}

extension Mask {
    /// The same voxels on a grid whose voxels coincide with this mask's: a larger or smaller one, or one whose axes run
    /// the other way. What segmentations need, which leave out empty slices.
    ///
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` if the voxels do not coincide, or if a voxel of the mask
    ///   lies outside the grid.
    public func placed(on grid: GridGeometry) throws(ImageFormatsError) -> Mask {
        if geometry == grid { return self }
        if geometry.hasSameVoxels(as: grid), let same = try? adopting(grid) { return same }
        var result = Mask(geometry: grid)
        var lost = 0
        let (direction, spacing) = (geometry.direction, geometry.spacing)
        for (z, slice) in slices.enumerated() where !slice.isEmpty {
            guard
                let placement = PlanePlacement(
                    origin: geometry.point(at: VoxelIndex(x: 0, y: 0, z: z)), column: direction.x * spacing.x,
                    row: direction.y * spacing.y, width: slice.width, height: slice.height, on: grid)
            else {
                throw ImageFormatsError(
                    .inconsistent,
                    "The grids differ (\(geometry.difference(from: grid))), and their voxels do not coincide",
                    mend: "Resample one onto the other.")
            }
            lost += placement.add(slice, to: &result)
        }
        guard lost == 0 else {
            throw ImageFormatsError(
                .inconsistent,
                "\(Plural.count(lost, "voxel")) of the mask \(Plural.word(lost, "lies", "lie")) "
                    + "outside the image (\(grid))",
                mend: "Check that the mask belongs to this image.")
        }
        return result
    }
}

extension GridGeometry {
    /// The smallest grid that holds this grid and another whose voxels coincide with its own and whose axes run the same
    /// way; `nil` if there is none.
    public func extended(toHold other: GridGeometry) -> GridGeometry? {
        guard
            let placement = PlanePlacement(
                origin: other.origin, column: other.direction.x * other.spacing.x,
                row: other.direction.y * other.spacing.y, width: other.size.x, height: other.size.y, on: self),
            let first = placement.plainStart
        else { return nil }
        let top = index(of: other.point(at: VoxelIndex(x: 0, y: 0, z: other.size.z - 1)))
        guard abs(top.z - Double(first.z + other.size.z - 1)) <= PlanePlacement.tolerance else { return nil }
        func span(_ count: Int, _ from: Int, _ others: Int) -> (low: Int, count: Int) {
            let low = min(0, from)
            return (low, max(count, from + others) - low)
        }
        let x = span(size.x, first.x, other.size.x)
        let y = span(size.y, first.y, other.size.y)
        let z = span(size.z, first.z, other.size.z)
        return try? GridGeometry(
            size: GridSize(x: x.count, y: y.count, z: z.count), spacing: spacing,
            origin: point(at: VoxelIndex(x: x.low, y: y.low, z: z.low)), direction: direction)
    }
}
