import Volumes

/// A region operation with all it needs, as a value: it can be done on any thread, and gives the same every time.
public struct RegionTask: Hashable, Sendable {
    /// A mask that is changed.
    public struct Target: Hashable, Sendable {
        /// The mask as it stands.
        public var mask: Mask
        /// Masks of which no voxel may be marked for it: those of locked structures.
        public var protected: [Mask]

        /// A target from its parts.
        public init(mask: Mask, protected: [Mask] = []) {
            self.mask = mask
            self.protected = protected
        }
    }

    /// What is done.
    public var operation: RegionOperation
    /// Where.
    public var scope: RegionScope
    /// The masks that are changed; how many depends on the operation.
    public var targets: [Target]
    /// The CT.
    public var image: PartialVolume
    /// What may not be touched.
    public var limits: EditLimits

    /// A task from its parts.
    public init(
        operation: RegionOperation, scope: RegionScope, targets: [Target], image: PartialVolume,
        limits: EditLimits = EditLimits()
    ) {
        self.operation = operation
        self.scope = scope
        self.targets = targets
        self.image = image
        self.limits = limits
    }

    /// Does it. What limits and locks forbid is left as it was.
    /// - Parameters:
    ///   - progress: see ``Volumes/WorkProgress``.
    ///   - answerer: who answers prompts; without one they are refused, and nothing is carried on.
    /// - Throws: ``RegionError``.
    public func perform(
        progress: WorkProgress = { _ in true }, answering answerer: (any PromptAnswering)? = nil
    ) throws(RegionError) -> RegionOutcome {
        guard let first = targets.first else { throw .refused("there is no structure to change") }
        switch operation {
        case .merge: return try merge()
        case .split(let left, let right): return try split(left, right)
        default:
            var (mask, notes) = try changed(first.mask, progress, answerer)
            guard progress(1) else { throw .cancelled }
            mask = try confined(inRange(mask, of: first.mask), 0)
            if case .fillHoles = operation { notes += try filledNotes(from: first.mask, to: mask) }
            return try outcome([mask], notes)
        }
    }

    /// A changed mask on the slices of the scope, where it is a range; the others as they were.
    private func inRange(_ changed: Mask, of mask: Mask) -> Mask {
        guard case .range(let range) = scope else { return changed }
        var result = mask
        for z in mask.slices.indices where range.contains(z) { result[slice: z] = changed.slices[z] }
        return result
    }

    /// What a mask becomes before limits and locks.
    private func changed(
        _ mask: Mask, _ progress: WorkProgress, _ answerer: (any PromptAnswering)?
    ) throws(RegionError) -> (mask: Mask, notes: [String]) {
        switch operation {
        case .fill(let voxel):
            guard let filled = mask.filled(at: voxel, in: scope.domain) else {
                throw .refused(
                    "the region is open to the edge of the image: nothing is filled"
                        + (scope.domain == .volume ? "" : "; :fill 3d looks beyond the slice"))
            }
            return (filled, [])
        case .threshold(let range, let region):
            return (try thresholded(mask, range, region), [])
        case .combine(let operation, let other):
            return (try onScope(mask, other) { (a, b) throws(VolumesError) in try operation.apply(a, b) }, [])
        case .set(let expression): return (try worked(out: expression), [])
        case .copySlice(let from, let to): return (mask.replacing(to, with: mask.slices[from]), [])
        case .grow(let seed, let settings): return try grown(mask, seed, settings, progress)
        case .redraw(let scribbles, let margin):
            let redrawn = try mask.redrawn(
                between: scribbles, image: try volume(), margin: margin, onSlice: scope.slice, progress: progress)
            return (redrawn, [])
        case .refine(let refinement): return try refined(mask, refinement, progress, answerer)
        case .carry(let runs): return try carried(mask, runs, progress, answerer)
        case .fillHoles, .margin, .directionalMargin, .smooth, .largest, .removeIslands:
            return (try reshaped(mask, progress), [])
        case .merge, .split: throw .refused("this changes two structures")
        }
    }

