extension Mask {
    /// The mask with its holes filled: regions outside it that no path along voxel faces (in a slice: sides) leads
    /// from to the edge of the grid. Equals `scipy.ndimage.binary_fill_holes`, slice by slice for `.slice`.
    ///
    /// In 3D the first and last slice are edges too: a tube that is cut by the end of the scan is not a hole.
    /// - Parameter millilitres: larger holes stay open; in a slice, a hole's area times the slice's spacing.
    public func fillingHoles(in domain: MaskDomain = .volume, upTo millilitres: Double = .infinity) -> Mask {
        let background = inverted().connectedComponents(domain == .volume ? .faces6 : .sides4)
        let edges: GridFaces = domain == .volume ? .all : .inPlane
        let isHole = background.components.indices.map {
            background.components[$0].faces.isDisjoint(with: edges) && background.millilitres(of: $0) <= millilitres
        }
        guard isHole.contains(true) else { return self }
        var result = background.mask { isHole[$0] }
        for z in slices.indices where !slices[z].isEmpty {
            if result.slices[z].isEmpty {
                result[slice: z] = slices[z]
                continue
            }
            result[slice: z].withMutableWords { words in
                for i in words.indices { words[i] |= slices[z].words[i] }
            }
        }
        return result
    }
}
