/// The frame that all organs are placed in: rib cage, spine, diaphragm and lungs of one patient.
struct Thorax: Sendable {
    let patient: PatientVariation
    /// The inner surface of the rib cage, which the lungs touch.
    let cage: Loft
    let cageShape: Shape
    let diaphragm: Diaphragm
    let lungRight: Shape
    let lungLeft: Shape

    init(_ patient: PatientVariation) {
        self.patient = patient
        let tilt = patient.asymmetry
        let cage = Loft([
            LoftSection(-240, halfWidth: 128, front: -104, back: 88, squareness: 0.2),
            LoftSection(-200, halfWidth: 132, front: -106, back: 92, squareness: 0.25, centre: 60 * tilt),
            LoftSection(-150, halfWidth: 137, front: -107, back: 99, squareness: 0.27, centre: 100 * tilt),
            LoftSection(-100, halfWidth: 138, front: -103, back: 104, squareness: 0.27, centre: 100 * tilt),
            LoftSection(-50, halfWidth: 133, front: -93, back: 105, squareness: 0.27, centre: 100 * tilt),
            LoftSection(0, halfWidth: 122, front: -76, back: 102, squareness: 0.25, centre: 60 * tilt),
            LoftSection(45, halfWidth: 103, front: -52, back: 94, squareness: 0.2),
            LoftSection(80, halfWidth: 77, front: -32, back: 85, squareness: 0.15),
            LoftSection(112, halfWidth: 56, front: -14, back: 74, squareness: 0.1),
        ])
        self.cage = cage
        cageShape = cage.shape
        diaphragm = Diaphragm(patient)
        let gap = patient.junction / 2
        let inside = cageShape.uneven(amplitude: 1.5, period: 74, phase: patient.phase)
        let shift = patient.collapse?.shift
        func lung(_ side: Double, apex: Double, _ half: Shape) -> Shape {
            let bullet = Thorax.bullet(side: side, apex: apex)
            guard let shift else { return inside.intersection(bullet).intersection(half) }
            return inside.intersection(shift.moved(bullet)).intersection(shift.moved(half))
        }
        lungRight = lung(-1, apex: 88, .rightOf(x: patient.junctionOffset - gap))
        lungLeft = lung(1, apex: 85, .leftOf(x: patient.junctionOffset + gap))
    }

    /// Rounds the top of a lung off; straight below.
    private static func bullet(side: Double, apex: Double) -> Shape {
        let base = -20.0
        let height = apex - base
        let box = Box3(low: Point3(-250, -250, -400), high: Point3(250, 250, apex))
        return Shape(box: box) { z in
            let t = max(z - base, 0) / height
            guard t < 1 else { return nil }
            let f = (1 - t * t).squareRoot()
            let centre = side * (44 + 18 * f)
            return LoftSection(
                z, halfWidth: 78 * f, front: 12 - 119 * f, back: 12 + 96 * f, squareness: 0.15, centre: centre
            ).outline
        }
    }

    /// The y of the middle of the vertebral bodies: the thoracic curve.
    func spineY(_ z: Double) -> Double { 59 - 0.0009 * (z + 50) * (z + 50) }

    /// The x of the middle of the vertebral bodies.
    func spineX(_ z: Double) -> Double {
        let t = (z + 60) / 130
        return patient.scoliosis * max(1 - t * t, -1)
    }

    /// The middle of the spinal canal.
    func canal(_ z: Double) -> Point3 { Point3(spineX(z), spineY(z) + 24, z) }

    /// The front of the vertebral bodies.
    func spineFront(_ z: Double) -> Double { spineY(z) - 14 }
}

/// The domes of the diaphragm: what is below is abdomen.
struct Diaphragm: Sendable {
    private let right: Double
    private let left: Double

    init(_ patient: PatientVariation) {
        right = -101 + patient.breath.right
        left = -110 + patient.breath.left
    }

    /// About how high the heart lies on the diaphragm.
    var middle: Double { (right + left) / 2 - 6 }

    /// The height of the diaphragm and its slope along x and y.
    func height(_ x: Double, _ y: Double) -> (z: Double, slopeX: Double, slopeY: Double) {
        let a = Self.dome(x + 62, y, outer: x + 62 < 0)
        let b = Self.dome(x - 64, y, outer: x - 64 > 0)
        var t = (x + 28) / 56
        t = t < 0 ? 0 : t > 1 ? 1 : t
        let w = t * t * (3 - 2 * t)
        var z = (right + a.z) * (1 - w) + (left + b.z) * w
        let slopeX = a.slopeX * (1 - w) + b.slopeX * w
        let slopeY = a.slopeY * (1 - w) + b.slopeY * w
        // The heart lies in a dent.
        let u = (x - 25) / 75
        let v = (y + 46) / 60
        let dent = 1 - u * u - v * v
        if dent > 0 { z -= 9 * dent * dent }
        // The recesses end here: behind deeper than in front.
        let floor = min(right, left) - 52 - 0.27 * y
        if z < floor { return (floor, 0, -0.27) }
        return (z, slopeX, slopeY)
    }

    /// One dome: flat on top, steep to the side, deepest behind.
    private static func dome(_ dx: Double, _ y: Double, outer: Bool) -> (z: Double, slopeX: Double, slopeY: Double) {
        let rx = outer ? 77.0 : 160.0
        let dy = y + 25
        let ry = 116.0
        let q = (dx / rx) * (dx / rx) + (dy / ry) * (dy / ry)
        let rise = 64 * (0.35 + 1.3 * q)
        return (-64 * q * (0.35 + 0.65 * q), -rise * 2 * dx / (rx * rx), -rise * 2 * dy / (ry * ry))
    }

    /// What is at least `depth` mm below the diaphragm.
    func below(depth: Double = 0) -> Shape {
        let top = max(right, left) - depth
        let dome = self
        let box = Box3(low: Point3(-1e4, -1e4, -1e4), high: Point3(1e4, 1e4, top + 1))
        return Shape(box: box) { z in
            guard z < top + 1 else { return nil }
            return Section { x, y in
                let h = dome.height(x, y)
                return (z - h.z + depth) / (1 + h.slopeX * h.slopeX + h.slopeY * h.slopeY).squareRoot()
            }
        }
    }
}