    /// What there is to say of holes that were filled, within limits and locks: that one is larger than any vessel or
    /// airway. On a slice, the dome of the liver is a hole in the lung.
    private func filledNotes(from mask: Mask, to filled: Mask) throws(RegionError) -> [String] {
        let added = try RegionError.wrapping { () throws(VolumesError) in try filled.subtracting(mask) }
        let holes = added.connectedComponents(scope.domain == .volume ? .faces6 : .sides4)
        guard let largest = holes.components.first, holes.millilitres(of: 0) > Self.largestPlainHole else { return [] }
        let tenths = Int((holes.millilitres(of: 0) * 10).rounded())
        let slice = (largest.box.z.lowerBound + largest.box.z.upperBound - 1) / 2 + 1
        return [
            "the largest hole has \(tenths / 10).\(tenths % 10) ml, on slice \(slice): is it an organ? "
                + ":fill-holes 1ml leaves larger ones open"
        ]
    }

    /// A hole up to this size is an airway, a vessel or a nodule, ml.
    private static let largestPlainHole = 1.0

    /// The operations that need the mask alone.
    private func reshaped(_ mask: Mask, _ progress: WorkProgress) throws(RegionError) -> Mask {
        let domain = scope.domain
        let result = try RegionError.wrapping { () throws(VolumesError) in
            try mask.changed(onSlice: scope.slice) { (mask) throws(VolumesError) -> Mask? in
                switch operation {
                case .fillHoles(let millilitres): return mask.fillingHoles(in: domain, upTo: millilitres)
                case .margin(let length):
                    return length.value < 0
                        ? try mask.eroded(by: Millimetres(-length.value), in: domain)
                        : try mask.dilated(by: length, in: domain)
                case .directionalMargin(let margin): return try mask.changed(by: margin, in: domain)
                case .smooth(let filter, let length, let keepingVolume):
                    return try mask.smoothed(
                        filter, length, keepingVolume: keepingVolume, in: domain, progress: progress)
                case .largest: return mask.keepingLargestPieces(in: domain)
                case .removeIslands(let millilitres):
                    return mask.removingComponents(
                        smallerThan: millilitres, domain == .volume ? .corners26 : .corners8)
                default: return mask
                }
            } refusing: {
                $0
            }
        }
        guard let result else { throw .cancelled }
        return result
    }

    private func thresholded(
        _ mask: Mask, _ range: ClosedRange<HounsfieldUnit>, _ region: ThresholdRegion
    ) throws(RegionError) -> Mask {
        let image = try volume()
        return try RegionError.wrapping { () throws(VolumesError) in
            var area: Mask
            switch region {
            case .inside: area = scope.slice.map(mask.only) ?? mask
            case .near(let distance):
                area = try (scope.slice.map(mask.only) ?? mask).dilated(by: distance, in: scope.domain)
            case .brush(let brush, let voxel):
                area = Mask(geometry: mask.geometry)
                let centre = PlanePoint(x: Double(voxel.x), y: Double(voxel.y))
                area.sweep(brush, on: voxel.z, from: centre, to: centre, set: true)
                if let z = scope.slice { area = area.only(z) }
            }
            return try mask.subtracting(area).union(image.mask(of: range, within: area))
        }
    }

    private func grown(
        _ mask: Mask, _ seed: VoxelIndex, _ settings: GrowSettings, _ progress: WorkProgress
    ) throws(RegionError) -> (mask: Mask, notes: [String]) {
        // Limits and locks are walls, or growing would go on behind them.
        let walls = targets[0].protected + [limits.onlyOutside].compactMap { $0 }
        var settings = settings
        if let limit = limits.range {
            let image = try volume()
            let range = settings.range ?? image.range(around: seed)
            guard range.overlaps(limit) else { throw .refused("the limit on HU leaves nothing to grow into") }
            settings.range = range.clamped(to: limit)
        }
        let region = try volume().grown(
            from: seed, settings,
            allowed: try RegionError.wrapping { () throws(VolumesError) in
                if walls.isEmpty && limits.onlyInside == nil { return nil }
                var allowed = limits.onlyInside ?? Mask(geometry: mask.geometry).inverted()
                for wall in walls { allowed = try allowed.subtracting(wall) }
                return allowed
            }, in: scope.domain, progress: progress)
        let (low, high) = (region.range.lowerBound.value, region.range.upperBound.value)
        let union = try RegionError.wrapping { () throws(VolumesError) in try mask.union(region.mask) }
        return (union, ["HU \(low) to \(high)"] + region.guards.map(\.description))
    }

    private func merge() throws(RegionError) -> RegionOutcome {
        guard targets.count == 2 else { throw .refused("two structures are merged") }
        let (one, other) = (targets[0].mask, targets[1].mask)
        let merged = try RegionError.wrapping { () throws(VolumesError) in try one.union(other) }
        let first = try confined(merged, 0)
        // What could not be given stays where it was.
        let rest = try RegionError.wrapping { () throws(VolumesError) in try other.subtracting(first) }
        return try outcome([first, try confined(rest, 1)])
    }

