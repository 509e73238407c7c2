import Volumes

/// The slices of one structure on the planes that were scanned or drawn on, and the mask they make on a grid whose slices
/// need not be those planes: where slices were interpolated for want of scanned ones, masks are interpolated as well.
package struct PlaneMasks {
    /// How near a plane must be to a slice to be that slice, in slices.
    package static let tolerance = 0.05

    private let grid: GridGeometry
    private let scanned: [Double]
    private var planes: [(height: Double, slice: MaskSlice)] = []

    /// - Parameter scanned: the planes that were scanned, in slices of the grid, in order; empty where they are the grid's
    ///   slices. A scanned plane on which nothing is drawn is empty.
    package init(grid: GridGeometry, scanned: [Double]) {
        self.grid = grid
        self.scanned = scanned
    }

    /// Takes what was drawn on a plane.
    /// - Parameter height: in slices of the grid.
    package mutating func add(_ slice: MaskSlice, at height: Double) { planes.append((height, slice)) }

    /// The mask on the grid, and the slices, from 0, whose mask was interpolated between planes.
    package func mask() -> (mask: Mask, interpolated: [Int]) {
        var mask = Mask(geometry: grid)
        guard !scanned.isEmpty else {
            for plane in planes {
                let z = Int(plane.height.rounded())
                if mask.slices.indices.contains(z) { mask[slice: z].formUnion(plane.slice) }
            }
            return (mask, [])
        }
        let empty = MaskSlice(width: grid.size.x, height: grid.size.y)
        let bare = scanned.filter { height in !planes.contains { abs($0.height - height) <= Self.tolerance } }
        let known = (planes + bare.map { ($0, empty) }).sorted { $0.height < $1.height }
        var made: [Int] = []
        for z in 0..<grid.size.z {
            let place = Double(z)
            let here = known.filter { abs($0.height - place) <= Self.tolerance }
            guard here.isEmpty else {
                for plane in here { mask[slice: z].formUnion(plane.slice) }
                continue
            }
            guard let above = known.firstIndex(where: { $0.height > place }), above > 0 else { continue }
            let (low, high) = (known[above - 1], known[above])
            let between = Self.between(low, high, at: place, spacing: grid.spacing)
            guard !between.isEmpty else { continue }
            mask[slice: z] = between
            made.append(z)
        }
        return (mask, made)
    }

    /// The shape between two planes. A structure that ends between them ends in the middle, as its outermost contour
    /// stands for half a slice beyond its plane.
    private static func between(
        _ low: (height: Double, slice: MaskSlice), _ high: (height: Double, slice: MaskSlice), at place: Double,
        spacing: Spacing
    ) -> MaskSlice {
        let share = (place - low.height) / (high.height - low.height)
        if low.slice.isEmpty { return share > 0.5 ? high.slice : low.slice }
        if high.slice.isEmpty { return share < 0.5 ? low.slice : high.slice }
        return MaskInterpolation.slices(between: low.slice, and: high.slice, at: [share], spacing: spacing)[0]
    }

    /// What to say of slices whose masks were interpolated.
    package static func note(_ name: String, _ interpolated: [Int]) -> String {
        "The mask of structure “\(name)” was interpolated on \(Plural.slices(interpolated)), which --repair gaps made. Check it "
            + "there."
    }
}
