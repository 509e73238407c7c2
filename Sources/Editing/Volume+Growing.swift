import Volumes

extension Volume {
    /// The voxels that paths along voxel faces lead to from a seed through CT numbers in a range, stopped by leak
    /// guards: a radius, bridges narrower than twice ``GrowSettings/neck``, a volume. The region says which it met.
    ///
    /// The bridge guard takes the neck's half width off the region's surface; if that leaves several pieces, the one
    /// nearest to the seed keeps what grows back from it and not from another (an opening that keeps fine branches).
    /// It holds only what leads to something thick: a thin branch with nothing behind it stays.
    /// - Parameters:
    ///   - seed: where to begin; on the grid.
    ///   - allowed: voxels that may be entered; `nil` for all.
    ///   - domain: `.slice` stays on the seed's slice.
    /// - Throws: ``RegionError``; ``RegionError/refused(_:)`` if the seed itself is out of the range or not allowed.
    /// - Complexity: O(voxels within the radius).
    public func grown(
        from seed: VoxelIndex, _ settings: GrowSettings, allowed: Mask? = nil, in domain: MaskDomain,
        progress: WorkProgress = { _ in true }
    ) throws(RegionError) -> GrownRegion {
        precondition(geometry.size.contains(seed), "voxel off the grid")
        let range = settings.range ?? range(around: seed)
        let value = self[seed]
        guard range.contains(value) else {
            throw .refused(
                "the seed has \(value.value) HU, outside \(range.lowerBound.value) to \(range.upperBound.value)")
        }
        if let allowed, !allowed[seed] { throw .refused("a limit or a locked structure forbids the seed") }
        let connectivity = domain == .slice ? Connectivity.sides4 : .faces6
        let ball = geometry.ball(around: seed, radius: settings.radius.value, in: domain)
        var candidates = try RegionError.wrapping { () throws(VolumesError) in try mask(of: range, within: ball) }
        if let allowed {
            candidates = try RegionError.wrapping { () throws(VolumesError) in try candidates.intersection(allowed) }
        }
        guard progress(0.3) else { throw .cancelled }
        var region = candidates.piece(at: seed, connectivity)
        var guards: [LeakGuard] = []
        let step = max(geometry.spacing.x, geometry.spacing.y, domain == .slice ? 0 : geometry.spacing.z)
        let core = geometry.ball(around: seed, radius: settings.radius.value - step, in: domain)
        let atRim = try RegionError.wrapping { () throws(VolumesError) in try region.subtracting(core) }
        if !atRim.isEmpty { guards.append(.radius(settings.radius)) }
        guard progress(0.5) else { throw .cancelled }
        if settings.neck.value > 0 {
            let cut = try RegionError.wrapping { () throws(VolumesError) in
                try region.cutAtNecks(around: seed, halfWidth: settings.neck, in: domain)
            }
            if let cut {
                region = cut
                guards.append(.neck(Millimetres(settings.neck.value * 2)))
            }
        }
        guard progress(0.8) else { throw .cancelled }
        if region.millilitres > settings.millilitres {
            region = try region.nearest(to: seed, millilitres: settings.millilitres, in: domain, progress)
            guards.append(.volume(settings.millilitres))
        }
        // A region that a neck or a volume has cut short of the radius was not held by the radius.
        if guards.count > 1, guards[0] == .radius(settings.radius) {
            let rest = try RegionError.wrapping { () throws(VolumesError) in try region.subtracting(core) }
            if rest.isEmpty { guards.removeFirst() }
        }
        return GrownRegion(mask: region, range: range, guards: guards)
    }

    /// The CT numbers around a seed: the median within 3 mm on its slice, and three robust standard deviations
    /// (median absolute deviation × 1.4826) to both sides, but no less than 60 HU, and no more than 300, as the spread
    /// says nothing where air and tissue mix; the seed's own is always among them.
    public func range(around seed: VoxelIndex) -> ClosedRange<HounsfieldUnit> {
        let disc = geometry.ball(around: seed, radius: 3, in: .slice)
        var values: [Int] = []
        let slice = disc.slices[seed.z]
        for y in 0..<slice.height {
            for x in 0..<slice.width where slice[x, y] {
                values.append(Int(self[VoxelIndex(x: x, y: y, z: seed.z)].value))
            }
        }
        values.sort()
        let median = values[values.count / 2]
        let deviations = values.map { abs($0 - median) }.sorted()
        let spread = min(300, max(60, Int((Double(deviations[deviations.count / 2]) * 1.4826 * 3).rounded())))
        let own = Int(self[seed].value)
        return HounsfieldUnit(
            Int16(clamping: min(median - spread, own)))...HounsfieldUnit(Int16(clamping: max(median + spread, own)))
    }
}

