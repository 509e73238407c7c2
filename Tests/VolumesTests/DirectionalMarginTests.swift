import TestSupport
import Testing
import Volumes

@Suite struct DirectionalMarginTests {
    private typealias Direction = DirectionalMargin.Direction

    /// Whether an offset of voxels is within a margin, straight from the definition.
    private func isWithin(_ margin: DirectionalMargin, _ from: VoxelIndex, _ to: VoxelIndex, _ grid: GridGeometry)
        -> Bool
    {
        let offset = grid.point(at: to) - grid.point(at: from)
        let axes = [
            (grid.direction.x, grid.spacing.x), (grid.direction.y, grid.spacing.y), (grid.direction.z, grid.spacing.z),
        ]
        func cosine(_ axis: Int, _ patient: Int) -> Double {
            abs([axes[axis].0.x, axes[axis].0.y, axes[axis].0.z][patient])
        }
        var order = [0, 1, 2]
        for other in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        where (0..<3).reduce(0, { $0 + cosine(other[$1], $1) }) > (0..<3).reduce(1e-9, { $0 + cosine(order[$1], $1) }) {
            order = other
        }
        let directions: [(Direction, Direction)] = [(.left, .right), (.posterior, .anterior), (.superior, .inferior)]
        var sum = 0.0
        for (i, along) in [offset.x, offset.y, offset.z].enumerated() {
            let length = margin[along > 0 ? directions[i].0 : directions[i].1].value
            let half = cosine(order[i], i) * axes[order[i]].1 / 2
            if length < half {
                if abs(along) > half { return false }
            } else {
                sum += along * along / length / length
            }
        }
        return sum <= 1 + 1e-9
    }

    private func expected(_ mask: Mask, _ margin: DirectionalMargin, _ domain: MaskDomain) -> Mask {
        let grid = mask.geometry
        let all = voxels(grid.size)
        return Mask(geometry: grid) { voxel in
            func isNear(_ other: VoxelIndex) -> Bool { domain == .volume || other.z == voxel.z }
            guard margin.shrinks else {
                return all.contains { isNear($0) && mask[$0] && isWithin(margin, $0, voxel, grid) }
            }
            return mask[voxel] && !all.contains { isNear($0) && !mask[$0] && isWithin(margin, voxel, $0, grid) }
        }
    }

    private func vector(_ i: Int, _ sign: Double) -> PatientVector {
        PatientVector(x: i == 0 ? sign : 0, y: i == 1 ? sign : 0, z: i == 2 ? sign : 0)
    }

    /// Axes in any order and either way, or turned by any angle.
    private func direction(isOblique: Bool, using generator: inout SeededGenerator) -> GridDirection {
        func number() -> Double { Double.random(in: -1...1, using: &generator) }
        guard isOblique else {
            let order = [0, 1, 2].shuffled(using: &generator)
            let signs = (0..<3).map { _ in Bool.random(using: &generator) ? 1.0 : -1.0 }
            return GridDirection(
                x: vector(order[0], signs[0]), y: vector(order[1], signs[1]), z: vector(order[2], signs[2]))
        }
        var one = PatientVector(x: number(), y: number(), z: number())
        while one.length < 0.1 { one = PatientVector(x: number(), y: number(), z: number()) }
        one = one * (1 / one.length)
        var two = one.cross(vector(Int.random(in: 0...2, using: &generator), 1))
        while two.length < 0.1 { two = one.cross(PatientVector(x: number(), y: number(), z: number())) }
        two = two * (1 / two.length)
        return GridDirection(x: one, y: two, z: one.cross(two))
    }

    @Test(arguments: [false, true], [MaskDomain.volume, .slice])
    func equalsTheDefinition(isOblique: Bool, domain: MaskDomain) throws {
        var generator = SeededGenerator(seed: isOblique ? 71 : 72)
        for round in 0..<30 {
            func step() -> Double { Double.random(in: 0.6...2.8, using: &generator) }
            let grid = try GridGeometry(
                size: GridSize(
                    x: round % 6 == 0 ? 66 : Int.random(in: 1...11, using: &generator),
                    y: Int.random(in: 1...7, using: &generator), z: Int.random(in: 1...6, using: &generator)),
                spacing: Spacing(x: step(), y: step(), z: step()),
                direction: direction(isOblique: isOblique, using: &generator))
            var lengths: [DirectionalMargin.Direction: Millimetres] = [:]
            for direction in Direction.allCases where Bool.random(using: &generator) {
                lengths[direction] = Millimetres(Double.random(in: 0.2...6, using: &generator))
            }
            for shrinks in [false, true] {
                let margin = DirectionalMargin(lengths, shrinks: shrinks)
                let mask = randomMask(grid, density: shrinks ? 0.96 : 0.04, using: &generator)
                #expect(
                    try mask.changed(by: margin, in: domain) == expected(mask, margin, domain), "\(round) \(margin)")
            }
        }
    }

    /// One voxel of 1 mm grows 3 to its left and 1 to the front; on a supine axial CT columns go left, rows go back.
    @Test func leftIsThePatientsLeft() throws {
        let point = try asciiMask([[".......", ".......", "...#...", ".......", "......."]])
        let margin = DirectionalMargin([.left: 3, .anterior: 1])
        let rows = [".......", "...#...", "...####", ".......", "......."]
        #expect(asciiRows(try point.changed(by: margin).slices[0]) == rows)
        // The same voxels in a file whose columns run to the right.
        let grid = point.geometry
        let turned = try GridGeometry(
            size: grid.size, spacing: grid.spacing, origin: grid.origin,
            direction: GridDirection(
                x: PatientVector(x: -1, y: 0, z: 0), y: PatientVector(x: 0, y: 1, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        let other = Mask(geometry: turned) { point[$0] }
        let mirrored = [".......", "...#...", "####...", ".......", "......."]
        #expect(asciiRows(try other.changed(by: margin).slices[0]) == mirrored)
    }

    /// Shrinking takes from the side that is named.
    @Test func shrinkingTakesFromTheSideThatIsNamed() throws {
        let block = try asciiMask([[".......", ".#####.", ".#####.", ".#####.", "......."]])
        let margin = DirectionalMargin([.left: 2, .posterior: 1], shrinks: true)
        #expect(
            asciiRows(try block.changed(by: margin).slices[0]) == [
                ".......", ".###...", ".###...", ".......", ".......",
            ])
        // The edge of the image does not wear away.
        let edge = try asciiMask([["###", "###"]])
        #expect(try edge.changed(by: margin) == edge)
    }

    @Test func equalLengthsAreTheBall() throws {
        var generator = SeededGenerator(seed: 73)
        for grid in try awkwardGrids() {
            let mask = randomMask(grid, density: 0.1, using: &generator)
            #expect(try mask.changed(by: DirectionalMargin(2.1)) == mask.dilated(by: 2.1))
            let full = randomMask(grid, density: 0.95, using: &generator)
            #expect(try full.changed(by: DirectionalMargin(-1.4)) == full.eroded(by: 1.4))
        }
        #expect(DirectionalMargin(-3).uniform == -3 && DirectionalMargin([.left: 3]).uniform == nil)
    }

    @Test(arguments: [-1, 101, Double.nan, .infinity]) func senselessLengthsAreRefused(length: Double) throws {
        let mask = try asciiMask([["#"]])
        #expect(throws: VolumesError.self) { try mask.changed(by: DirectionalMargin([.left: Millimetres(length)])) }
    }
}
