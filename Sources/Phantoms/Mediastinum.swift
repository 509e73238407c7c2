/// Where the organs between the lungs lie; ``Heart``, ``GreatVessels`` and ``Airways`` give their shapes.
struct Mediastinum: Sendable {
    let thorax: Thorax
    let heart: Heart
    let vessels: GreatVessels
    let airways: Airways
    /// All that is between the lungs: the organs with the fat around them. The lungs end here.
    let envelope: Shape

    init(_ thorax: Thorax) {
        self.thorax = thorax
        heart = Heart(thorax)
        vessels = GreatVessels(thorax)
        airways = Airways(thorax)
        let organs = [heart.outline] + vessels.all + [airways.trachea, airways.mainBronchi, airways.esophagus]
        let upper = Loft([
            LoftSection(-12, halfWidth: 3, front: -84, back: 40, squareness: 0.3),
            LoftSection(8, halfWidth: 9, front: -76, back: 44, squareness: 0.3),
            LoftSection(40, halfWidth: 24, front: -54, back: 46, squareness: 0.4),
            LoftSection(75, halfWidth: 31, front: -34, back: 44, squareness: 0.4),
            LoftSection(130, halfWidth: 36, front: -20, back: 40, squareness: 0.3),
        ])
        // Behind the heart, round oesophagus and ligaments.
        let lower = Loft([
            LoftSection(-20, halfWidth: 8, front: 12, back: thorax.spineFront(-20) + 2, squareness: 0.3, centre: 6),
            LoftSection(-50, halfWidth: 13, front: 2, back: thorax.spineFront(-50) + 2, squareness: 0.4, centre: 6),
            LoftSection(-150, halfWidth: 19, front: -20, back: thorax.spineFront(-150) + 2, squareness: 0.4, centre: 4),
        ])
        let pad = Shape.ellipsoid(Point3(22, -46, thorax.diaphragm.middle - 4), Point3(66, 50, 18), yaw: -10)
        let fat = 2 + 0.12 * thorax.patient.fat
        let around = Shape.smoothUnion(organs, blend: 16).inflated(by: fat)
        envelope = Shape.union([around] + [upper.shape, lower.shape, pad].map { thorax.moved($0) })
            .subtracting(thorax.diaphragm.below(depth: 5))
    }

    func paint(into scene: inout Scene, perfusion: Perfusion, random: inout PhantomRandom) {
        let inside = thorax.cageShape.inflated(by: -1)
        scene.add(envelope.intersection(inside), Tissue.mediastinalFat, label: .clear)
        paintNodes(into: &scene, random: &random)
        vessels.paint(into: &scene, perfusion: perfusion)
        heart.paint(into: &scene, perfusion: perfusion)
        airways.paintEsophagus(into: &scene, random: &random)
        airways.paintTrachea(into: &scene)
    }

    /// Small lymph nodes in the fat, and the thyroid.
    private func paintNodes(into scene: inout Scene, random: inout PhantomRandom) {
        let places = [
            Point3(-18, 2, 20), Point3(16, 2, 2), Point3(-4, 16, -20), Point3(-8, -30, 34), Point3(30, -16, 8),
            Point3(12, -42, 16), Point3(-22, 6, 44), Point3(-40, 24, -40), Point3(50, 26, -40),
        ]
        for place in places {
            let size = random.between(2, 5)
            let jitter = Point3(random.around(0, 3), random.around(0, 3), random.around(0, 5))
            let node = Shape.ellipsoid(place + jitter, Point3(size, size * 0.75, size * 1.3))
            scene.add(thorax.moved(node), 38)
        }
        for side in [-1.0, 1.0] {
            scene.add(Shape.ellipsoid(Point3(side * 17, -13, 122), Point3(9, 11, 24)), 105)
        }
    }
}
