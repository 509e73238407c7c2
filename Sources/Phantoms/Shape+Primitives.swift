extension Shape {
    /// An ellipsoid, turned by `yaw` degrees about the long axis of the body and then by `pitch` about its own x.
    static func ellipsoid(_ centre: Point3, _ radii: Point3, yaw: Double = 0, pitch: Double = 0) -> Shape {
        let (s, c) = ExactMath.sinCos(degrees: yaw)
        let (sp, cp) = ExactMath.sinCos(degrees: pitch)
        // Rows of the inverse rotation: local axes in body coordinates.
        let u = Point3(c, s, 0)
        let v = Point3(-s * cp, c * cp, sp)
        let w = Point3(s * sp, -c * sp, cp)
        func reach(_ a: Double, _ b: Double, _ d: Double) -> Double {
            let (p, q, r) = (a * radii.x, b * radii.y, d * radii.z)
            return (p * p + q * q + r * r).squareRoot()
        }
        let half = Point3(reach(u.x, v.x, w.x), reach(u.y, v.y, w.y), reach(u.z, v.z, w.z))
        let (ix, iy, iz) = (1 / radii.x, 1 / radii.y, 1 / radii.z)
        let deepest = -min(radii.x, min(radii.y, radii.z))
        return Shape(box: Box3(low: centre - half, high: centre + half)) { z in
            let dz = z - centre.z
            return Section { x, y in
                let dx = x - centre.x
                let dy = y - centre.y
                let a = (dx * u.x + dy * u.y) * ix
                let b = (dx * v.x + dy * v.y + dz * v.z) * iy
                let d = (dx * w.x + dy * w.y + dz * w.z) * iz
                let level = (a * a + b * b + d * d).squareRoot()
                let (ga, gb, gd) = (a * ix, b * iy, d * iz)
                let slope = (ga * ga + gb * gb + gd * gd).squareRoot()
                // Deep inside a thin ellipsoid the first-order distance is far too long.
                return slope > 1e-9 ? max(level * (level - 1) / slope, deepest) : deepest
            }
        }
    }

    /// A straight tube with round ends whose radius goes evenly from one end to the other. `flattening` above 1
    /// makes it taller in z by that factor than it is wide.
    static func cone(_ a: Point3, _ b: Point3, _ ra: Double, _ rb: Double, flattening: Double = 1) -> Shape {
        let k = 1 / flattening
        let radius = max(ra, rb)
        var box = Box3.around([a, b], radius: radius)
        box.low.z = min(a.z, b.z) - radius * flattening
        box.high.z = max(a.z, b.z) + radius * flattening
        let axis = Point3(b.x - a.x, b.y - a.y, (b.z - a.z) * k)
        let square = max(axis.x * axis.x + axis.y * axis.y + axis.z * axis.z, 1e-12)
        let (ax, ay, az) = (axis.x, axis.y, axis.z)
        return Shape(box: box) { z in
            let dz = (z - a.z) * k
            return Section { x, y in
                let dx = x - a.x
                let dy = y - a.y
                var t = (dx * ax + dy * ay + dz * az) / square
                t = t < 0 ? 0 : t > 1 ? 1 : t
                let (ex, ey, ez) = (dx - t * ax, dy - t * ay, dz - t * az)
                return (ex * ex + ey * ey + ez * ez).squareRoot() - (ra + t * (rb - ra))
            }
        }
    }

    /// The pieces of a tube along a smooth curve through `points` with a radius at each.
    static func tubePieces(_ points: [Point3], _ radii: [Double], flattening: Double = 1, steps: Int = 4) -> [Shape] {
        let path = Spline.points(points, steps: steps)
        let widths = Spline.values(radii, steps: steps)
        return (1..<path.count).map {
            cone(path[$0 - 1], path[$0], widths[$0 - 1], widths[$0], flattening: flattening)
        }
    }

    /// A tube along a smooth curve through `points` with a radius at each.
    static func tube(_ points: [Point3], _ radii: [Double], steps: Int = 3) -> Shape {
        union(tubePieces(points, radii, steps: steps))
    }

    /// A tube of one radius.
    static func tube(_ points: [Point3], _ radius: Double) -> Shape {
        tube(points, points.map { _ in radius })
    }

    /// Everything to the patient's right of a sagittal plane.
    static func rightOf(x plane: Double) -> Shape {
        Shape(box: Box3.everything) { _ in Section { x, _ in x - plane } }
    }

    /// Everything to the patient's left of a sagittal plane.
    static func leftOf(x plane: Double) -> Shape {
        Shape(box: Box3.everything) { _ in Section { x, _ in plane - x } }
    }

    /// Everything in front of a coronal plane.
    static func inFrontOf(y plane: Double) -> Shape {
        Shape(box: Box3.everything) { _ in Section { _, y in y - plane } }
    }
}

/// Catmull–Rom curves: smooth, and through every given point.
enum Spline {
    static func values(_ keys: [Double], steps: Int) -> [Double] {
        guard keys.count > 1 else { return keys }
        var result = [keys[0]]
        for i in 1..<keys.count {
            let before = i > 1 ? keys[i - 2] : keys[0]
            let after = i + 1 < keys.count ? keys[i + 1] : keys[i]
            for step in 1...steps {
                result.append(
                    between(before, keys[i - 1], keys[i], after, Double(step) / Double(steps)))
            }
        }
        return result
    }

    static func points(_ keys: [Point3], steps: Int) -> [Point3] {
        let x = values(keys.map(\.x), steps: steps)
        let y = values(keys.map(\.y), steps: steps)
        let z = values(keys.map(\.z), steps: steps)
        return x.indices.map { Point3(x[$0], y[$0], z[$0]) }
    }

    private static func between(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ t: Double) -> Double {
        let linear = c - a
        let square = 2 * a - 5 * b + 4 * c - d
        let cube = 3 * b - a - 3 * c + d
        return b + 0.5 * t * (linear + t * (square + t * cube))
    }
}