    private func split(_ left: Int, _ right: Int) throws(RegionError) -> RegionOutcome {
        guard targets.indices.contains(left), targets.indices.contains(right), left != right else {
            throw .refused("a split needs a left and a right structure")
        }
        let source = targets[0].mask
        let parts = try RegionError.wrapping { () throws(VolumesError) in try source.splitLeftRight() }
        var masks = targets.map(\.mask)
        if case .plane = parts.method, left == 0 || right == 0 {
            // A cut through the middle of one lung, while the other is where it belongs, is nobody's wish.
            let partner = masks[left == 0 ? right : left]
            guard partner.count * 4 < source.count else {
                throw .refused("it is one thick piece, and the other side has its own: there is nothing to split")
            }
        }
        for (place, part) in [(left, parts.left), (right, parts.right)] where place != 0 {
            // The other side of a lung keeps what it has; a third structure is parted anew.
            let isPartner = left == 0 || right == 0
            let wanted = try RegionError.wrapping { () throws(VolumesError) in
                isPartner ? try masks[place].union(part) : part
            }
            masks[place] = try confined(wanted, place)
        }
        if left == 0 || right == 0 {
            let (given, partner) = left == 0 ? (parts.right, right) : (parts.left, left)
            let kept = try RegionError.wrapping { () throws(VolumesError) in
                try source.subtracting(given.intersection(masks[partner]))
            }
            masks[0] = try confined(kept, 0)
        }
        return try outcome(masks, [parts.method.description])
    }

    private func outcome(_ masks: [Mask], _ notes: [String] = []) throws(RegionError) -> RegionOutcome {
        try RegionOutcome(from: targets.map(\.mask), to: masks, notes: notes)
    }

    /// A mask without what limits and locks forbid of its difference from a target's.
    func confined(_ mask: Mask, _ target: Int) throws(RegionError) -> Mask {
        try RegionError.wrapping { () throws(VolumesError) in
            var mask = mask
            try mask.confine(
                to: limits, since: targets[target].mask, image: image, protected: targets[target].protected)
            return mask
        }
    }

    /// The CT, if all of it has arrived.
    func volume() throws(RegionError) -> Volume {
        guard let volume = image.volume else { throw .refused("the image has not been read to its end yet") }
        return volume
    }

    /// What an expression comes to: on the slice alone, which is then the only one that changes, or on everything.
    private func worked(out expression: MaskExpression<Mask>) throws(RegionError) -> Mask {
        try RegionError.wrapping { () throws(VolumesError) in
            guard let z = scope.slice else { return try expression.mask(in: scope.domain) }
            let here = try expression.map { (mask) throws(VolumesError) in try mask.alone(z) }
            return targets[0].mask.replacing(z, with: try here.mask(in: .slice).slices[0])
        }
    }

    /// Works on the slice alone or on everything.
    private func onScope(
        _ mask: Mask, _ other: Mask, _ change: (Mask, Mask) throws(VolumesError) -> Mask
    ) throws(RegionError) -> Mask {
        try RegionError.wrapping { () throws(VolumesError) in
            guard let z = scope.slice else { return try change(mask, other) }
            return mask.replacing(z, with: try change(mask.alone(z), other.alone(z)).slices[0])
        }
    }
}

extension SetOperation {
    func apply(_ one: Mask, _ other: Mask) throws(VolumesError) -> Mask {
        switch self {
        case .union: try one.union(other)
        case .subtract: try one.subtracting(other)
        case .intersect: try one.intersection(other)
        case .copy: other
        }
    }
}

extension Mask {
    /// The largest connected piece alone; for `.slice` of each slice.
    func keepingLargestPieces(in domain: MaskDomain) -> Mask {
        guard domain == .slice else { return keepingLargestComponent() }
        let pieces = connectedComponents(.corners8)
        var seen = Set<Int>()
        // Components come largest first, so the first on a slice is the one to keep.
        let kept = pieces.components.map { seen.insert($0.box.z.lowerBound).inserted }
        return pieces.mask { kept[$0] }
    }
}

extension SplitMask.Method: CustomStringConvertible {
    /// One clause for the user.
    public var description: String {
        switch self {
        case .components: "the sides were apart"
        case .neck(let depth): "cut at the narrowest place, \(Int(depth.value)) mm deep"
        case .plane(let index): "joined broadly: cut by the plane at index \(index); check it"
        }
    }
}
