import Volumes

/// How much surface (mm² in 3D) or contour (mm in 2D) the mask has at a corner point, by neighbour code.
///
/// A corner point of the voxel grid touches eight voxels (four pixels on a slice). Its *neighbour code* says which
/// of them are in the mask: voxel (dx, dy, dz) of the 2 × 2 × 2 block counts `128 >> (4·dx + 2·dy + dz)`, pixel
/// (dx, dy) counts `8 >> (2·dx + dy)`. A corner point that touches both inside and outside is a *surfel*.
/// The areas are those of google-deepmind/surface-distance (marching cubes with bevelled corners) in closed form;
/// they agree with its tables to the last digits for every code (Nikolov et al., arXiv:1809.04430).
public struct SurfelAreas: Hashable, Sendable {
    /// 256 areas in mm² (3D) or 16 lengths in mm (2D), zero where all voxels are in or all are out.
    public let values: [Double]

    /// Whether these are areas of a volume's surface or lengths of a slice's contour.
    public var dimensions: SurfaceDimensions { values.count == 16 ? .two : .three }

    /// Areas for a volume of this spacing, or lengths for a slice of this spacing in its plane.
    public init(spacing: Spacing, dimensions: SurfaceDimensions = .three) {
        switch dimensions {
        case .three: values = Self.areas(spacing)
        case .two: values = (0..<16).map { Self.length(code: $0, spacing: spacing) }
        }
    }

    /// The area or length that belongs to a neighbour code.
    public subscript(code: Int) -> Double { values[code] }

    private static func length(code: Int, spacing: Spacing) -> Double {
        let diagonal = (spacing.x * spacing.x + spacing.y * spacing.y).squareRoot()
        switch code {
        case 0, 15: return 0
        case 3, 12: return spacing.y
        case 5, 10: return spacing.x
        case 6, 9: return diagonal
        default: return diagonal / 2
        }
    }

    private static func areas(_ spacing: Spacing) -> [Double] {
        let face = [spacing.y * spacing.z, spacing.x * spacing.z, spacing.x * spacing.y]
        let tip = (face[0] * face[0] + face[1] * face[1] + face[2] * face[2]).squareRoot() / 8
        let bevel = (0..<3).map { axis in
            let (f, g) = (face[(axis + 1) % 3], face[(axis + 2) % 3])
            return (f * f + g * g).squareRoot()
        }
        return SurfelPieces.byCode.map { pieces in
            var area = 0.0
            for axis in 0..<3 { area += bevel[axis] * pieces.bevels[axis] + face[axis] * pieces.faces[axis] }
            return area + tip * pieces.tips
        }
    }
}

/// What the surface in a 2 × 2 × 2 block of voxels is put together from: corners cut off, edges bevelled, faces.
private struct SurfelPieces {
    /// Corners cut off.
    var tips = 0.0
    /// Edges bevelled, by the axis that they run along.
    var bevels = [0.0, 0.0, 0.0]
    /// Faces, by the axis that they look along.
    var faces = [0.0, 0.0, 0.0]

    static let byCode: [SurfelPieces] = (0..<256).map { SurfelPieces(code: $0) }

    /// The thirteen classes of a block, told apart by how its corners are linked along edges.
    private init(code: Int) {
        // Inside and outside may be swapped.
        let code = code.nonzeroBitCount > 4 ? 255 - code : code
        // Corners as numbers 4·dx + 2·dy + dz: two of them are linked along axis i if they differ in its bit alone.
        let axisBit = [4, 2, 1]
        let corners = (0..<8).filter { code & (128 >> $0) != 0 }
        var links: [(axis: Int, ends: [Int])] = []
        for (i, a) in corners.enumerated() {
            for b in corners[(i + 1)...] {
                if let axis = axisBit.firstIndex(of: a ^ b) { links.append((axis, [a, b])) }
            }
        }
        /// The axis that no link runs along: what the face looks along that an L or a square lies in.
        let normal = (0..<3).first { axis in !links.contains { $0.axis == axis } } ?? 0
        let degrees = corners.map { corner in links.count { $0.ends.contains(corner) } }

        switch (corners.count, links.count) {
        case (0, _): break
        case (1, _): tips = 1
        case (2, 0): tips = 2
        case (2, _): bevels[links[0].axis] = 0.5
        case (3, 0): tips = 3
        case (3, 1): (bevels[links[0].axis], tips) = (0.5, 1)
        case (3, _): (faces[normal], tips) = (0.5, 3)
        case (4, 4): faces[normal] = 1
        case (4, 3) where degrees.contains(3): tips = 6
        case (4, 3):
            // A path of three edges: the outer ones are those that touch an end.
            let ends = zip(corners, degrees).filter { $0.1 == 1 }.map(\.0)
            for link in links where link.ends.contains(where: { ends.contains($0) }) { bevels[link.axis] = 0.25 }
            tips = 4
        case (4, 2) where degrees.contains(2): (faces[normal], tips) = (0.5, 4)
        case (4, 2): bevels[links[0].axis] = 1
        default: tips = 4
        }
    }
}
