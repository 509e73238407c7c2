import Volumes

/// The lumen of an airway that a network found, bounded by its air to the voxel and ended where it divides.
///
/// A network's pixels are coarser than the wall of a trachea, and one slice does not tell where the carina is. Air does:
/// from the network's uppermost slice the lumen is followed down, slice by slice, to the last one where it is a single
/// one. The upper end stays where the network put it, since no border of air is there. Slices on which there is no air,
/// such as a lumen full of secretion, keep what the network said.
struct AirwayLumen {
    /// The numbers of the rules, chosen on real CT (docs/models.md).
    enum Limits {
        /// Lumen is below this: halfway between air and tissue.
        static let air: HounsfieldUnit = -500
        /// Where the lumen divides, its two parts are apart below this; the edge of the carina is thinner than a slice,
        /// which makes it no denser than this.
        static let apart: HounsfieldUnit = -800
        /// The network's border is off by no more than this.
        static let reach: Millimetres = 4
        /// Each part of a lumen that divides has at least this area, mm², and this share of the larger one's.
        static let smallestBranch = 20.0
        static let branchShare = 0.25
        /// So far below the upper end the lumen does not divide: what is there in two is larynx or noise, mm.
        static let undivided = 10.0
        /// So far the lumen is followed below the network's lower end, mm, as long as it grows by no more than this
        /// from slice to slice.
        static let furthest = 15.0
        static let largestGrowth = 1.6
    }

    /// The lumen, on the volume's own grid.
    let mask: Mask
    /// What was done, for the record; nothing where nothing was found.
    let notes: [String]

    /// Follows the lumen of a mask.
    /// - Parameters:
    ///   - network: where the network says that the airway is.
    ///   - others: what belongs to other structures; no voxel is taken from them.
    ///   - name: what the record calls it.
    /// - Throws: ``Volumes/VolumesError/gridsDiffer(_:)``.
    /// - Complexity: O(voxels of the slices that the airway is on).
    init(of volume: Volume, network: Mask, beside others: Mask, name: String) throws(VolumesError) {
        guard !network.isEmpty else {
            (mask, notes) = (network, [])
            return
        }
        let frame = AxialFrame(volume.geometry)
        let (seeds, rest) = (try frame.axial(network), try frame.axial(others))
        let axial = try frame.axial(volume)
        let step = axial.geometry.spacing
        let filled = seeds.slices.indices.filter { !seeds.slices[$0].isEmpty }
        var result = Mask(geometry: axial.geometry)
        var (above, divides): (MaskSlice?, Bool) = (nil, false)
        for z in (0...(filled.last ?? 0)).reversed() {
            let (top, bottom) = (filled.last ?? 0, filled.first ?? 0)
            let isBeyond = z < bottom
            if isBeyond, above == nil || Double(bottom - z) * step.z > Limits.furthest { break }
            var seed = seeds.slices[z]
            if let above { seed.formUnion(above) }
            let parts = try Self.parts(of: axial, at: z, near: seed, beside: rest.slices[z])
            if Double(top - z) * step.z >= Limits.undivided, parts.isDivided {
                divides = true
                break
            }
            guard var lumen = parts.largest else {
                if isBeyond { break }
                result[slice: z] = seeds.slices[z]
                continue
            }
            let size = (above ?? lumen).count
            if isBeyond, Double(lumen.count) > Limits.largestGrowth * Double(size) { break }
            lumen.subtract(rest.slices[z])
            result[slice: z] = lumen
            above = lumen
        }
        mask = try frame.original(result)
        notes = ["\(name) bounded by its air" + (divides ? ", down to where it divides" : "")]
    }

    /// The parts of the air on a slice that touch a seed.
    private struct Parts {
        /// The largest one, without holes; `nil` if none is as large as a branch.
        let largest: MaskSlice?
        /// Whether there are two of them.
        let isDivided: Bool
    }

    private static func parts(
        of volume: Volume, at z: Int, near seed: MaskSlice, beside rest: MaskSlice
    ) throws(VolumesError) -> Parts {
        let grid = try volume.geometry.ofSlice(z)
        let slice = try Volume(geometry: grid, slices: [volume.slices[z]])
        let seed = try Mask(geometry: grid, slices: [seed])
        let near = try seed.dilated(by: Limits.reach, in: .slice).subtracting(Mask(geometry: grid, slices: [rest]))
        let area = grid.spacing.x * grid.spacing.y
        // The parts below a threshold that touch the seed and are as large as a branch, largest first.
        func branches(
            below limit: HounsfieldUnit
        ) throws(VolumesError) -> (found: ConnectedComponents, places: [Int], areas: [Double]) {
            let range = HounsfieldUnit(.min)...HounsfieldUnit(limit.value - 1)
            let found = try slice.mask(of: range, within: near).connectedComponents(.corners8)
            let touching = try found.voxelCounts(of: seed)
            let areas = found.components.map { Double($0.voxelCount) * area }
            let places = areas.indices.filter { touching[$0] > 0 && areas[$0] >= Limits.smallestBranch }
                .sorted { areas[$0] > areas[$1] }
            return (found, places, places.map { areas[$0] })
        }
        let (wide, apart) = (try branches(below: Limits.air), try branches(below: Limits.apart))
        let isDivided = [wide.areas, apart.areas].contains { $0.count > 1 && $0[1] >= Limits.branchShare * $0[0] }
        return Parts(
            largest: wide.places.first.map { wide.found.mask(of: $0).fillingHoles(in: .slice).slices[0] },
            isDivided: isDivided)
    }
}
