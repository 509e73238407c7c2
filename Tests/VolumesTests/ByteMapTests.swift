import TestSupport
import Testing
import Volumes

@Suite struct ByteMapTests {
    @Test func mapsAreReadBack() throws {
        var generator = SeededGenerator(seed: 6)
        for density in [0, 0.01, 0.5, 1] {
            let grid = try GridGeometry(size: GridSize(x: 13, y: 7, z: 5), spacing: Spacing(x: 1, y: 1, z: 1))
            let slices = (0..<5).map { _ in
                (0..<91).map { _ in
                    Double.random(in: 0..<1, using: &generator) < density
                        ? UInt8.random(in: 1...255, using: &generator) : 0
                }
            }
            let map = try ByteMap(geometry: grid, slices: slices)
            let bytes = map.encoded()
            #expect(try ByteMap(encoded: bytes, geometry: grid) == map)
            if density == 0 { #expect(bytes.count < 40) }
            #expect(map[VoxelIndex(x: 2, y: 1, z: 3)] == Double(slices[3][15]) / 255)
            for place in stride(from: 0, to: bytes.count, by: 7) {
                var damaged = bytes
                damaged[place] ^= 4
                #expect(throws: VolumesError.self) { try ByteMap(encoded: damaged, geometry: grid) }
                #expect(throws: VolumesError.self) { try ByteMap(encoded: Array(bytes[..<place]), geometry: grid) }
            }
            let other = try GridGeometry(size: GridSize(x: 7, y: 13, z: 5), spacing: Spacing(x: 1, y: 1, z: 1))
            #expect(throws: VolumesError.self) { try ByteMap(encoded: bytes, geometry: other) }
        }
    }

    @Test func unitFieldsKeepTheirEnds() throws {
        let grid = try GridGeometry(size: GridSize(x: 3, y: 1, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        var field = UnitField(geometry: grid)
        try field.set(slice: 1, to: [1, 0.5, -3])
        #expect(field[VoxelIndex(x: 0, y: 0, z: 1)] == 1)
        #expect(abs(field[VoxelIndex(x: 1, y: 0, z: 1)] - 0.5) < 1e-5)
        #expect(field[VoxelIndex(x: 2, y: 0, z: 1)] == 0)
        try field.set(slice: 0, to: [7, .nan, 0.25])
        #expect(field.slices[0][0] == 65_535 && field.slices[0][1] == 0)
        #expect(throws: VolumesError.wrongLength(expected: 3, found: 2)) { try field.set(slice: 0, to: [0, 1]) }
        // Half way between two slices of 1 and 0: one half; beyond the outer half voxel nothing.
        let between = try GridGeometry(
            size: GridSize(x: 1, y: 1, z: 3), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 0, y: 0, z: 0.5))
        try field.set(slice: 0, to: [0, 0, 0])
        let seen = ResampledUnitField(field, onto: between)
        #expect(seen.slice(0) == [0.5])
        #expect(seen.slice(1) == nil)
        #expect(seen.slice(2) == nil)
    }
}
