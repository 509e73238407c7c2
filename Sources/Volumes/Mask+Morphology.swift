/// Morphology with a ball in millimetres: a voxel belongs to the ball if its centre is within the radius, so on a
/// grid of unequal spacing the ball is an ellipsoid of voxels, and a radius below the spacing does nothing.
///
/// The edge of the grid: dilation has nothing beyond it to grow from, and erosion nothing to wear away from, so a
/// mask that is cut by the edge of the image is not worn away there. Closing takes what is beyond as empty: it
/// never leaves the mask's bounding box, and never loses a voxel. Opening never adds one.
///
/// All cost O(words × rows of the ball), on all cores; the bits are exact, not an approximation by distance maps.
extension Mask {
    /// The voxels within `radius` of the mask.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a negative or infinite radius.
    public func dilated(by radius: Millimetres, in domain: MaskDomain = .volume) throws(VolumesError) -> Mask {
        let ball = try EllipsoidalBall(radius: radius, on: geometry, in: domain)
        guard let box = boundingBox else { return self }
        let grown = box.dilated(x: 0, y: ball.reach.y, z: ball.reach.z).intersection(geometry.size.bounds)
        let source = BitBlock(self, rows: box.y, slices: box.z)
        return ball.dilate(source, rows: grown.y, slices: grown.z).mask(on: geometry)
    }

    /// The voxels further than `radius` from every voxel of the grid that is not in the mask.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a negative or infinite radius.
    public func eroded(by radius: Millimetres, in domain: MaskDomain = .volume) throws(VolumesError) -> Mask {
        let ball = try EllipsoidalBall(radius: radius, on: geometry, in: domain)
        guard let box = boundingBox else { return self }
        let near = box.dilated(x: 0, y: 1, z: domain == .slice ? 0 : 1).intersection(geometry.size.bounds)
        let source = BitBlock(self, rows: near.y, slices: near.z)
        return ball.erode(source, rows: box.y, slices: box.z).mask(on: geometry)
    }

    /// Dilation, then erosion: fills gaps, notches and holes that a ball of this radius cannot enter.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a negative radius or one of more than 100 mm.
    public func closed(by radius: Millimetres, in domain: MaskDomain = .volume) throws(VolumesError) -> Mask {
        let ball = try EllipsoidalBall(radius: radius, on: geometry, in: domain, beyondGrid: true)
        guard let box = boundingBox else { return self }
        let depth = ball.reach.z
        let grown = box.dilated(x: 0, y: ball.reach.y + 1, z: domain == .slice ? 0 : depth + 1)
        // Margins stand for the empty space beyond the grid's columns, as rows and slices off the grid do.
        let isNearFace = box.x.lowerBound <= ball.reach.x || box.x.upperBound + ball.reach.x >= geometry.size.x
        let source = BitBlock(
            self, rows: box.y, slices: box.z, columnMargin: isNearFace ? ball.reach.x + 1 : 0)
        let dilated = ball.dilate(source, rows: grown.y, slices: grown.z)
        // A closing stays within the box: whatever is beyond is reached by a ball that misses the box.
        return ball.erode(dilated, rows: box.y, slices: box.z).mask(on: geometry)
    }

    /// Erosion, then dilation: removes spurs and bridges into which a ball of this radius does not fit.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a negative or infinite radius.
    public func opened(by radius: Millimetres, in domain: MaskDomain = .volume) throws(VolumesError) -> Mask {
        try eroded(by: radius, in: domain).dilated(by: radius, in: domain)
    }
}

extension EllipsoidalBall {
    /// The voxels of `source` further than the ball reaches from every clear voxel of it, on the rows and slices
    /// asked for. `source` must hold one row and slice more on each side, where the grid has them: whatever is
    /// clear further out has a clear voxel on that rim that is nearer.
    func erode(_ source: BitBlock, rows: Range<Int>, slices: Range<Int>) -> BitBlock {
        var outside = source
        outside.invert()
        var result = dilate(outside, rows: rows, slices: slices)
        result.invert()
        return result
    }
}
