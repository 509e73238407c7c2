import SurfaceMetrics
import TestSupport
import Volumes

/// Grids, masks and edits by chance, the same for a seed.
struct RandomMasks {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    static let spacings = [
        Spacing(x: 1, y: 1, z: 1), Spacing(x: 0.7, y: 0.7, z: 1.25), Spacing(x: 0.97, y: 0.97, z: 3),
        Spacing(x: Double(Float(0.7)), y: Double(Float(0.7)), z: 1.25), Spacing(x: 0.1, y: 0.2, z: 0.3),
        Spacing(x: 3, y: 2, z: 1), Spacing(x: 0.5, y: 1.125, z: 2.25), Spacing(x: 1.4, y: 0.3, z: 0.9),
    ]

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func double(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    mutating func chance(_ probability: Double) -> Bool { double(0...1) < probability }

    mutating func spacing() -> Spacing { Self.spacings[int(0...Self.spacings.count - 1)] }

    /// A few ellipsoids, with salt and pepper now and then; sometimes nothing, sometimes everything.
    mutating func mask(_ geometry: GridGeometry) -> Mask {
        if chance(0.05) { return Mask(geometry: geometry) }
        if chance(0.03) { return Mask(geometry: geometry).inverted() }
        var mask = Mask(geometry: geometry)
        for _ in 0..<int(1...3) { paint(&mask, value: true, radius: double(0.1...0.6)) }
        if chance(0.3) {
            let density = double(0...0.3)
            for _ in 0..<Int(Double(geometry.size.voxelCount) * density) {
                let index = voxel(geometry.size)
                mask[index] = !mask[index]
            }
        }
        return mask
    }

    /// The mask, moved a little and nibbled at.
    mutating func neighbour(of mask: Mask) -> Mask {
        var result = mask
        for _ in 0..<int(0...4) { paint(&result, value: chance(0.5), radius: double(0.05...0.3)) }
        return result
    }

    mutating func voxel(_ size: GridSize) -> VoxelIndex {
        VoxelIndex(x: int(0...size.x - 1), y: int(0...size.y - 1), z: int(0...size.z - 1))
    }

    /// An ellipsoid around a voxel, its radii a part of the grid's size.
    mutating func paint(_ mask: inout Mask, value: Bool, radius: Double) {
        let size = mask.geometry.size
        let centre = voxel(size)
        let (rx, ry, rz) = (
            Double(size.x) * radius + 0.5, Double(size.y) * radius + 0.5, Double(size.z) * radius + 0.5
        )
        for z in 0..<size.z {
            for y in 0..<size.y {
                let (dy, dz) = (Double(y - centre.y) / ry, Double(z - centre.z) / rz)
                let rest = 1 - dy * dy - dz * dz
                guard rest >= 0 else { continue }
                let half = Int(rest.squareRoot() * rx)
                mask[slice: z].set(value, row: y, columns: centre.x - half..<centre.x + half + 1)
            }
        }
    }

    /// An edit of a mask: a stroke, a fill, a slice replaced, a voxel, everything, nothing.
    mutating func edited(_ mask: Mask) -> Mask {
        var result = mask
        let size = mask.geometry.size
        switch int(0...9) {
        case 0...4: paint(&result, value: chance(0.5), radius: double(0...0.3))
        case 5:
            let z = int(0...size.z - 1)
            result[slice: z] = mask.slices[int(0...size.z - 1)]
        case 6:
            // Along a border, where the lattice ends.
            let z = chance(0.5) ? 0 : size.z - 1
            result[slice: z].set(chance(0.5), row: chance(0.5) ? 0 : size.y - 1, columns: 0..<size.x)
        case 7:
            let index = voxel(size)
            result[index] = !result[index]
        case 8 where chance(0.3): result = Mask(geometry: mask.geometry)
        case 8: result[slice: int(0...size.z - 1)] = MaskSlice(width: size.x, height: size.y)
        default:
            for _ in 0..<int(1...6) {
                let index = voxel(size)
                result[index] = chance(0.5)
            }
        }
        return result
    }
}
