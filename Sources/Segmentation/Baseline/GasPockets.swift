import Volumes

/// Gas in the bowel, which thick slices may join to the lung above it.
enum GasPockets {
    /// The least share of a pocket's wall that is tissue.
    private static let wallShare = 0.6

    /// Pockets of pure gas with tissue nearly all round, and the voxels of `air` at their rims. A bulla or an
    /// emphysematous lung is as thin, but has lung beside it.
    static func find(_ volume: Volume, _ air: Mask, _ parameters: BaselineParameters) throws(VolumesError) -> Mask {
        let gas = try volume.mask(of: parameters.paddingThreshold...parameters.gasThreshold, within: air)
        let cores = try gas.opened(by: parameters.gasOpening).connectedComponents(.faces6)
        guard cores.count > 0 else { return Mask(geometry: volume.geometry) }
        let tissue = try volume.mask(of: parameters.airThreshold...HounsfieldUnit(.max))
        var pockets = Mask(geometry: volume.geometry)
        for place in cores.components.indices where cores.millilitres(of: place) >= 0.2 {
            let core = cores.mask(of: place)
            // Beyond the rim that voxels average over, and without neighbouring pockets.
            let wall = try core.dilated(by: 6).subtracting(try core.dilated(by: 3)).subtracting(gas)
            guard Double(try wall.intersection(tissue).count) >= wallShare * Double(wall.count) else { continue }
            let isLarge = cores.millilitres(of: place) >= 150
            if isLarge, try hasVessels(core, gas) { continue }
            pockets = try pockets.union(core)
        }
        let rim = 1.5 * max(volume.geometry.spacing.x, volume.geometry.spacing.y)
        return try pockets.dilated(by: Millimetres(max(4.5, rim))).intersection(air)
    }

    /// Whether a large pocket is a lung as thin as gas: then vessels run all through it.
    private static func hasVessels(_ core: Mask, _ gas: Mask) throws(VolumesError) -> Bool {
        let inside = try core.closed(by: 8).eroded(by: 4)
        let denser = try inside.subtracting(gas)
        return Double(denser.count) >= 0.02 * Double(inside.count)
    }
}
