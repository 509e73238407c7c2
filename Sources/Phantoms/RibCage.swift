/// Ribs with cartilage, breastbone, collar bones and shoulder blades.
struct RibCage {
    let thorax: Thorax

    /// One pair: at which height it leaves the spine, how far it falls to the front, how far round it goes
    /// (degrees from straight back), how thick it is, and where its cartilage ends at the breastbone.
    private struct Rib {
        let head: Double
        let fall: Double
        let reach: Double
        let radius: Double
        let sternum: Double?
    }

    private static let ribs = [
        Rib(head: 78, fall: 40, reach: 150, radius: 4.6, sternum: 34),
        Rib(head: 59, fall: 52, reach: 152, radius: 4.8, sternum: 7),
        Rib(head: 40, fall: 60, reach: 152, radius: 5, sternum: -14),
        Rib(head: 20, fall: 66, reach: 150, radius: 5.2, sternum: -34),
        Rib(head: -2, fall: 72, reach: 148, radius: 5.4, sternum: -54),
        Rib(head: -24, fall: 78, reach: 145, radius: 5.4, sternum: -70),
        Rib(head: -47, fall: 84, reach: 140, radius: 5.4, sternum: -82),
        Rib(head: -70, fall: 86, reach: 132, radius: 5.3, sternum: -92),
        Rib(head: -94, fall: 86, reach: 124, radius: 5.2, sternum: -100),
        Rib(head: -119, fall: 82, reach: 116, radius: 5, sternum: -108),
        Rib(head: -144, fall: 62, reach: 96, radius: 4.6, sternum: nil),
        Rib(head: -170, fall: 42, reach: 66, radius: 4.2, sternum: nil),
    ]

    func paint(into scene: inout Scene, random: inout PhantomRandom) {
        let density = random.between(0.8, 1.1)
        for rib in Self.ribs {
            for side in [-1.0, 1.0] {
                paint(rib, side: side, jitter: random.around(0, 1.5), density: density, into: &scene)
            }
        }
        paintSternum(density: density, into: &scene)
        paintShoulders(density: density, into: &scene)
    }

    private func paint(_ rib: Rib, side: Double, jitter: Double, density: Double, into scene: inout Scene) {
        var path = [
            Point3(thorax.spineX(rib.head) + side * 19, thorax.spineY(rib.head) + 13, rib.head + jitter),
            Point3(thorax.spineX(rib.head) + side * 36, thorax.spineY(rib.head) + 38, rib.head + jitter),
        ]
        let start = 34.0
        for step in 0...9 {
            let t = Double(step) / 9
            // Ribs fall fastest along the side.
            let z = rib.head + jitter - rib.fall * t * t * (2.2 - 1.2 * t) - 4
            path.append(thorax.cage.section(at: z).point(towards: side * (start + (rib.reach - start) * t), margin: 6))
        }
        let slim = path.map { _ in rib.radius * 0.82 }
        scene.add(Shape.tubePieces(path, slim, flattening: 1.5, steps: 2), Tissue.cortical * density)
        scene.add(
            Shape.tubePieces(path, slim.map { $0 - 1.6 }, flattening: 1.5, steps: 2), Tissue.marrow * density)
        guard let joint = rib.sternum, let end = path.last else { return }
        let section = thorax.cage.section(at: joint)
        let middle = (end.z + joint) / 2 - 6
        let between = thorax.cage.section(at: middle).point(towards: side * (rib.reach + 172) / 2, margin: 6)
        let cartilage = [end, between, Point3(side * 17, section.front - 6, joint)]
        let radius = rib.radius * 0.85
        scene.add(
            Shape.tubePieces(cartilage, [radius, radius, radius * 0.85], flattening: 1.5, steps: 4), Tissue.cartilage)
    }

    private func paintSternum(density: Double, into scene: inout Scene) {
        let bones = [
            [(46.0, 26.0), (30.0, 31.0), (11.0, 17.0)],
            [(8.0, 15.0), (-40.0, 19.0), (-84.0, 16.0), (-104.0, 6.0)],
        ]
        for bone in bones {
            for (shrink, hu) in [(0.0, Tissue.cortical * 0.6), (1.7, Tissue.marrow * 0.8)] {
                let loft = Loft(
                    bone.map { z, halfWidth in
                        let front = thorax.cage.section(at: z).front
                        return LoftSection(
                            z, halfWidth: halfWidth - shrink, front: front - 13 + shrink, back: front - 2 - shrink,
                            squareness: 0.7)
                    })
                scene.add(loft.shape, hu * density)
            }
        }
    }

    private func paintShoulders(density: Double, into scene: inout Scene) {
        let up = thorax.patient.hasArmsUp
        let shoulder = up ? Point3(130, 34, 88) : Point3(150, 26, 80)
        let clavicle = [Point3(17, -51, 44), Point3(58, -49, 60), Point3(104, -8, 74), shoulder]
        let spine = [Point3(62, 108, 46), Point3(104, 98, 58), Point3(shoulder.x + 4, 66, 80)]
        let blade = thorax.cageShape.inflated(by: 25).subtracting(thorax.cageShape.inflated(by: 20))
            .intersection(.ellipsoid(Point3(94, 92, 4), Point3(42, 40, up ? 58 : 66), yaw: 20))
        for side in [-1.0, 1.0] {
            let turn = { (p: Point3) in side < 0 ? p.mirrored : p }
            scene.add(side < 0 ? blade.mirrored : blade, Tissue.cortical * 0.75 * density)
            let crest = spine.map(turn)
            scene.add(Shape.tubePieces(crest, [4, 4.5, 7]), Tissue.cortical * 0.7 * density)
            let bone = clavicle.map(turn)
            scene.add(Shape.tubePieces(bone, [9, 6, 5.5, 7]), Tissue.cortical * density)
            scene.add(Shape.tubePieces(bone, [7, 3.2, 3, 5]), Tissue.marrow * density)
        }
    }
}
