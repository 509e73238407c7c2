import Volumes

/// Trachea and main bronchi of an axial volume.
struct AirwayTree {
    /// What the lungs must not hold: the wide airways with their walls.
    let removed: Mask
    /// The tubes that may be the trachea, longest first.
    private let tracheas: [AirTube]
    /// What was found, for the record.
    let notes: [String]

    init(_ volume: Volume, _ body: ThoraxBody, _ parameters: BaselineParameters) throws(VolumesError) {
        let low = parameters.paddingThreshold
        let wide = try volume.mask(of: low...parameters.airwayThreshold, within: body.air)
        let tubes = TubeFinder(volume, lumen: wide).tubes()
        var tree = Mask(geometry: volume.geometry)
        for tube in tubes { tree = try tree.union(Self.grow(from: tube, volume, wide, parameters)) }
        // Thin branches are opened away: inside the lung they belong to it.
        let opened = try tree.opened(by: parameters.airwayOpening)
        // On a coarse grid the rim that voxels average over is thicker than the wall.
        let rim = 1.1 * max(volume.geometry.spacing.x, volume.geometry.spacing.y)
        removed = try opened.dilated(by: max(parameters.airwayWall, Millimetres(rim)))
        tracheas = tubes.filter { Self.isNearMiddle($0, body) && $0.length >= 15 }
        notes = ["airways found: \(tubes.count) tubes, \((opened.millilitres * 10).rounded() / 10) ml"]
    }

    /// The column of the trachea near its lower end, or `nil` if none is in the image. A trachea begins above the
    /// middle of the lungs, given as a slice; a tube that does not is bowel.
    func middle(aboveSlice slice: Double) -> Double? {
        guard let trachea = tracheas.first(where: { $0.centres[0].z >= slice }) else { return nil }
        let end = trachea.centres.suffix(5)
        return end.reduce(0) { $0 + $1.x } / Double(end.count)
    }

    /// The trachea runs within a fifth of the body's width of its middle; where the image cuts the body this
    /// cannot be told.
    private static func isNearMiddle(_ tube: AirTube, _ body: ThoraxBody) -> Bool {
        let z = Int(tube.centres[tube.centres.count / 2].z)
        let cut = body.isCut(in: z..<z + 1)
        if cut.low || cut.high { return true }
        guard let middle = body.middles[z], let columns = body.filled.slices[z].columns else { return false }
        return abs(tube.centres[tube.centres.count / 2].x - middle) <= 0.2 * Double(columns.count)
    }

    /// Grows a tube's lumen with rising thresholds and keeps the last growth before it leaks.
    private static func grow(
        from tube: AirTube, _ volume: Volume, _ wide: Mask, _ parameters: BaselineParameters
    ) throws(VolumesError) -> Mask {
        let (size, step) = (volume.geometry.size, volume.geometry.spacing)
        let end = tube.centres[tube.centres.count - 1]
        // Main bronchi end at the hila, some 5 cm from the middle and 6 cm below the trachea's end.
        let columns = Int(end.x - 70 / step.x)..<Int(end.x + 70 / step.x) + 1
        let rows = Int(end.y - 60 / step.y)..<Int(end.y + 60 / step.y) + 1
        let slices = Int(end.z - 60 / step.z)..<Int(tube.centres[0].z) + 2
        var near = Mask(geometry: volume.geometry)
        for z in slices.clamped(to: 0..<size.z) {
            for y in rows.clamped(to: 0..<size.y) { near[slice: z].set(true, row: y, columns: columns) }
        }
        near = try near.intersection(wide)
        var best = Mask(geometry: volume.geometry)
        var bestVolume = 0.0
        let low = parameters.paddingThreshold
        for threshold in stride(
            from: parameters.airwayThreshold.value - 100, through: parameters.airwayThreshold.value, by: 20)
        {
            let found = try volume.mask(of: low...HounsfieldUnit(threshold), within: near).connectedComponents(.faces6)
            var wanted: Set<Int> = []
            for centre in tube.centres {
                guard let voxel = centre.nearestVoxel, size.contains(voxel) else { continue }
                if let place = found.component(at: voxel) { wanted.insert(place) }
            }
            let grown = wanted.reduce(0) { $0 + found.millilitres(of: $1) }
            // A leak shows as a jump: no branch adds half of the tree and more than 10 ml within 20 HU.
            guard grown <= parameters.largestAirway, bestVolume == 0 || grown <= 1.5 * bestVolume + 10 else { break }
            guard !wanted.isEmpty else { continue }
            best = found.mask { wanted.contains($0) }
            bestVolume = grown
        }
        return best
    }
}
