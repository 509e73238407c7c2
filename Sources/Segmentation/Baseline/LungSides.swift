import Volumes

/// The lungs told apart. On an axial volume the patient's left is at the higher columns.
struct LungSides {
    /// The patient's left lung.
    let left: Mask
    /// The patient's right lung.
    let right: Mask
    /// How it was decided, for the record.
    let notes: [String]

    /// A region counts as both lungs joined if each side of the middle holds at least this share of it.
    private static let jointShare = 0.06
    /// A lone lung with at least this share on each side of the middle tells that the middle is not the patient's.
    private static let loneShare = 0.12
    /// A region below this share of its side's largest is small; see ``islands(_:among:of:)``.
    private static let islandShare = 0.01
    /// What has no voxel this near to its lung lies apart from it.
    private static let islandDistance: Millimetres = 10

    init(
        _ candidates: LungCandidates, _ body: ThoraxBody, _ airways: AirwayTree, _ parameters: BaselineParameters
    ) throws(VolumesError) {
        let empty = Mask(geometry: candidates.lungs.geometry)
        guard let box = candidates.lungs.boundingBox else {
            (left, right, notes) = (empty, empty, [])
            return
        }
        let regions = candidates.lungs.connectedComponents(.faces6)
        let (middle, source) = Self.middle(regions, box, body, airways)
        var notes = ["middle: column \((middle * 10).rounded() / 10) of the work grid, by \(source)"]
        let leftHalf = Self.columns(from: middle, on: candidates.lungs.geometry)
        let onLeft = try regions.voxelCounts(of: leftHalf)
        let share = regions.components.indices.map {
            Double(onLeft[$0]) / Double(regions.components[$0].voxelCount)
        }
        let isJoint = regions.components.indices.map {
            regions.millilitres(of: $0) >= parameters.smallestLung && share[$0] > Self.jointShare
                && share[$0] < 1 - Self.jointShare
        }
        var isLeft = share.map { $0 >= 0.5 }
        var (left, right) = (empty, empty)
        var whole: [Int] = []
        var isWhole = isJoint.map { !$0 }
        for place in regions.components.indices where isJoint[place] {
            guard let parts = try LungSplit.split(regions.mask(of: place), middle: middle) else {
                if share[place] > Self.loneShare && share[place] < 1 - Self.loneShare { whole.append(place) }
                isWhole[place] = true
                continue
            }
            left = try left.union(parts.left)
            right = try right.union(parts.right)
            notes.append(parts.note)
        }
        if let largest = whole.first {
            // Two lungs are never joined so thickly: this is one, and what was taken for the middle is not. All that
            // lies at its columns is of the same lung.
            let lung = regions.mask { whole.contains($0) }
            let side = try Self.isLeft(lung, body)
            let columns = regions.components[largest].box.x
            for place in regions.components.indices {
                let centre = Int(regions.components[place].centroid.x)
                if whole.contains(place) || columns.contains(centre) { isLeft[place] = side }
            }
            notes.append("one lung across the middle: \(side ? "left" : "right"), by the tissue beside it")
        }
        let isParted = isWhole.map { !$0 }
        let isLarge = regions.components.indices.map {
            !isParted[$0] && regions.millilitres(of: $0) >= parameters.smallestLung
        }
        left = try left.union(regions.mask { isLarge[$0] && isLeft[$0] })
        right = try right.union(regions.mask { isLarge[$0] && !isLeft[$0] })
        for side in [true, false] {
            let gas = try Self.islands(
                regions, among: regions.components.indices.filter { isLarge[$0] && isLeft[$0] == side },
                of: side ? left : right)
            guard !gas.isEmpty else { continue }
            let island = regions.mask(where: gas.contains)
            if side { left = try left.subtracting(island) } else { right = try right.subtracting(island) }
            notes.append(
                "\((island.millilitres * 10).rounded() / 10) ml apart from the \(side ? "left" : "right") lung "
                    + "left out as bowel or stomach")
        }
        // Strips belong to the lung they lie against.
        let besideLeft = try regions.voxelCounts(of: left.dilated(by: 4))
        let besideRight = try regions.voxelCounts(of: right.dilated(by: 4))
        for place in regions.components.indices where besideLeft[place] != besideRight[place] {
            isLeft[place] = besideLeft[place] > besideRight[place]
        }
        left = try left.union(regions.mask { !isParted[$0] && !isLarge[$0] && isLeft[$0] })
        right = try right.union(regions.mask { !isParted[$0] && !isLarge[$0] && !isLeft[$0] })
        (self.left, self.right, self.notes) = (left, right, notes)
    }

