import Volumes

/// The regions of air that are lung: not room air, not gas in the bowel, not the airways.
struct LungCandidates {
    /// All of them.
    let lungs: Mask
    /// What was left out, for the record.
    let notes: [String]

    init(
        _ volume: Volume, _ body: ThoraxBody, _ airways: AirwayTree, _ parameters: BaselineParameters
    ) throws(VolumesError) {
        let pockets = try GasPockets.find(volume, try body.air.subtracting(airways.removed), parameters)
        let air = try body.air.subtracting(airways.removed).subtracting(pockets)
        let regions = air.connectedComponents(.faces6)
        let interior = try air.eroded(by: parameters.interiorDepth, in: .slice)
        let denser = try volume.mask(
            of: parameters.tissueThreshold...HounsfieldUnit(.max), within: interior)
        let inside = try regions.voxelCounts(of: interior)
        let dense = try regions.voxelCounts(of: denser)
        let share = regions.components.indices.map { inside[$0] == 0 ? 0 : Double(dense[$0]) / Double(inside[$0]) }
        var isLung = regions.components.indices.map {
            regions.millilitres(of: $0) >= parameters.smallestLung && share[$0] >= parameters.lungTissueShare
                && inside[$0] > 0
        }
        var gas = pockets.millilitres
        for place in regions.components.indices where !isLung[place] {
            let ml = regions.millilitres(of: place)
            if ml >= parameters.smallestLung { gas += ml }
        }
        let large = regions.mask { isLung[$0] }
        // Strips at the pleura that vessels or noise cut off come back if they lie against a lung.
        let reach = try large.dilated(by: 4)
        let near = try regions.voxelCounts(of: reach.intersection(air))
        for (place, component) in regions.components.enumerated() where !isLung[place] && near[place] > 0 {
            let isThin = regions.millilitres(of: place) < parameters.smallestLung
            let isTissue = inside[place] == 0 || share[place] >= parameters.lungTissueShare
            if isThin && isTissue && 2 * near[place] >= component.voxelCount { isLung[place] = true }
        }
        lungs = regions.mask { isLung[$0] }
        notes =
            ["gas left out: \((gas * 10).rounded() / 10) ml"]
            + (body.isLungCut ? ["a lung reaches the edge of the image"] : [])
    }
}
