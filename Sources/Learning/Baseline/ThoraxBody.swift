import Volumes

/// The body on an axial volume and the air in it.
struct ThoraxBody {
    /// The body with everything it encloses in each slice; no couch, no clothes.
    let filled: Mask
    /// Air-like voxels that the body encloses.
    let enclosedAir: Mask
    /// Air-like voxels elsewhere: the room, and a lung that the image's edge cuts open.
    let openAir: Mask
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
        enclosedAir = try air.intersection(filled)
        openAir = try air.subtracting(filled)
        middles = filled.slices.map { slice in
            guard let columns = slice.columns else { return nil }
            return Double(columns.lowerBound + columns.upperBound - 1) / 2
        }
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