    /// The small regions that lie apart from the lung of their side: bowel or stomach, whose contents can be as dense
    /// as lung. Small is less than ``islandShare`` of the lung, so that in a slab, or in a lung that is mostly full of
    /// fluid, nothing is.
    /// - Parameters:
    ///   - side: which regions to look at.
    ///   - lung: all of that side's lung, with these regions.
    static func islands(
        _ regions: ConnectedComponents, among side: [Int], of lung: Mask
    ) throws(VolumesError) -> Set<Int> {
        let limit = islandShare * lung.millilitres
        let small = Set(side.filter { regions.millilitres(of: $0) < limit })
        guard !small.isEmpty else { return [] }
        let rest = try lung.subtracting(regions.mask(where: small.contains))
        let near = try regions.voxelCounts(of: rest.dilated(by: islandDistance))
        return small.filter { near[$0] == 0 }
    }

    /// Whether a lone lung is the left one: then the thick side, the mediastinum, lies at its lower columns. A body
    /// that runs on beyond the image's edge counts for 50 mm there: more than a chest wall, less than a hemithorax.
    private static func isLeft(_ lung: Mask, _ body: ThoraxBody) throws(VolumesError) -> Bool {
        let tissue = try body.filled.subtracting(body.air)
        let size = lung.geometry.size
        let beyond = Int(50 / lung.geometry.spacing.x)
        var (below, above) = (0, 0)
        for z in 0..<size.z where !lung.slices[z].isEmpty {
            let (lung, tissue) = (lung.slices[z], tissue.slices[z])
            guard let columns = lung.columns else { continue }
            for y in 0..<size.y where columns.contains(where: { lung[$0, y] }) {
                for x in 0..<columns.lowerBound where tissue[x, y] { below += 1 }
                for x in columns.upperBound..<size.x where tissue[x, y] { above += 1 }
                if tissue[0, y] { below += beyond }
                if tissue[size.x - 1, y] { above += beyond }
            }
        }
        return below > above
    }

    /// The patient's middle: the trachea, else the middle of the body.
    private static func middle(
        _ regions: ConnectedComponents, _ box: VoxelBox, _ body: ThoraxBody, _ airways: AirwayTree
    ) -> (Double, String) {
        let total = regions.components.reduce(0) { $0 + $1.voxelCount }
        let height = regions.components.reduce(0) { $0 + $1.centroid.z * Double($1.voxelCount) } / Double(total)
        if let middle = airways.middle(aboveSlice: height) { return (middle, "the trachea") }
        let width = body.filled.geometry.size.x
        let middles = body.middles[box.z].compactMap { $0 }
        guard !middles.isEmpty else { return (Double(width - 1) / 2, "the image") }
        return (middles.reduce(0, +) / Double(middles.count), "the body")
    }

    /// The voxels of the columns at and behind `middle`.
    static func columns(from middle: Double, on geometry: GridGeometry) -> Mask {
        let first = Int(max(0, min(middle.rounded(.up), Double(geometry.size.x))))
        var slice = MaskSlice(width: geometry.size.x, height: geometry.size.y)
        for y in 0..<geometry.size.y { slice.set(true, row: y, columns: first..<geometry.size.x) }
        var result = Mask(geometry: geometry)
        for z in 0..<geometry.size.z { result[slice: z] = slice }
        return result
    }

    /// Each lung with the vessels and nodules that a rolling ball takes in, without the airways, and without
    /// anything that both would take.
    func closed(
        _ volume: Volume, _ airways: AirwayTree, _ parameters: BaselineParameters
    ) throws(VolumesError) -> (left: Mask, right: Mask) {
        let left = try Self.close(self.left, airways, parameters)
        let right = try Self.close(self.right, airways, parameters)
        // What both want goes to the one that had it before closing, and else to neither.
        let contested = try left.intersection(right)
        return (
            try left.subtracting(contested.subtracting(self.left)),
            try right.subtracting(contested.subtracting(self.right))
        )
    }

    private static func close(
        _ lung: Mask, _ airways: AirwayTree, _ parameters: BaselineParameters
    ) throws(VolumesError) -> Mask {
        let size = lung.geometry.size
        var closed = try lung.closed(by: parameters.closingRadius)
        // At the first and last slice of the scan a ball enters from beyond; there the slices are closed by
        // themselves.
        let depth = Int(parameters.closingRadius.value / lung.geometry.spacing.z)
        let ends = (0..<size.z).filter {
            ($0 < depth && !lung.slices[0].isEmpty)
                || ($0 + depth >= size.z && !lung.slices[size.z - 1].isEmpty)
        }
        if !ends.isEmpty {
            let flat = try lung.closed(by: parameters.closingRadius, in: .slice)
            var both = closed
            for z in ends { both[slice: z] = flat.slices[z] }
            closed = try closed.union(both)
        }
        return try closed.fillingHoles().fillingHoles(in: .slice, upTo: parameters.largestSliceHole)
            .subtracting(airways.removed)
    }
}
