import TestSupport
import Testing

@testable import Volumes

@Suite struct ComponentTests {
    @Test(arguments: Connectivity.allCases) func equalsFlooding(connectivity: Connectivity) throws {
        var generator = SeededGenerator(seed: 17)
        for grid in try awkwardGrids() {
            for density in [0, 0.1, 0.35, 0.6, 1] {
                let mask = randomMask(grid, density: density, using: &generator)
                let found = mask.connectedComponents(connectivity)
                let expected = floodedComponents(mask, connectivity)
                #expect(found.count == expected.count)
                var seen: Set<Set<VoxelIndex>> = []
                for place in found.components.indices {
                    let part = found.mask(of: place)
                    let members = Set(voxels(grid.size).filter { part[$0] })
                    seen.insert(members)
                    let component = found.components[place]
                    #expect(component.voxelCount == members.count)
                    #expect(component.box == part.boundingBox)
                    #expect(abs(found.millilitres(of: place) - part.millilitres) < 1e-12)
                    let meanX = members.reduce(0) { $0 + Double($1.x) } / Double(members.count)
                    let meanZ = members.reduce(0) { $0 + Double($1.z) } / Double(members.count)
                    #expect(abs(component.centroid.x - meanX) < 1e-9 && abs(component.centroid.z - meanZ) < 1e-9)
                    #expect(component.faces.contains(.lowX) == members.contains { $0.x == 0 })
                    #expect(component.faces.contains(.highX) == members.contains { $0.x == grid.size.x - 1 })
                    #expect(component.faces.contains(.lowY) == members.contains { $0.y == 0 })
                    #expect(component.faces.contains(.highY) == members.contains { $0.y == grid.size.y - 1 })
                    #expect(component.faces.contains(.lowZ) == members.contains { $0.z == 0 })
                    #expect(component.faces.contains(.highZ) == members.contains { $0.z == grid.size.z - 1 })
                    if place > 0 { #expect(component.voxelCount <= found.components[place - 1].voxelCount) }
                }
                #expect(seen == Set(expected))
                for voxel in voxels(grid.size) {
                    let place = found.component(at: voxel)
                    #expect((place != nil) == mask[voxel])
                    if let place { #expect(found.components[place].box.x.contains(voxel.x)) }
                }
            }
        }
    }

    @Test func cornersJoinOnlyWhereTheyCount() throws {
        let mask = try asciiMask([["#..", ".#.", "..."], ["...", "...", "..#"]])
        #expect(mask.connectedComponents(.faces6).count == 3)
        #expect(mask.connectedComponents(.edges18).count == 2)
        #expect(mask.connectedComponents(.corners26).count == 1)
        #expect(mask.connectedComponents(.sides4).count == 3)
        #expect(mask.connectedComponents(.corners8).count == 2)
    }

    @Test func ofEqualsTheFirstIsKept() throws {
        let mask = try asciiMask([["##..", "....", "..##"]])
        #expect(asciiRows(mask.keepingLargestComponent().slices[0]) == ["##..", "....", "...."])
    }

    @Test func smallIsMeasuredInMillilitres() throws {
        // Voxels of 10 × 10 × 10 mm are 1 ml each.
        let mask = try asciiMask(
            [["###..", ".....", "..##.", ".....", "#...."]], spacing: Spacing(x: 10, y: 10, z: 10))
        #expect(
            asciiRows(mask.removingComponents(smallerThan: 2).slices[0]) == [
                "###..", ".....", "..##.", ".....", ".....",
            ])
        #expect(mask.removingComponents(smallerThan: 1) == mask)
        #expect(mask.removingComponents(smallerThan: 4).isEmpty)
    }
}
