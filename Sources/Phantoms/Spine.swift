/// Vertebrae, discs, canal and cord.
struct Spine {
    let thorax: Thorax

    /// The heights of the middles of the vertebral bodies, C4 to L3.
    private static let centres = [
        136.0, 121.5, 106.5, 90, 72, 52.5, 32.5, 11.5, -11, -34, -57.5, -81.5, -106, -131, -156.5, -183, -211, -241,
    ]

    func paint(into scene: inout Scene, random: inout PhantomRandom) {
        let density = random.between(0.65, 1.15)
        // Soft tissue beside the spine keeps the lungs off the bone.
        scene.add(column(margin: 3.5), Tissue.muscle - 14, label: .clear)
        scene.add(gutter, Tissue.muscle, label: .clear)
        scene.add(column(margin: 0), Tissue.disc, label: .clear)
        for (i, z) in Self.centres.enumerated() where i > 0 && i + 1 < Self.centres.count {
            let height = (Self.centres[i - 1] - Self.centres[i + 1]) / 2
            paintVertebra(at: z, height: height, density: density, into: &scene)
        }
        let heights = stride(from: -280.0, through: 180, by: 20).map { $0 }
        let middle = heights.map { thorax.canal($0) }
        scene.add(Shape.tube(middle, 8.6), Tissue.spinalFluid, label: .clear)
        scene.add(Shape.tube(middle, 4.9), Tissue.cord, label: .set(.spinalCord))
    }

    private func width(_ z: Double) -> Double { 17.5 - 0.014 * z }

    private func bodySection(_ z: Double, margin: Double) -> LoftSection {
        LoftSection(
            z, halfWidth: width(z) + margin, front: thorax.spineFront(z) - margin,
            back: thorax.spineY(z) + 14 + margin, squareness: 0.2, centre: thorax.spineX(z))
    }

    private func column(margin: Double) -> Shape {
        Loft(stride(from: -280.0, through: 180, by: 20).map { bodySection($0, margin: margin) }).shape
    }

    /// The deep muscles and ligaments beside the arches.
    private var gutter: Shape {
        Loft(
            stride(from: -280.0, through: 180, by: 20).map { z in
                LoftSection(
                    z, halfWidth: 34, front: thorax.spineY(z) + 10, back: thorax.spineY(z) + 62, squareness: 0.4,
                    centre: thorax.spineX(z))
            }
        ).shape
    }

    private func paintVertebra(at z: Double, height: Double, density: Double, into scene: inout Scene) {
        let half = height / 2 - 2.6
        let waist = { (shrink: Double) in
            let end = half - shrink * 0.8
            return Loft(
                [-1.0, -0.5, 0, 0.5, 1].map { t in
                    self.bodySection(z + t * end, margin: -shrink - 1.6 * (1 - t * t))
                }
            ).shape
        }
        scene.add(waist(0), 420 * density, label: .clear)
        scene.add(waist(1.7), 185 * density, label: .clear)
        let canal = thorax.canal(z)
        let ring = Shape.cone(
            thorax.canal(z - half * 0.55), thorax.canal(z + half), 13.6, 13.2)
        scene.add(ring, 430 * density, label: .clear)
        for side in [-1.0, 1.0] {
            let root = canal + Point3(side * 10, 3, 2)
            scene.add(
                Shape.cone(root, canal + Point3(side * 32, 13, 0), 6.2, 4.6), 400 * density, label: .clear)
            scene.add(
                Shape.cone(root, canal + Point3(side * 30, 12, 0), 3.6, 2.6), 190 * density, label: .clear)
        }
        scene.add(
            Shape.tubePieces(
                [canal + Point3(0, 12, -2), canal + Point3(0, 26, -11), canal + Point3(0, 37, -24)], [4.2, 3.6, 4.6],
                steps: 2), 430 * density, label: .clear)
    }
}
