/// The outline of a shape in one axial plane: the signed distance in mm (negative inside) of a position (x, y).
///
/// A struct and not a bare function: the compiler wraps functions kept in optionals and arrays, and this is called
/// for most of the time a phantom takes.
struct Section {
    let at: (Double, Double) -> Double
}

/// A solid given by its signed distance, cut plane by plane.
///
/// The distance is exact in sign everywhere and right to first order at the surface. Away from the surface its size
/// may be off by a factor of two, no more: ``SlicePainter`` steps along rows by it.
struct Shape: Sendable {
    /// Where the shape lies; nothing of it is outside.
    let box: Box3
    /// The outline at a height z, or `nil` where there is none.
    let section: @Sendable (Double) -> Section?

    init(box: Box3, section: @escaping @Sendable (Double) -> Section?) {
        self.box = box
        self.section = section
    }

    /// The signed distance of a position; 1000 mm where the plane does not meet the shape.
    func distance(_ p: Point3) -> Double { section(p.z)?.at(p.x, p.y) ?? 1000 }

    func contains(_ p: Point3) -> Bool { distance(p) < 0 }
}

extension Shape {
    /// The points in any of the shapes.
    static func union(_ shapes: [Shape]) -> Shape { smoothUnion(shapes, blend: 0) }

    /// The points in any of the shapes, with the inner corners filled over about `blend` mm (the polynomial
    /// smooth minimum).
    static func smoothUnion(_ shapes: [Shape], blend: Double) -> Shape {
        var box = shapes[0].box
        for shape in shapes { box = box.union(shape.box) }
        return Shape(box: box.grown(by: blend / 2)) { z in
            let near = shapes.filter { z > $0.box.low.z - 2 * blend && z < $0.box.high.z + 2 * blend }
            let sections = near.compactMap { $0.section(z) }
            guard var all = sections.first else { return nil }
            for next in sections.dropFirst() {
                let first = all
                if blend > 0 {
                    all = Section { x, y in
                        let a = first.at(x, y)
                        let b = next.at(x, y)
                        let h = blend - abs(a - b)
                        return h > 0 ? min(a, b) - h * h / (4 * blend) : min(a, b)
                    }
                } else {
                    all = Section { x, y in min(first.at(x, y), next.at(x, y)) }
                }
            }
            return all
        }
    }

    /// The points in both shapes.
    func intersection(_ other: Shape) -> Shape {
        Shape(box: box.intersection(other.box)) { z in
            guard let a = section(z), let b = other.section(z) else { return nil }
            return Section { x, y in max(a.at(x, y), b.at(x, y)) }
        }
    }

    /// The points of this shape that are not in the other.
    func subtracting(_ other: Shape) -> Shape {
        Shape(box: box) { z in
            guard let a = section(z) else { return nil }
            guard let b = other.section(z) else { return a }
            return Section { x, y in max(a.at(x, y), -b.at(x, y)) }
        }
    }

    /// The shape grown (or shrunk) by a margin in mm.
    func inflated(by margin: Double) -> Shape {
        Shape(box: box.grown(by: max(margin, 0))) { z in
            guard let a = section(z) else { return nil }
            return Section { x, y in a.at(x, y) - margin }
        }
    }

    /// The shape grown by a margin, and by up to `swelling` mm more around a place: a muscle lying on the ribs. Only
    /// the part around that place is made.
    func swollen(by margin: Double, and swelling: Double, around centre: Point3, _ reach: Point3) -> Shape {
        let part = Box3(low: centre - reach, high: centre + reach)
        return Shape(box: box.grown(by: margin + swelling).intersection(part)) { z in
            guard let a = section(z) else { return nil }
            let w = (z - centre.z) / reach.z
            return Section { x, y in
                let u = (x - centre.x) / reach.x
                let v = (y - centre.y) / reach.y
                let near = 1 - u * u - v * v - w * w
                return near > 0 ? a.at(x, y) - margin - swelling * near * (2 - near) : 4 - 4 * near
            }
        }
    }

    /// The mirror image in the midline plane.
    var mirrored: Shape {
        let mirror = Box3(
            low: Point3(-box.high.x, box.low.y, box.low.z), high: Point3(-box.low.x, box.high.y, box.high.z))
        return Shape(box: mirror) { z in
            guard let a = section(z) else { return nil }
            return Section { x, y in a.at(-x, y) }
        }
    }

    /// The shape with an uneven surface: waves of a few periods, so that no outline is a perfect ellipse.
    func uneven(amplitude: Double, period: Double, phase: Double) -> Shape {
        Shape(box: box.grown(by: amplitude)) { z in
            guard let a = section(z) else { return nil }
            let rise = z / period * 0.8 + phase
            return Section { x, y in
                let d = a.at(x, y)
                if abs(d) > 3 * amplitude { return d > 0 ? d - amplitude : d + amplitude }
                let ripple =
                    ExactMath.wave(x / period + rise) + ExactMath.wave(y / period - rise + 0.37 * phase)
                return d - 0.5 * amplitude * ripple
            }
        }
    }
}
