/// A position in the standard thorax: mm, +x to the patient's left, +y to the back, +z to the head; (0, 0, 0) is
/// the middle of the chest at the height of the carina.
struct Point3: Hashable, Sendable {
    var x: Double
    var y: Double
    var z: Double

    init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    static func + (a: Point3, b: Point3) -> Point3 { Point3(a.x + b.x, a.y + b.y, a.z + b.z) }
    static func - (a: Point3, b: Point3) -> Point3 { Point3(a.x - b.x, a.y - b.y, a.z - b.z) }
    static func * (a: Point3, k: Double) -> Point3 { Point3(a.x * k, a.y * k, a.z * k) }

    var length: Double { (x * x + y * y + z * z).squareRoot() }

    /// The mirror image in the midline plane.
    var mirrored: Point3 { Point3(-x, y, z) }
}

/// An axis-aligned box of the standard thorax, in mm.
struct Box3: Sendable {
    var low: Point3
    var high: Point3

    /// Holds everything.
    static let everything = Box3(low: Point3(-1e4, -1e4, -1e4), high: Point3(1e4, 1e4, 1e4))

    func grown(by d: Double) -> Box3 {
        Box3(low: low - Point3(d, d, d), high: high + Point3(d, d, d))
    }

    func union(_ other: Box3) -> Box3 {
        Box3(
            low: Point3(min(low.x, other.low.x), min(low.y, other.low.y), min(low.z, other.low.z)),
            high: Point3(max(high.x, other.high.x), max(high.y, other.high.y), max(high.z, other.high.z)))
    }

    func intersection(_ other: Box3) -> Box3 {
        Box3(
            low: Point3(max(low.x, other.low.x), max(low.y, other.low.y), max(low.z, other.low.z)),
            high: Point3(min(high.x, other.high.x), min(high.y, other.high.y), min(high.z, other.high.z)))
    }

    /// The box around points, grown by a radius.
    static func around(_ points: [Point3], radius: Double) -> Box3 {
        var box = Box3(low: points[0], high: points[0])
        for p in points { box = box.union(Box3(low: p, high: p)) }
        return box.grown(by: radius)
    }
}
