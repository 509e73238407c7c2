/// Skin, fat, muscles, arms and breasts.
struct BodyWall {
    let thorax: Thorax

    func paint(into scene: inout Scene, random: inout PhantomRandom) {
        let patient = thorax.patient
        let arms = armTubes()
        var outline = [trunk, neck.inflated(by: 4)]
        outline += arms.map { Shape.tube($0.points, $0.radii.map { $0 + 6 }) }
        let breasts = breastShapes(&random)
        var body = Shape.smoothUnion(outline, blend: thorax.patient.hasArmsUp ? 26 : 12).inflated(by: patient.fat)
        if !breasts.isEmpty { body = .smoothUnion([body] + breasts.map(\.outline), blend: 14) }
        body = body.uneven(amplitude: 1.6, period: 90, phase: patient.phase + 1)
        scene.add(body, Tissue.skin)
        scene.add(body.inflated(by: -2.4), Tissue.fat)
        for breast in breasts {
            scene.add(breast.gland.intersection(body.inflated(by: -6)), Tissue.gland)
        }
        paintMuscles(into: &scene)
        for arm in arms {
            scene.add(Shape.tube(arm.points, arm.radii.map { $0 * 0.86 * patient.muscle }), Tissue.muscle)
        }
        for arm in arms { paintHumerus(arm.points, into: &scene) }
    }

    private var trunk: Shape {
        Loft([
            LoftSection(-260, halfWidth: 150, front: -124, back: 113, squareness: 0.25),
            LoftSection(-180, halfWidth: 154, front: -124, back: 121, squareness: 0.28),
            LoftSection(-100, halfWidth: 159, front: -122, back: 128, squareness: 0.3),
            LoftSection(-30, halfWidth: 158, front: -112, back: 131, squareness: 0.3),
            LoftSection(20, halfWidth: 154, front: -98, back: 130, squareness: 0.3),
            LoftSection(60, halfWidth: 138, front: -72, back: 120, squareness: 0.25),
            LoftSection(95, halfWidth: 100, front: -48, back: 104, squareness: 0.15),
            LoftSection(125, halfWidth: 66, front: -44, back: 86, squareness: 0.05),
            LoftSection(170, halfWidth: 58, front: -54, back: 72, squareness: 0.05),
        ]).shape
    }

    private var neck: Shape {
        Loft([
            LoftSection(78, halfWidth: 84, front: -34, back: 92, squareness: 0.1),
            LoftSection(110, halfWidth: 62, front: -36, back: 84, squareness: 0.1),
            LoftSection(170, halfWidth: 52, front: -48, back: 66, squareness: 0.1),
        ]).shape
    }

    private struct Arm {
        let points: [Point3]
        let radii: [Double]
    }

    /// Right and left, from the shoulder to beyond the end of the scan.
    private func armTubes() -> [Arm] {
        let points: [Point3]
        if thorax.patient.hasArmsUp {
            points = [
                Point3(85, 42, 62), Point3(132, 42, 82), Point3(160, 40, 125), Point3(172, 34, 200),
            ]
        } else {
            points = [
                Point3(85, 42, 66), Point3(158, 42, 58), Point3(202, 44, 0), Point3(218, 36, -110),
                Point3(226, 22, -280),
            ]
        }
        let radii = thorax.patient.hasArmsUp ? [34.0, 44, 46, 44] : [30.0, 44, 44, 41, 37]
        return [Arm(points: points.map(\.mirrored), radii: radii), Arm(points: points, radii: radii)]
    }

    private func paintHumerus(_ arm: [Point3], into scene: inout Scene) {
        let shaft = Array(arm.dropFirst())
        var widths = shaft.map { _ in 11.5 }
        widths[0] = 23
        let pieces = Shape.tubePieces(shaft, widths)
        scene.add(pieces, Tissue.cortical)
        scene.add(Shape.tubePieces(shaft, widths.map { $0 > 20 ? $0 - 2 : $0 * 0.55 }), Tissue.marrow)
    }

    private func paintMuscles(into scene: inout Scene) {
        let m = thorax.patient.muscle
        let cage = thorax.cageShape
        scene.add(cage.inflated(by: 12), Tissue.muscle)
        scene.add(neck, Tissue.muscle)
        // Muscles that lie on the cage, as lenses on a part of it: (thickness, centre, reach).
        let shells: [(Double, Point3, Point3)] = [
            (20 * m, Point3(76, -84, 18), Point3(72, 58, 54)),  // pectorals
            (19 * m, Point3(132, 48, -45), Point3(46, 74, 110)),  // latissimus and serratus
            (30 * m, Point3(96, 92, 12), Point3(66, 60, 76)),  // around the shoulder blade
            (15 * m, Point3(48, 112, 40), Point3(64, 46, 84)),  // trapezius and rhomboids
            (10 * m, Point3(44, -104, -190), Point3(52, 40, 96)),  // rectus abdominis
        ]
        for (thickness, centre, reach) in shells {
            let muscle = cage.swollen(by: 11.5, and: thickness, around: centre, reach)
            scene.add([muscle.mirrored, muscle], Tissue.muscle)
        }
        for side in [-1.0, 1.0] {
            let column = [-260.0, -150, -50, 40, 130].map {
                Point3(side * 29 + thorax.spineX($0), thorax.spineY($0) + 47, $0)
            }
            scene.add(Shape.tube(column, 19 * m), Tissue.muscle)
        }
    }

    private struct Breast {
        let outline: Shape
        let gland: Shape
    }

    private func breastShapes(_ random: inout PhantomRandom) -> [Breast] {
        guard thorax.patient.isFemale else { return [] }
        let size = random.between(0.75, 1.25)
        let glandular = random.between(0.45, 0.85)
        return [-1.0, 1.0].map { side in
            let k = size * random.between(0.95, 1.05)
            let centre = Point3(side * 78, -114, -48)
            let radii = Point3(62 * k, 36 * k + 6, 58 * k)
            let gland = Shape.ellipsoid(
                centre + Point3(0, -10, -2), Point3(40 * k * glandular, 26 * k * glandular, 38 * k * glandular))
            return Breast(
                outline: .ellipsoid(centre, radii, yaw: side * 18),
                gland: gland.uneven(amplitude: 4, period: 23, phase: thorax.patient.phase + side))
        }
    }
}
