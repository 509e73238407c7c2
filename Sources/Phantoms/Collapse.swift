/// A lobe that has lost its air: where it lies, and what its loss of volume has moved.
struct Collapse: Sendable {
    enum Lobe: Sendable { case upper, lower }

    let side: Lungs.Side
    let lobe: Lobe
    /// How far the diaphragm of that side has risen, mm.
    let diaphragm: Double
    /// How far the organs between the lungs have moved towards that side, mm.
    let pull: Double
    /// How far the fissure has moved into the lobe, mm.
    let depth: Double
    /// How steeply the wedge thins out to the side: mm of depth a mm.
    let taper: Double
    /// How much blood the airless lung holds, HU.
    let hu: Double

    init(contrast: PatientVariation.Contrast, random: inout PhantomRandom) {
        side = random.chance(0.5) ? .right : .left
        lobe = random.chance(0.7) ? .lower : .upper
        diaphragm = lobe == .lower ? random.between(20, 44) : random.between(8, 26)
        pull = random.between(6, 19)
        depth = lobe == .lower ? random.between(16, 42) : random.between(8, 30)
        taper = random.between(0.45, 0.85)
        let unenhanced = random.between(30, 48)
        // Airless lung takes up contrast medium well.
        hu =
            switch contrast {
            case .none: unenhanced
            case .venous: unenhanced + 48
            case .arterial: unenhanced + 34
            }
    }

    /// The lobe: a wedge with its edge at the hilum and its base on diaphragm and spine, or on the top of the chest.
    /// Its surface is the fissure where it lies now.
    var wedge: Shape {
        Shape(box: Box3(low: Point3(-150, -110, -260), high: Point3(150, 115, 95))) { z in
            Section { x, y in self.border(x, y, z) }
        }
    }

    /// The signed distance to the wedge's surface; negative inside.
    func border(_ x: Double, _ y: Double, _ z: Double) -> Double {
        let aside = side.sign * x - (lobe == .lower ? 34 : 26)
        let into =
            lobe == .lower
            ? 0.73 * (y - 10) - 0.68 * (z + 40) - depth
            : 0.75 * (z - depth) - 0.25 * (y + 10)
        return (taper * aside - into) / 1.1
    }

    /// The organs between the lungs follow: where they lie now, seen from where they were.
    var shift: MediastinalShift { MediastinalShift(distance: side.sign * pull) }
}

/// Moves what is between the lungs to one side: fully in the middle of the chest, not at all at the chest wall, the
/// spine, the neck, and deep in the abdomen.
struct MediastinalShift: Sendable {
    /// Towards the patient's left, mm.
    let distance: Double

    /// How far a place was moved to be here.
    func displacement(_ x: Double, _ y: Double, _ z: Double) -> Double {
        distance * fall(x < 0 ? -x : x, 35, 115) * fall(y, 5, 50) * height(z)
    }

    /// The part of the full distance at a height.
    private func height(_ z: Double) -> Double { fall(z, 40, 110) * fall(-z, 150, 215) }

    /// 1 up to `start`, 0 from `end`, smooth between.
    private func fall(_ value: Double, _ start: Double, _ end: Double) -> Double {
        var t = (end - value) / (end - start)
        t = t < 0 ? 0 : t > 1 ? 1 : t
        return t * t * (3 - 2 * t)
    }

    /// Where a place of the standard thorax lies now.
    func moved(_ p: Point3) -> Point3 {
        var x = p.x
        for _ in 0..<12 { x = p.x + displacement(x, p.y, p.z) }
        return Point3(x, p.y, p.z)
    }

    /// A shape of the standard thorax where it lies now.
    func moved(_ shape: Shape) -> Shape {
        var box = shape.box
        box.low.x += min(distance, 0)
        box.high.x += max(distance, 0)
        return Shape(box: box) { z in
            guard let section = shape.section(z) else { return nil }
            return Section { x, y in section.at(x - displacement(x, y, z), y) }
        }
    }
}

extension Thorax {
    /// A shape between the lungs, where it lies in this patient.
    func moved(_ shape: Shape) -> Shape { patient.collapse.map { $0.shift.moved(shape) } ?? shape }

    /// A place between the lungs, where it lies in this patient.
    func moved(_ point: Point3) -> Point3 { patient.collapse.map { $0.shift.moved(point) } ?? point }
}
