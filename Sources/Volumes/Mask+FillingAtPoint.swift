extension Mask {
    /// The mask with the empty region around a voxel filled: everything outside it that a path along voxel faces (for
    /// `.slice`: along sides, on the voxel's slice alone) leads to. The mask itself if the voxel is in it already.
    /// - Returns: `nil` if the region is open: it reaches the edge of the grid (for `.slice`, of the slice).
    public func filled(at voxel: VoxelIndex, in domain: MaskDomain) -> Mask? {
        precondition(geometry.size.contains(voxel), "voxel off the grid")
        if self[voxel] { return self }
        let background = inverted()
        let regions = (domain == .slice ? background.only(voxel.z) : background)
            .connectedComponents(domain == .slice ? .sides4 : .faces6)
        guard let region = regions.component(at: voxel) else { return self }
        let edges: GridFaces = domain == .slice ? .inPlane : .all
        guard regions.components[region].faces.isDisjoint(with: edges) else { return nil }
        return try? union(regions.mask(of: region))
    }
}
