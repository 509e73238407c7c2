import Foundation
import Volumes

/// A grid whose direction is neither axial nor aligned: rotations about z and then x, exact to a double's rounding.
public func obliqueGrid(_ size: GridSize) throws -> GridGeometry {
    let (a, b) = (0.4, -0.7)
    let x = PatientVector(x: cos(a), y: sin(a) * cos(b), z: sin(a) * sin(b))
    let y = PatientVector(x: -sin(a), y: cos(a) * cos(b), z: cos(a) * sin(b))
    return try GridGeometry(
        size: size, spacing: Spacing(x: 0.7, y: 0.9765625, z: 1.3),
        origin: PatientPoint(x: -120.5, y: 31.25, z: -800.7),
        direction: GridDirection(x: x, y: y, z: x.cross(y)))
}

/// An axial grid of some columns, rows and slices, away from the origin.
public func axialGrid(_ x: Int, _ y: Int, _ z: Int) throws -> GridGeometry {
    try GridGeometry(
        size: GridSize(x: x, y: y, z: z), spacing: Spacing(x: 0.75, y: 0.5, z: 2),
        origin: PatientPoint(x: -10, y: -20, z: 100))
}

/// Every HU from −32768 to 32767 can come up.
public func randomVolume(_ grid: GridGeometry, using generator: inout SeededGenerator) throws -> Volume {
    let slices = try (0..<grid.size.z).map { _ in
        try VolumeSlice(
            width: grid.size.x, height: grid.size.y,
            values: (0..<grid.size.x * grid.size.y).map { _ in Int16.random(in: .min ... .max, using: &generator) })
    }
    return try Volume(geometry: grid, slices: slices)
}

/// A CT of seeded random HU.
public func randomVolume(_ geometry: GridGeometry, seed: UInt64) throws -> Volume {
    var generator = SeededGenerator(seed: seed)
    let size = geometry.size
    return try Volume(
        geometry: geometry,
        slices: (0..<size.z).map { _ in
            try VolumeSlice(
                width: size.x, height: size.y,
                values: (0..<size.x * size.y).map { _ in Int16.random(in: .min ... .max, using: &generator) })
        })
}

/// All HU of a volume, x fastest.
public func flat(_ volume: Volume) -> [Int16] { volume.slices.flatMap(\.values) }
