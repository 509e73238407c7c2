import Volumes

/// The closed contours of one structure on one plane as the set of points they enclose.
///
/// Contours that are equal within half a voxel are one. One that lies within another is a hole in it, and one within a
/// hole an island. Contours that cross or overlap are parts of one shape: their union is taken, each part with its own
/// holes. `CLOSEDPLANAR_XOR` says itself what is meant (PS3.3 C.8.8.6.3): even-odd.
struct ContourPlane {
    /// A contour of the plane.
    struct Member {
        let shape: ContourShape
        let isXOR: Bool
    }

    /// The voxels whose centres are enclosed.
    private(set) var slice: MaskSlice
    /// How many contours repeat another one.
    private(set) var repeated = 0
    /// Whether contours cross or overlap, so that their union was taken.
    private(set) var hasCrossings = false
    /// Whether a hole runs along the outline it lies in for a good part of its way: it may be a second drawing of it.
    private(set) var hasClingingHoles = false
    /// How many contours enclose no voxel's centre.
    private(set) var tooSmall = 0
    /// What the contours enclose, in voxels; what was filled where it cannot be told from the outlines.
    private(set) var enclosed = 0.0
    /// What the outer contours enclose, holes not taken out, in voxels.
    private(set) var outer = 0.0
    /// The length of all outlines, in voxels.
    private(set) var perimeter = 0.0

    /// How much of a hole's outline may run along the outline around it.
    private static let mostClinging = 0.25

    init(_ members: [Member], width: Int, height: Int) {
        slice = MaskSlice(width: width, height: height)
        // By the standard all contours of a plane are XOR or none is; where they are mixed, geometry decides.
        guard !members.allSatisfy(\.isXOR) else {
            for member in members { slice.flip(inside: member.shape.points) }
            enclosed = Double(slice.count)
            outer = enclosed
            return
        }
        var kept: [ContourShape] = []
        var relations: [[ContourRelation]] = []
        repeated = members.count { $0.shape.wentRoundTwice }
        for member in members {
            let row = kept.map { member.shape.relation(to: $0) }
            if row.contains(.equal) {
                repeated += 1
            } else {
                relations.append(row)
                kept.append(member.shape)
            }
        }
        fill(kept, relations)
    }

    /// - Parameter relations: how each contour lies to those before it.
    private mutating func fill(_ shapes: [ContourShape], _ relations: [[ContourRelation]]) {
        /// The contours that each lies in.
        var around = [[Int]](repeating: [], count: shapes.count)
        for (i, row) in relations.enumerated() {
            for (j, relation) in row.enumerated() {
                switch relation {
                case .inside: around[i].append(j)
                case .around: around[j].append(i)
                case .crossing: hasCrossings = true
                case .apart, .equal: break
                }
            }
        }
        perimeter = shapes.reduce(0) { $0 + $1.perimeter }
        for (i, outside) in around.enumerated() {
            // The one next around it is the one that lies in all others around it.
            guard let next = outside.max(by: { around[$0].count < around[$1].count }) else { continue }
            if shapes[i].shareAlong(shapes[next]) > Self.mostClinging { hasClingingHoles = true }
        }
        if hasCrossings {
            fillParts(shapes, around)
        } else {
            fillLevels(shapes, around)
        }
    }

    /// Outlines that are nested and nothing else: by depth, from the outside.
    private mutating func fillLevels(_ shapes: [ContourShape], _ around: [[Int]]) {
        for i in shapes.indices.sorted(by: { (around[$0].count, $0) < (around[$1].count, $1) }) {
            let own = filled(shapes[i])
            if around[i].count % 2 == 0 {
                slice.formUnion(own)
                enclosed += shapes[i].area
            } else {
                slice.subtract(own)
                enclosed -= shapes[i].area
            }
            if around[i].isEmpty { outer += shapes[i].area }
        }
    }

    /// Outlines of which some cross: each without what lies directly in it, then all that lie in none.
    private mutating func fillParts(_ shapes: [ContourShape], _ around: [[Int]]) {
        var regions: [MaskSlice?] = shapes.map { _ in nil }
        // What lies in others has more around it, so that it comes before them.
        for i in shapes.indices.sorted(by: { around[$0].count > around[$1].count }) {
            var own = filled(shapes[i])
            if around[i].isEmpty { outer += Double(own.count) }
            for j in shapes.indices where around[j].contains(i) {
                let isDirect = !around[j].contains { $0 != i && around[$0].contains(i) }
                if isDirect, let region = regions[j] { own.subtract(region) }
            }
            regions[i] = own
            if around[i].isEmpty { slice.formUnion(own) }
        }
        enclosed = Double(slice.count)
    }

    private mutating func filled(_ shape: ContourShape) -> MaskSlice {
        var own = MaskSlice(width: slice.width, height: slice.height)
        own.flip(inside: shape.points)
        if own.isEmpty { tooSmall += 1 }
        return own
    }
}
