import TestSupport
import Volumes

/// Grids at the edges of words and of dimension, with unequal spacing.
func awkwardGrids() throws -> [GridGeometry] {
    try [(1, 5, 4), (63, 2, 2), (64, 3, 1), (65, 2, 2), (130, 2, 2), (9, 8, 1), (7, 1, 6), (6, 5, 5)].map { x, y, z in
        try GridGeometry(size: GridSize(x: x, y: y, z: z), spacing: Spacing(x: 0.7, y: 0.9, z: 1.25))
    }
}

func voxels(_ size: GridSize) -> [VoxelIndex] {
    var all: [VoxelIndex] = []
    for z in 0..<size.z { for y in 0..<size.y { for x in 0..<size.x { all.append(VoxelIndex(x: x, y: y, z: z)) } } }
    return all
}

/// The distance of two voxel centres in mm, straight from the definition.
func distance(_ a: VoxelIndex, _ b: VoxelIndex, _ spacing: Spacing) -> Double {
    let (x, y, z) = (
        Double(a.x - b.x) * spacing.x, Double(a.y - b.y) * spacing.y, Double(a.z - b.z) * spacing.z
    )
    return (x * x + y * y + z * z).squareRoot()
}

/// Whether two voxels are neighbours, straight from the definition.
func areNeighbours(_ a: VoxelIndex, _ b: VoxelIndex, _ connectivity: Connectivity) -> Bool {
    let (x, y, z) = (abs(a.x - b.x), abs(a.y - b.y), abs(a.z - b.z))
    guard max(x, y, z) == 1 else { return false }
    switch connectivity {
    case .faces6: return x + y + z == 1
    case .edges18: return x + y + z <= 2
    case .corners26: return true
    case .sides4: return z == 0 && x + y == 1
    case .corners8: return z == 0
    }
}

/// The components as sets of voxels, by flooding; in order of their first voxels.
func floodedComponents(_ mask: Mask, _ connectivity: Connectivity) -> [Set<VoxelIndex>] {
    var rest = Set(voxels(mask.geometry.size).filter { mask[$0] })
    var found: [Set<VoxelIndex>] = []
    for seed in voxels(mask.geometry.size) where rest.contains(seed) {
        var component: Set<VoxelIndex> = [seed]
        var front = [seed]
        rest.remove(seed)
        while let here = front.popLast() {
            for z in here.z - 1...here.z + 1 {
                for y in here.y - 1...here.y + 1 {
                    for x in here.x - 1...here.x + 1 {
                        let next = VoxelIndex(x: x, y: y, z: z)
                        guard rest.contains(next), areNeighbours(here, next, connectivity) else { continue }
                        rest.remove(next)
                        component.insert(next)
                        front.append(next)
                    }
                }
            }
        }
        found.append(component)
    }
    return found
}
