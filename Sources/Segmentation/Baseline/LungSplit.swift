import Volumes

/// Cuts lungs that touch, where they are joined most thinly.
enum LungSplit {
    /// Erodes more and more until left and right fall apart, then gives every voxel back to the part from which it
    /// is reached first within the lungs. `nil` if they never fall apart, which two lungs always do.
    static func split(_ lungs: Mask, middle: Double) throws(VolumesError) -> (left: Mask, right: Mask, note: String)? {
        let leftHalf = LungSides.columns(from: middle, on: lungs.geometry)
        let reach = Self.middleReach / lungs.geometry.spacing.x
        let nearMiddle = try LungSides.columns(from: middle - reach, on: lungs.geometry)
            .subtracting(LungSides.columns(from: middle + reach, on: lungs.geometry))
        for radius in [0.8, 1.5, 2.5, 3.5, 5, 7, 10] {
            let eroded = try lungs.eroded(by: Millimetres(radius))
            guard let seeds = try seeds(eroded, leftHalf, nearMiddle) else { continue }
            let parts = try share(lungs, seeds)
            return (parts.left, parts.right, "lungs that touch: parted after erosion by \(radius) mm")
        }
        return nil
    }

    /// How near to the middle fragments say nothing about their side, mm.
    private static let middleReach = 20.0

    /// Left and right parts of what erosion left, or `nil` while a sizeable part lies on both sides. Fragments near the
    /// middle are no seeds: the lungs' touching edges leave rows of them, and from each, on its side of a straight line,
    /// the lungs would grow together like the teeth of a comb.
    private static func seeds(
        _ eroded: Mask, _ leftHalf: Mask, _ nearMiddle: Mask
    ) throws(VolumesError) -> (left: Mask, right: Mask)? {
        let regions = eroded.connectedComponents(.faces6)
        let total = regions.components.reduce(0) { $0 + $1.voxelCount }
        guard total > 0 else { return nil }
        let onLeft = try regions.voxelCounts(of: leftHalf)
        let near = try regions.voxelCounts(of: nearMiddle)
        let isFragment = regions.components.indices.map {
            near[$0] > 0 && regions.components[$0].voxelCount * 50 < total
        }
        var (left, right) = (0, 0)
        for (place, region) in regions.components.enumerated() {
            let share = Double(onLeft[place]) / Double(region.voxelCount)
            if region.voxelCount * 20 >= total && share > 0.15 && share < 0.85 { return nil }
            if isFragment[place] { continue }
            if share >= 0.5 { left += region.voxelCount } else { right += region.voxelCount }
        }
        guard left * 25 >= total, right * 25 >= total else { return nil }
        return (
            regions.mask { !isFragment[$0] && 2 * onLeft[$0] >= regions.components[$0].voxelCount },
            regions.mask { !isFragment[$0] && 2 * onLeft[$0] < regions.components[$0].voxelCount }
        )
    }

    /// Grows both seeds at one pace through the lungs. A voxel that both reach at once is the left's.
    private static func share(
        _ lungs: Mask, _ seeds: (left: Mask, right: Mask)
    ) throws(VolumesError) -> (left: Mask, right: Mask) {
        let step = lungs.geometry.spacing
        let inPlane = max(step.x, step.y)
        let pace = max(1, Int((step.z / inPlane).rounded()))
        var (left, right) = seeds
        var free = try lungs.subtracting(left).subtracting(right)
        var turn = 1
        while !free.isEmpty {
            // Along z one slice is as far as several columns.
            let isDeep = turn % pace == 0
            let radius = Millimetres(isDeep ? max(step.z, inPlane) : inPlane)
            let domain: MaskDomain = isDeep ? .volume : .slice
            let newLeft = try left.dilated(by: radius, in: domain).intersection(free)
            let newRight = try right.dilated(by: radius, in: domain).intersection(free).subtracting(newLeft)
            if newLeft.isEmpty && newRight.isEmpty && isDeep { break }
            left = try left.union(newLeft)
            right = try right.union(newRight)
            free = try free.subtracting(newLeft).subtracting(newRight)
            turn += 1
        }
        return (left, right)
    }
}
