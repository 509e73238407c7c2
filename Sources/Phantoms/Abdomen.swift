/// What lies below the diaphragm: liver, stomach with its gas, spleen, bowel.
struct Abdomen {
    let thorax: Thorax

    func paint(into scene: inout Scene, perfusion: Perfusion, random: inout PhantomRandom) {
        let cavity = thorax.cageShape.inflated(by: -2.5)
        let diaphragm = thorax.diaphragm
        scene.add(diaphragm.below().intersection(thorax.cageShape.inflated(by: 2.5)), Tissue.muscle, label: .clear)
        scene.add(diaphragm.below(depth: 3).intersection(cavity), Tissue.fat)
        let room = diaphragm.below(depth: 4).intersection(cavity)
        paintKidneysAndSpleen(room: room, perfusion: perfusion, into: &scene)
        let liver = Shape.smoothUnion(
            [
                .ellipsoid(Point3(-62, -6, -190), Point3(86, 102, 116)),
                .ellipsoid(Point3(10, -54, -165), Point3(66, 36, 50), yaw: 8),
            ], blend: 30
        ).uneven(amplitude: 2.5, period: 61, phase: thorax.patient.phase)
        scene.add(liver.intersection(room), perfusion.liver)
        for branch in 0..<5 {
            let end = Point3(random.between(-120, -20), random.between(-50, 50), random.between(-190, -130))
            let vessel = Shape.tube([Point3(-30, 10, -140 - 10 * Double(branch % 2)), end], [4, 1.5])
            scene.add(vessel.intersection(liver.intersection(room)), perfusion.vein - 10)
        }
        paintStomach(room: room, into: &scene, random: &random)
        paintBowel(room: room, into: &scene, random: &random)
    }

    private func paintKidneysAndSpleen(room: Shape, perfusion: Perfusion, into scene: inout Scene) {
        let spleen = Shape.ellipsoid(Point3(96, 52, -168), Point3(30, 44, 46), yaw: 30)
        scene.add(spleen.intersection(room), perfusion.spleen)
        for side in [-1.0, 1.0] {
            scene.add(
                Shape.ellipsoid(Point3(side * 58, 58, -236), Point3(26, 26, 46)).intersection(room),
                perfusion.spleen - 8)
            let psoas = [Point3(side * 30, 44, -150), Point3(side * 22, 40, -190), Point3(side * 34, 58, -280)]
            scene.add(Shape.tube(psoas, [4, 7, 17]), Tissue.muscle)
        }
    }

    private func paintStomach(room: Shape, into scene: inout Scene, random: inout PhantomRandom) {
        let size = random.between(0.85, 1.1)
        let stomach = Shape.smoothUnion(
            [
                .ellipsoid(Point3(66, -6, -158), Point3(40, 46, 42) * size),
                .ellipsoid(Point3(48, -46, -205), Point3(34, 30, 42) * size),
            ], blend: 20
        ).uneven(amplitude: 2, period: 43, phase: thorax.patient.phase + 2).intersection(room)
        scene.add(stomach, Tissue.bowel)
        let content = stomach.inflated(by: -4)
        scene.add(content, random.between(5, 60))
        // Gas rises to the front of a patient on the back.
        let level = -52 + 52 * thorax.patient.stomachGas
        scene.add(content.intersection(.inFrontOf(y: level)), -985)
    }

    private func paintBowel(room: Shape, into scene: inout Scene, random: inout PhantomRandom) {
        let colon = [
            Point3(-90, -64, -240), Point3(-40, -80, -236), Point3(20, -80, -232), Point3(84, -66, -206),
            Point3(108, -30, -164), Point3(114, 10, -190), Point3(112, 30, -250),
        ]
        let bowel = Shape.tube(colon, [16, 17, 15, 17, 19, 16, 15])
            .uneven(amplitude: 3, period: 22, phase: thorax.patient.phase)
        scene.add(bowel.intersection(room), Tissue.bowel)
        let inside = bowel.inflated(by: -2.5).intersection(room.inflated(by: -2))
        scene.add(inside, 20)
        for _ in 0..<5 {
            let at = colon[Int(random.unit() * 6.99)] + Point3(0, random.between(-8, 2), random.between(-10, 10))
            scene.add(inside.intersection(.ellipsoid(at, Point3(26, 12, 26))), -960)
        }
    }
}
