import Volumes

/// The definition of surface Dice, one surfel and one distance at a time: what the fast computation is tested against.
///
/// Follows Nikolov et al. (arXiv:1809.04430) and google-deepmind/surface-distance step by step, voxel by voxel, and
/// shares nothing with the fast code but the areas. Takes seconds where that takes microseconds; for masks of a few
/// thousand surfels.
public struct SurfaceDiceDefinition: Sendable {
    /// A corner point of the voxel grid that touches voxels inside and outside the mask.
    public struct Surfel: Hashable, Sendable {
        /// The point between voxels x − 1 and x.
        public let x: Int
        /// The point between voxels y − 1 and y.
        public let y: Int
        /// The point between voxels z − 1 and z; 0 on a slice.
        public let z: Int
        /// Which of the voxels around it are inside; see ``SurfelAreas``.
        public let code: Int
        /// The distance to the nearest surfel of the other mask, mm; infinite if it has none.
        public fileprivate(set) var distance = Double.infinity
    }

    /// The reference's surfels, x slowest and z fastest.
    public let reference: [Surfel]
    /// The test's surfels, in the same order.
    public let test: [Surfel]
    /// The areas that were used.
    public let areas: SurfelAreas

    /// Lists the surfels of two masks of one size, or of slice `slice` of them by the 2D definition, with their
    /// distances.
    public init(reference: Mask, test: Mask, spacing: Spacing, slice: Int? = nil) {
        let left = Self.surfels(of: reference, slice: slice)
        let right = Self.surfels(of: test, slice: slice)
        self.reference = Self.measured(left, to: right, spacing)
        self.test = Self.measured(right, to: left, spacing)
        areas = SurfelAreas(spacing: spacing, dimensions: slice == nil ? .three : .two)
    }

    /// The surface Dice at a tolerance; NaN if both masks are empty.
    public func surfaceDice(tolerance: Double) -> Double {
        (area(reference, within: tolerance) + area(test, within: tolerance)) / (area(reference) + area(test))
    }

    /// The part of the reference's and of the test's surface within tolerance; NaN for a mask without one.
    public func overlaps(tolerance: Double) -> (reference: Double, test: Double) {
        (
            area(reference, within: tolerance) / area(reference), area(test, within: tolerance) / area(test)
        )
    }

    /// The average distance from the reference and from the test, weighted by area; NaN for a mask without surface.
    public var averageDistances: (reference: Double, test: Double) {
        func average(_ surfels: [Surfel]) -> Double {
            surfels.reduce(0) { $0 + areas[$1.code] * $1.distance } / area(surfels)
        }
        return (average(reference), average(test))
    }

    /// The larger of the two directed distances that `percent` per cent of each surface keep.
    public func hausdorff(percent: Double) -> Double {
        func directed(_ surfels: [Surfel]) -> Double {
            let sorted = surfels.sorted { ($0.distance, areas[$0.code]) < ($1.distance, areas[$1.code]) }
            let total = area(surfels)
            var sum = 0.0
            for surfel in sorted {
                sum += areas[surfel.code]
                if sum / total >= percent / 100 { return surfel.distance }
            }
            return sorted.last?.distance ?? .infinity
        }
        return max(directed(reference), directed(test))
    }

    private func area(_ surfels: [Surfel], within tolerance: Double? = nil) -> Double {
        surfels.reduce(0) { sum, surfel in
            guard let tolerance else { return sum + areas[surfel.code] }
            return surfel.distance <= tolerance ? sum + areas[surfel.code] : sum
        }
    }

    private static func surfels(of mask: Mask, slice: Int?) -> [Surfel] {
        let size = mask.geometry.size
        func voxel(_ x: Int, _ y: Int, _ z: Int) -> Int {
            let index = VoxelIndex(x: x, y: y, z: slice ?? z)
            return size.contains(index) && mask[index] ? 1 : 0
        }
        var result: [Surfel] = []
        for x in 0...size.x {
            for y in 0...size.y {
                for z in 0...(slice == nil ? size.z : 0) {
                    var code = 0
                    for dx in 0...1 {
                        for dy in 0...1 {
                            if slice != nil {
                                code += voxel(x - 1 + dx, y - 1 + dy, 0) * (8 >> (2 * dx + dy))
                            } else {
                                for dz in 0...1 {
                                    code +=
                                        voxel(x - 1 + dx, y - 1 + dy, z - 1 + dz) * (128 >> (4 * dx + 2 * dy + dz))
                                }
                            }
                        }
                    }
                    if code != 0 && code != (slice == nil ? 255 : 15) {
                        result.append(Surfel(x: x, y: y, z: z, code: code))
                    }
                }
            }
        }
        return result
    }

    private static func measured(_ surfels: [Surfel], to others: [Surfel], _ spacing: Spacing) -> [Surfel] {
        surfels.map { surfel in
            var surfel = surfel
            for other in others {
                let x = Double(surfel.x - other.x) * spacing.x
                let y = Double(surfel.y - other.y) * spacing.y
                let z = Double(surfel.z - other.z) * spacing.z
                surfel.distance = min(surfel.distance, ((x * x + y * y) + z * z).squareRoot())
            }
            return surfel
        }
    }
}
