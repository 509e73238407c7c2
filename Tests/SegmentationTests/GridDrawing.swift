import TestSupport
import Volumes

/// A direction turned by chance; mirrored in half of the cases.
func randomDirection(using generator: inout SeededGenerator) -> GridDirection {
    func vector() -> PatientVector {
        PatientVector(
            x: .random(in: -1...1, using: &generator), y: .random(in: -1...1, using: &generator),
            z: .random(in: -1...1, using: &generator))
    }
    while true {
        let (a, b) = (vector(), vector())
        guard a.length > 0.1, a.cross(b).length > 0.1 else { continue }
        let x = a * (1 / a.length)
        let z = a.cross(b) * (1 / a.cross(b).length)
        return GridDirection(x: x, y: z.cross(x) * (Bool.random(using: &generator) ? 1 : -1), z: z)
    }
}

/// The directions along the patient's axes: every order, every axis either way.
func axisDirections() -> [(direction: GridDirection, order: [Int])] {
    let units = [
        PatientVector(x: 1, y: 0, z: 0), PatientVector(x: 0, y: 1, z: 0), PatientVector(x: 0, y: 0, z: 1),
    ]
    var all: [(GridDirection, [Int])] = []
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for signs in 0..<8 {
            let axes = (0..<3).map { units[order[$0]] * (signs >> $0 & 1 == 1 ? -1 : 1) }
            all.append((GridDirection(x: axes[0], y: axes[1], z: axes[2]), order))
        }
    }
    return all
}

/// A volume whose voxels differ from their neighbours, by the formula that `preprocessing_oracle.py` uses.
func formulaVolume(_ grid: GridGeometry) throws -> Volume {
    try drawnVolume(grid) { Int16(formulaHU($0)) }
}

func formulaHU(_ voxel: VoxelIndex) -> Int {
    (voxel.x * 7919 + voxel.y * 104_729 + voxel.z * 1_299_709) % 4001 - 1024
}

/// A volume by voxel.
func drawnVolume(_ grid: GridGeometry, _ hounsfield: (VoxelIndex) -> Int16) throws -> Volume {
    try Volume(
        geometry: grid,
        slices: (0..<grid.size.z).map { z in
            var values: [Int16] = []
            for y in 0..<grid.size.y {
                for x in 0..<grid.size.x { values.append(hounsfield(VoxelIndex(x: x, y: y, z: z))) }
            }
            return try VolumeSlice(width: grid.size.x, height: grid.size.y, values: values)
        })
}

/// All voxels in order.
func voxels(_ size: GridSize) -> [VoxelIndex] {
    (0..<size.voxelCount).map {
        VoxelIndex(x: $0 % size.x, y: $0 / size.x % size.y, z: $0 / (size.x * size.y))
    }
}
