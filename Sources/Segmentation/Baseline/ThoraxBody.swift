import Volumes

/// The body on an axial volume and the air in it.
struct ThoraxBody {
    /// The body with everything it encloses in each slice; no couch, no clothes.
    let filled: Mask
    /// Air-like voxels that the body encloses, and those of a lung that the image's edge cuts open.
    let air: Mask
    /// Whether there is such a lung.
    let isLungCut: Bool
    /// The middle column of the body, by slice; `nil` where there is no body.
    let middles: [Double?]

    init(_ volume: Volume, _ parameters: BaselineParameters) throws(VolumesError) {
        let threshold = parameters.airThreshold
        let tissue = try volume.mask(of: threshold...HounsfieldUnit(.max))
        // Opening parts the body from couch and clothes that touch it; what is near the core comes back.
        var core = try tissue.opened(by: parameters.bodyOpening, in: .slice).keepingLargestComponent(.faces6)
        if core.isEmpty { core = tissue.keepingLargestComponent(.faces6) }
        let near = try core.dilated(by: Millimetres(parameters.bodyOpening.value + 2), in: .slice)
        filled = try near.intersection(tissue).fillingHoles(in: .slice)
        let air = try volume.mask(of: parameters.paddingThreshold...HounsfieldUnit(threshold.value - 1))
        let cutLung = try Self.cutLung(try air.subtracting(filled), volume, filled, parameters)
        self.air = try air.intersection(filled).union(cutLung)
        isLungCut = !cutLung.isEmpty
        middles = filled.slices.map { slice in
            guard let columns = slice.columns else { return nil }
            return Double(columns.lowerBound + columns.upperBound - 1) / 2
        }
    }

    /// Lung that the edge of the image cuts open: denser than the room's air, body nearly all round, unlike foam in a
    /// couch, and most of its rim body. Noisy air and blankets in the corners of an image that is cropped to the body
    /// are as dense, but lie along the edge.
    private static func cutLung(
        _ openAir: Mask, _ volume: Volume, _ filled: Mask, _ parameters: BaselineParameters
    ) throws(VolumesError) -> Mask {
        let regions = openAir.connectedComponents(.faces6)
        let interior = try openAir.eroded(by: parameters.interiorDepth, in: .slice)
        let denser = try volume.mask(of: parameters.tissueThreshold...HounsfieldUnit(.max), within: interior)
        let (inside, dense) = (try regions.voxelCounts(of: interior), try regions.voxelCounts(of: denser))
        var result = Mask(geometry: volume.geometry)
        for place in regions.components.indices where regions.millilitres(of: place) >= 5 * parameters.smallestLung {
            guard inside[place] > 0, Double(dense[place]) >= 0.15 * Double(inside[place]) else { continue }
            let region = regions.mask(of: place)
            let shell = try region.dilated(by: 4, in: .slice).subtracting(region)
            guard Double(try shell.intersection(filled).count) >= 0.7 * Double(shell.count) else { continue }
            let step = max(region.geometry.spacing.x, region.geometry.spacing.y)
            let rim = try region.dilated(by: Millimetres(step), in: .slice).subtracting(region).count
            let edge = try region.intersection(Self.edge(of: region.geometry)).count
            guard Double(edge) <= 0.45 * Double(edge + rim) else { continue }
            result = try result.union(region)
        }
        return result
    }

    /// The first and last column and row of every slice.
    private static func edge(of geometry: GridGeometry) -> Mask {
        let size = geometry.size
        var slice = MaskSlice(width: size.x, height: size.y)
        for y in 0..<size.y {
            if y == 0 || y == size.y - 1 { slice.set(true, row: y, columns: 0..<size.x) }
            slice[0, y] = true
            slice[size.x - 1, y] = true
        }
        var edge = Mask(geometry: geometry)
        for z in 0..<size.z { edge[slice: z] = slice }
        return edge
    }

    /// Whether the body is cut by column 0 and by the last column, in at least half of the slices of a box.
    func isCut(in slices: Range<Int>) -> (low: Bool, high: Bool) {
        var (low, high) = (0, 0)
        for z in slices {
            guard let columns = filled.slices[z].columns else { continue }
            if columns.lowerBound == 0 { low += 1 }
            if columns.upperBound == filled.geometry.size.x { high += 1 }
        }
        return (2 * low >= slices.count, 2 * high >= slices.count)
    }
}

extension MaskSlice {
    /// The columns from the first to the last set voxel of any row, or `nil` if there is none.
    var columns: Range<Int>? {
        var merged = [UInt64](repeating: 0, count: wordsPerRow)
        for (i, word) in words.enumerated() where word != 0 { merged[i % wordsPerRow] |= word }
        guard let first = merged.firstIndex(where: { $0 != 0 }), let last = merged.lastIndex(where: { $0 != 0 })
        else { return nil }
        return first * 64 + merged[first].trailingZeroBitCount..<last * 64 + 64 - merged[last].leadingZeroBitCount
    }
}
