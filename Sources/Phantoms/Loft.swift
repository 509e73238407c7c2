/// One cross-section of a loft: a rounded rectangle between an ellipse (`squareness` 0) and a superellipse of
/// exponent 4 (`squareness` 1).
struct LoftSection: Sendable {
    var z: Double
    var halfWidth: Double
    var front: Double
    var back: Double
    var squareness: Double
    var centre: Double = 0

    init(
        _ z: Double, halfWidth: Double, front: Double, back: Double, squareness: Double = 0.2, centre: Double = 0
    ) {
        self.z = z
        self.halfWidth = halfWidth
        self.front = front
        self.back = back
        self.squareness = squareness
        self.centre = centre
    }

    /// The signed distance to the outline, to first order.
    var outline: Section {
        let cy = (front + back) / 2
        let hy = (back - front) / 2
        let cx = centre
        let ix = 1 / halfWidth
        let iy = 1 / hy
        let t = squareness
        let deepest = -min(halfWidth, hy)
        return Section { x, y in
            let u = (x - cx) * ix
            let v = (y - cy) * iy
            let (uu, vv) = (u * u, v * v)
            let flat = (1 - t) * (uu + vv)
            let steep = t * (uu * uu + vv * vv)
            // The gauge: the factor by which the outline must grow to pass through (x, y).
            let level = ((flat + (flat * flat + 4 * steep).squareRoot()) / 2).squareRoot()
            guard level > 1e-6 else { return deepest }
            let square = 1 / (level * level)
            let fu = (1 - t) * u * square + 2 * t * u * uu * square * square
            let fv = (1 - t) * v * square + 2 * t * v * vv * square * square
            let fs = (flat * square + 2 * steep * square * square) / level
            let (gx, gy) = (fu * ix / fs, fv * iy / fs)
            // Deep inside a thin section the first-order distance is far too long.
            return max((level - 1) / (gx * gx + gy * gy).squareRoot(), deepest)
        }
    }

    /// The point of the outline in a direction, `degrees` from straight back towards the left, pushed out by `margin`.
    func point(towards degrees: Double, margin: Double) -> Point3 {
        let (s, c) = ExactMath.sinCos(degrees: degrees)
        let cy = (front + back) / 2
        let hy = (back - front) / 2
        let (u, v) = (s / halfWidth, c / hy)
        let (uu, vv) = (u * u, v * v)
        let flat = (1 - squareness) * (uu + vv)
        let steep = squareness * (uu * uu + vv * vv)
        let level = ((flat + (flat * flat + 4 * steep).squareRoot()) / 2).squareRoot()
        return Point3(centre + s * (1 / level + margin), cy + c * (1 / level + margin), z)
    }
}

/// A solid whose cross-sections are known at some heights and run smoothly in between.
struct Loft: Sendable {
    /// The cross-sections from the feet up.
    let sections: [LoftSection]

    init(_ sections: [LoftSection]) { self.sections = sections.sorted { $0.z < $1.z } }

    /// The cross-section at a height; that of the nearest end beyond the ends.
    func section(at z: Double) -> LoftSection {
        guard let after = sections.firstIndex(where: { $0.z >= z }), after > 0 else {
            var end = z < sections[0].z ? sections[0] : sections[sections.count - 1]
            end.z = z
            return end
        }
        let b = sections[after - 1]
        let c = sections[after]
        let a = sections[max(after - 2, 0)]
        let d = sections[min(after + 1, sections.count - 1)]
        let span = c.z - b.z
        let t = (z - b.z) / span
        // Cubic Hermite with slopes from the neighbours.
        func value(_ field: (LoftSection) -> Double) -> Double {
            let (p, q) = (field(b), field(c))
            let m0 = after >= 2 ? (q - field(a)) / (c.z - a.z) * span : q - p
            let m1 = after + 1 < sections.count ? (field(d) - p) / (d.z - b.z) * span : q - p
            let t2 = t * t
            let t3 = t2 * t
            return (2 * t3 - 3 * t2 + 1) * p + (t3 - 2 * t2 + t) * m0 + (3 * t2 - 2 * t3) * q + (t3 - t2) * m1
        }
        return LoftSection(
            z, halfWidth: max(value(\.halfWidth), 0.5), front: value(\.front), back: value(\.back),
            squareness: min(max(value(\.squareness), 0), 1), centre: value(\.centre))
    }

    /// The solid, ended flat at its first and last section.
    var shape: Shape {
        var low = Point3(1e4, 1e4, sections[0].z)
        var high = Point3(-1e4, -1e4, sections[sections.count - 1].z)
        for section in sections {
            low.x = min(low.x, section.centre - section.halfWidth)
            high.x = max(high.x, section.centre + section.halfWidth)
            low.y = min(low.y, section.front)
            high.y = max(high.y, section.back)
        }
        // Between the keys the curve may swing out a little.
        low = low - Point3(8, 8, 0)
        high = high + Point3(8, 8, 0)
        let (bottom, top) = (low.z, high.z)
        return Shape(box: Box3(low: low, high: high)) { z in
            z >= bottom && z <= top ? section(at: z).outline : nil
        }
    }
}