extension GridGeometry {
    /// The voxels whose centres lie within a radius in mm of a voxel's, that voxel always among them.
    public func ball(around centre: VoxelIndex, radius: Double, in domain: MaskDomain) -> Mask {
        var mask = Mask(geometry: self)
        mask[centre] = true
        guard radius > 0, radius.isFinite else { return mask }
        func reach(_ step: Double, _ count: Int) -> Int { Int(min(radius / step, Double(count))) }
        let depth = domain == .slice ? 0 : reach(spacing.z, size.z)
        let height = reach(spacing.y, size.y)
        for z in max(0, centre.z - depth)...min(size.z - 1, centre.z + depth) {
            let dz = Double(z - centre.z) * spacing.z
            for y in max(0, centre.y - height)...min(size.y - 1, centre.y + height) {
                let dy = Double(y - centre.y) * spacing.y
                let rest = radius * radius - dy * dy - dz * dz
                guard rest >= 0 else { continue }
                let dx = reach(spacing.x, size.x) == 0 ? 0 : Int(min(rest.squareRoot() / spacing.x, Double(size.x)))
                mask[slice: z].set(true, row: y, columns: centre.x - dx..<centre.x + dx + 1)
            }
        }
        return mask
    }
}

extension Mask {
    /// The connected piece that holds a voxel; empty if the voxel is not in the mask.
    func piece(at voxel: VoxelIndex, _ connectivity: Connectivity) -> Mask {
        let pieces = connectedComponents(connectivity)
        guard let piece = pieces.component(at: voxel) else { return Mask(geometry: geometry) }
        return pieces.count == 1 ? self : pieces.mask(of: piece)
    }

    /// What is left of a connected mask around a voxel of it when bridges to other thick parts are cut; `nil` if
    /// there are none, or if the voxel lies where the mask is so thin that no core is near.
    func cutAtNecks(
        around seed: VoxelIndex, halfWidth: Millimetres, in domain: MaskDomain
    ) throws(VolumesError) -> Mask? {
        let connectivity = domain == .slice ? Connectivity.sides4 : .faces6
        let cores = try eroded(by: halfWidth, in: domain).connectedComponents(connectivity)
        guard cores.count > 1, let own = nearestCore(to: seed, in: cores, within: halfWidth.value * 2, domain) else {
            return nil
        }
        let step = min(geometry.spacing.x, geometry.spacing.y, domain == .slice ? .infinity : geometry.spacing.z)
        let rounds = Int((halfWidth.value * 2 / step).rounded(.up)) + 2
        let parts = try territories(of: cores.mask(of: own), cores.mask { $0 != own }, rounds: rounds)
        let kept = parts.first.piece(at: seed, connectivity)
        return kept.isEmpty || kept == self ? nil : kept
    }

    private func nearestCore(
        to seed: VoxelIndex, in cores: ConnectedComponents, within radius: Double, _ domain: MaskDomain
    ) -> Int? {
        if let here = cores.component(at: seed) { return here }
        let step = geometry.spacing
        let around = geometry.ball(around: seed, radius: radius + max(step.x, step.y), in: domain)
        var best: (core: Int, distance: Double)?
        guard let box = around.boundingBox else { return nil }
        for z in box.z {
            for y in box.y {
                for x in box.x where around.slices[z][x, y] {
                    guard let core = cores.component(at: VoxelIndex(x: x, y: y, z: z)) else { continue }
                    let (dx, dy, dz) = (
                        Double(x - seed.x) * step.x, Double(y - seed.y) * step.y, Double(z - seed.z) * step.z
                    )
                    let distance = dx * dx + dy * dy + dz * dz
                    if distance < best?.distance ?? .infinity { best = (core, distance) }
                }
            }
        }
        return best?.core
    }

    /// The part of a connected mask that is fewest voxel faces away from a voxel of it, no larger than a volume.
    func nearest(
        to seed: VoxelIndex, millilitres: Double, in domain: MaskDomain, _ progress: WorkProgress
    ) throws(RegionError) -> Mask {
        var part = Mask(geometry: geometry)
        part[seed] = true
        var slices = seed.z..<seed.z + 1
        while true {
            if domain == .volume { slices = slices.lowerBound - 1..<slices.upperBound + 1 }
            let next = try RegionError.wrapping { () throws(VolumesError) in
                try part.grownByOneFace(within: self, slices: slices, acrossSlices: domain == .volume)
            }
            if next == part || next.millilitres > millilitres { return part }
            guard progress(0.8) else { throw .cancelled }
            part = next
        }
    }
}
