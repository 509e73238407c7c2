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
        case .three: values = (0..<256).map { Self.area(code: $0, spacing: [spacing.x, spacing.y, spacing.z]) }
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

    /// The thirteen classes of a 2 × 2 × 2 block, told apart by how its corners are linked along edges.
    private static func area(code: Int, spacing s: [Double]) -> Double {
        if code.nonzeroBitCount > 4 { return area(code: 255 - code, spacing: s) }
        // Corners as numbers 4·dx + 2·dy + dz: two of them are linked along axis i if they differ in its bit alone.
        let axisBit = [4, 2, 1]
        let corners = (0..<8).filter { code & (128 >> $0) != 0 }
        var links: [(axis: Int, ends: [Int])] = []
        for (i, a) in corners.enumerated() {
            for b in corners[(i + 1)...] {
                if let axis = axisBit.firstIndex(of: a ^ b) { links.append((axis, [a, b])) }
            }
        }
        let face = [s[1] * s[2], s[0] * s[2], s[0] * s[1]]
        let tip = (face[0] * face[0] + face[1] * face[1] + face[2] * face[2]).squareRoot() / 8
        let bevel = (0..<3).map { axis in
            let (f, g) = (face[(axis + 1) % 3], face[(axis + 2) % 3])
            return (f * f + g * g).squareRoot()
        }
        /// The axis that no link runs along: the normal of the face that an L or a square lies in.
        func normal() -> Int { (0..<3).first { axis in !links.contains { $0.axis == axis } } ?? 0 }
        let degrees = corners.map { corner in links.count { $0.ends.contains(corner) } }

        switch (corners.count, links.count) {
        case (0, _): return 0
        case (1, _): return tip
        case (2, 1): return bevel[links[0].axis] / 2
        case (2, _): return 2 * tip
        case (3, 0): return 3 * tip
        case (3, 1): return bevel[links[0].axis] / 2 + tip
        case (3, _): return face[normal()] / 2 + 3 * tip
        case (4, 4): return face[normal()]
        case (4, 3) where degrees.contains(3): return 6 * tip
        case (4, 3):
            // A path of three edges: the outer ones are those that touch an end.
            let ends = zip(corners, degrees).filter { $0.1 == 1 }.map(\.0)
            let outer = links.filter { link in link.ends.contains { ends.contains($0) } }.map(\.axis)
            return bevel[outer[0]] / 4 + bevel[outer[1]] / 4 + 4 * tip
        case (4, 2) where degrees.contains(2): return face[normal()] / 2 + 4 * tip
        case (4, 2): return bevel[links[0].axis]
        default: return 4 * tip
        }
    }
}
