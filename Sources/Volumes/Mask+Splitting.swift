/// A mask told apart into what lies on the patient's left and on his right.
public struct SplitMask: Hashable, Sendable {
    /// How the two sides were found.
    public enum Method: Hashable, Sendable {
        /// They were not joined: each connected piece belongs to a side.
        case components
        /// They came apart when so much was taken off the surface; the cut runs through the narrowest place.
        case neck(Millimetres)
        /// They are joined thickly: cut by the plane across which the mask is thinnest, at this index along the
        /// axis from the patient's one side to the other.
        case plane(Int)
    }
    /// The patient's left.
    public let left: Mask
    /// The patient's right.
    public let right: Mask
    /// How they were found.
    public let method: Method
}

extension Mask {
    /// Tells the patient's left and right part of the mask apart. No voxel is lost and none is in both.
    ///
    /// Two large pieces beside each other are taken as they are, and smaller ones go with the nearer middle. If there
    /// are none, up to 6 mm are taken off the surface until there are, and what was taken off goes back to the piece
    /// it grows from. If that does not help either, the mask is cut by a plane.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` if the mask is empty or one voxel wide.
    public func splitLeftRight() throws(VolumesError) -> SplitMask {
        guard let box = boundingBox else { throw .invalidParameter(reason: "an empty mask cannot be split") }
        let axis = LateralAxis(geometry.direction)
        let pieces = connectedComponents(.faces6)
        if let middle = axis.middle(of: pieces, count: count) {
            return sort(pieces, around: middle, axis, .components)
        }
        for depth in stride(from: 1.0, through: 6, by: 1) {
            let worn = try eroded(by: Millimetres(depth))
            if worn.isEmpty { break }
            let cores = worn.connectedComponents(.faces6)
            guard let middle = axis.middle(of: cores, count: worn.count) else { continue }
            let sorted = sort(cores, around: middle, axis, .neck(Millimetres(depth)))
            let parts = try territories(
                of: sorted.left, sorted.right, rounds: geometry.size.x + geometry.size.y + geometry.size.z)
            return SplitMask(left: parts.first, right: parts.second, method: .neck(Millimetres(depth)))
        }
        let cut = axis.thinnestPlane(of: self, box)
        let high = half(from: cut, axis)
        let (above, below) = (try intersection(high), try subtracting(high))
        guard !above.isEmpty, !below.isEmpty else {
            throw .invalidParameter(reason: "the mask is too narrow to be split")
        }
        return SplitMask(
            left: axis.isLeftHigh ? above : below, right: axis.isLeftHigh ? below : above, method: .plane(cut))
    }

    private func sort(
        _ pieces: ConnectedComponents, around middle: Double, _ axis: LateralAxis, _ method: SplitMask.Method
    ) -> SplitMask {
        let isLeft = pieces.components.map { (axis.position($0.centroid) > middle) == axis.isLeftHigh }
        return SplitMask(left: pieces.mask { isLeft[$0] }, right: pieces.mask { !isLeft[$0] }, method: method)
    }

    /// Everything from an index of the axis on.
    private func half(from index: Int, _ axis: LateralAxis) -> Mask {
        let size = geometry.size
        var result = Mask(geometry: geometry)
        for z in 0..<size.z {
            if axis.axis == .z && z < index { continue }
            for y in 0..<size.y where axis.axis != .y || y >= index {
                result[slice: z].set(true, row: y, columns: axis.axis == .x ? index..<size.x : 0..<size.x)
            }
        }
        return result
    }
}

/// The axis of a grid that runs most nearly from one side of the patient to the other.
private struct LateralAxis {
    enum Axis { case x, y, z }

    let axis: Axis
    /// Whether growing indices lead to the patient's left.
    let isLeftHigh: Bool

    init(_ direction: GridDirection) {
        // In LPS the first coordinate grows to the left.
        let shares = [(Axis.x, direction.x.x), (.y, direction.y.x), (.z, direction.z.x)]
        let best = shares.max { abs($0.1) < abs($1.1) } ?? (.x, 1)
        axis = best.0
        isLeftHigh = best.1 > 0
    }

    func position(_ point: ContinuousIndex) -> Double {
        switch axis {
        case .x: point.x
        case .y: point.y
        case .z: point.z
        }
    }

    private func range(_ box: VoxelBox) -> Range<Int> {
        switch axis {
        case .x: box.x
        case .y: box.y
        case .z: box.z
        }
    }

    /// The middle between the two largest pieces, if both hold at least a tenth and lie beside each other: neither's middle is
    /// within the other's extent.
    func middle(of pieces: ConnectedComponents, count: Int) -> Double? {
        guard pieces.count >= 2 else { return nil }
        let (a, b) = (pieces.components[0], pieces.components[1])
        let (one, other) = (position(a.centroid), position(b.centroid))
        guard b.voxelCount * 10 >= count, !range(a.box).contains(Int(other.rounded())),
            !range(b.box).contains(Int(one.rounded()))
        else { return nil }
        return (one + other) / 2
    }

    /// The index in the middle half of the box across which the mask has the fewest voxels, the nearest to the
    /// middle of those.
    func thinnestPlane(of mask: Mask, _ box: VoxelBox) -> Int {
        let extent = range(box)
        var counts = [Int](repeating: 0, count: extent.upperBound)
        for z in box.z {
            for y in box.y {
                for x in box.x where mask.slices[z][x, y] {
                    switch axis {
                    case .x: counts[x] += 1
                    case .y: counts[y] += 1
                    case .z: counts[z] += 1
                    }
                }
            }
        }
        let quarter = extent.count / 4
        let middle = (extent.lowerBound + extent.upperBound) / 2
        let inner = extent.lowerBound + quarter..<max(extent.upperBound - quarter, extent.lowerBound + quarter + 1)
        return inner.min { (counts[$0], abs($0 - middle)) < (counts[$1], abs($1 - middle)) } ?? middle
    }
}
