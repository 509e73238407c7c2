import CaseWork
import Review
import SurfaceMetrics
import Testing
import Volumes

/// What is told of a structure, against other people's programs.
@Suite struct StructureStatisticsTests {
    private let size = GridSize(x: 23, y: 19, z: 11)

    private func geometry() throws -> GridGeometry {
        try GridGeometry(
            size: size, spacing: Spacing(x: 0.9, y: 1.1, z: 2.5), origin: PatientPoint(x: 3, y: -7, z: 20))
    }

    /// An ellipsoid with every thirteenth diagonal plane taken out of it.
    private func mask() throws -> Mask {
        Mask(geometry: try geometry()) { v in
            let away = 9 * (v.x - 10) * (v.x - 10) + 16 * (v.y - 8) * (v.y - 8) + 40 * (v.z - 5) * (v.z - 5)
            return away <= 600 && (v.x + 2 * v.y + 3 * v.z) % 13 != 0
        }
    }

    private func volume() throws -> Volume {
        let slices = (0..<size.z).map { z in
            var slice = VolumeSlice(width: size.x, height: size.y, filledWith: .air)
            for y in 0..<size.y {
                for x in 0..<size.x { slice[x, y] = HounsfieldUnit(Int16((37 * x + 71 * y + 113 * z) % 401 - 500)) }
            }
            return slice
        }
        return try Volume(geometry: try geometry(), slices: slices)
    }

    /// The same mask and numbers by NumPy 2.4: `v[m].mean()`, `.std()`, `np.percentile(v[m], p)`, and the greatest of all
    /// distances between two voxels, in all and on each slice. SimpleITK 2.5 (`LabelShapeStatistics`,
    /// `LabelIntensityStatistics`) says the same of size, Feret diameter, mean and extremes, and surface-distance
    /// (`compute_surface_distances`, the sum of `surfel_areas_gt`) of the surface.
    @Test func otherProgramsSayTheSame() throws {
        let found = try #require(try StructureStatistics(of: try mask(), in: try volume()))
        #expect(found.voxelCount == 733)
        #expect(abs(found.millilitres - 1.814175) < 1e-12)
        #expect(abs(found.squareMillimetres - 1044.2513521528117) < 1e-9)
        let histogram = found.histogram
        #expect(histogram.minimum == -500 && histogram.maximum == -100 && histogram.count == 733)
        #expect(abs(try #require(histogram.mean) - -306.95088676671213) < 1e-9)
        #expect(abs(try #require(histogram.deviation) - 118.9282186427066) < 1e-9)
        #expect(
            [0, 5, 25, 50, 75, 95, 100].map { histogram.percentile($0) }
                == [-500, -487, -413, -313, -201, -123, -100])
        let diameters = try #require(found.diameters)
        #expect(abs(diameters.volume.millimetres - 17.4928556845359) < 1e-12)
        #expect(abs(diameters.slice.millimetres - 14.567086187704113) < 1e-12)
        #expect(diameters.slice.from.z == 5 && diameters.slice.to.z == 5)
    }

    @Test func anEmptyMaskHasNoNumbers() throws {
        let found = try #require(
            try StructureStatistics(of: Mask(geometry: try geometry()), in: try volume()))
        #expect(found.voxelCount == 0 && found.squareMillimetres == 0 && found.diameters == nil)
        #expect(found.histogram.mean == nil && found.histogram.percentile(50) == nil)
    }

    @Test func anotherGridIsRefused() throws {
        let other = try GridGeometry(
            size: size, spacing: Spacing(x: 1, y: 1.1, z: 2.5), origin: PatientPoint(x: 3, y: -7, z: 20))
        #expect(throws: VolumesError.self) {
            try StructureStatistics(of: Mask(geometry: other), in: try volume())
        }
    }

    @Test func whoIsNotWaitedForStops() throws {
        #expect(try StructureStatistics(of: try mask(), in: try volume()) { true } == nil)
    }
}
