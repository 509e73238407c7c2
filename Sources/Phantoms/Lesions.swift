/// The pathologies inside and around the lungs.
struct Lesions {
    let lungs: Lungs

    private var patient: PatientVariation { lungs.thorax.patient }

    /// What lies under vessels and bronchi.
    func paintUnderTrees(into scene: inout Scene, seed: (String) -> PhantomRandom) {
        if patient.pathologies.contains(.emphysema) {
            var random = seed("emphysema")
            paintEmphysema(into: &scene, random: &random)
        }
        if patient.pathologies.contains(.consolidation) {
            var random = seed("consolidation")
            paintConsolidation(into: &scene, random: &random)
        }
        if let collapse = patient.collapse { paint(collapse, into: &scene) }
        if patient.pathologies.contains(.fibrosis) {
            var random = seed("fibrosis")
            Fibrosis(lungs, random: &random).paint(into: &scene, random: &random)
        }
    }

    /// What lies over them.
    func paintOverTrees(into scene: inout Scene, seed: (String) -> PhantomRandom) {
        if patient.pathologies.contains(.nodules) {
            var random = seed("nodules")
            paintNodules(into: &scene, random: &random)
        }
        if patient.pathologies.contains(.mass) {
            var random = seed("mass")
            paintMass(into: &scene, random: &random)
        }
        if patient.pathologies.contains(.effusion) {
            var random = seed("effusion")
            paintEffusion(into: &scene, random: &random)
        }
    }

    private func paintNodules(into scene: inout Scene, random: inout PhantomRandom) {
        let count = 2 + Int(random.unit() * 4)
        for index in 0..<count {
            let side: Lungs.Side = random.chance(0.55) ? .right : .left
            let radius = random.between(3, index == 0 ? 15 : 8)
            let isPleural = index == 0 || random.chance(0.6)
            let z = random.between(-110, 60)
            let turn = random.between(-80, 80)
            let depth = random.between(0.25, 0.8)
            guard let place = place(side, z: z, degrees: turn, inset: isPleural ? radius * 0.45 : nil, depth: depth)
            else { continue }
            let squash = Point3(radius, radius * random.between(0.8, 1.1), radius * random.between(0.8, 1.1))
            let hu = random.chance(0.15) ? 340 : random.chance(0.2) ? -420 : random.between(15, 60)
            let nodule = Shape.ellipsoid(place, squash, yaw: random.between(0, 90))
                .uneven(amplitude: radius * 0.14, period: radius * 1.1, phase: random.unit())
                .intersection(lungs.shape(side))
            scene.add(Element(shape: nodule, hu: hu, thickness: 2 * radius))
        }
    }

    /// A place in a lung on the way from its middle outwards: `inset` mm from the pleura, or a part of the way.
    private func place(
        _ side: Lungs.Side, z: Double, degrees: Double, inset: Double?, depth: Double
    ) -> Point3? {
        guard let section = lungs.free(side, z: z) else { return nil }
        let (s, c) = ExactMath.sinCos(degrees: degrees)
        let start = Point3(side.sign * (z > 40 ? 50 : 78), 15, z)
        guard section.at(start.x, start.y) < 0 else { return nil }
        var reach = 0.0
        while reach < 160, section.at(start.x + side.sign * c * reach, start.y + s * reach) < 0 { reach += 1 }
        let way = inset.map { reach - $0 } ?? reach * depth
        return start + Point3(side.sign * c, s, 0) * way
    }

    private func paintEmphysema(into scene: inout Scene, random: inout PhantomRandom) {
        for side in Lungs.Side.allCases {
            for spot in lungs.scatter(side, count: 420, margin: 3, random: &random) {
                let r = random.between(2.5, 8.5)
                scene.add(Shape.ellipsoid(spot, Point3(r, r * 0.8, r)).intersection(lungs.shape(side)), -975)
            }
            let bullae = 3 + Int(random.unit() * 5)
            for _ in 0..<bullae {
                let z = random.between(10, 75)
                let r = random.between(6, 20)
                let turn = random.between(-85, 85)
                guard let centre = place(side, z: z, degrees: turn, inset: r * 0.8, depth: 1) else { continue }
                let radii = Point3(r, r * random.between(0.7, 1), r * random.between(0.8, 1.3))
                let wall = Shape.ellipsoid(centre, radii).intersection(lungs.shape(side))
                scene.add(wall, -700)
                scene.add(wall.inflated(by: -0.9), -990)
            }
        }
    }

    private func paintConsolidation(into scene: inout Scene, random: inout PhantomRandom) {
        let side: Lungs.Side = random.chance(0.6) ? .right : .left
        let isLower = random.chance(0.65)
        let centre = Point3(
            side.sign * random.between(80, 112), isLower ? random.between(45, 80) : random.between(-20, 40),
            isLower ? random.between(-120, -80) : random.between(0, 40))
        let size = random.between(24, 44)
        let core = Shape.ellipsoid(centre, Point3(size, size * 0.9, size * 1.05))
            .uneven(amplitude: 6, period: 31, phase: random.unit() * 5)
        let lung = lungs.shape(side)
        // Ground glass around a dense core.
        for (margin, hu) in [(10.0, -690.0), (5.0, -430.0), (0.0, 28.0)] {
            scene.add(core.inflated(by: margin).intersection(lung), hu)
        }
    }

    /// The airless lobe: under the trees, so that its bronchi still hold air and its vessels stand closer together.
    private func paint(_ collapse: Collapse, into scene: inout Scene) {
        let lung = lungs.shape(collapse.side)
        for (margin, hu) in [(7.0, -760.0), (3.0, -480.0), (0.0, collapse.hu)] {
            scene.add(collapse.wedge.inflated(by: margin).intersection(lung), hu)
        }
    }

    /// A mass with its middle near the pleura; larger ones are dead inside, some grow into the wall.
    private func paintMass(into scene: inout Scene, random: inout PhantomRandom) {
        let radius = random.between(16, 38)
        let invades = random.chance(0.45)
        let hu = random.between(32, 46) + (patient.contrast == .none ? 0 : 26)
        let stretch = Point3(1, random.between(0.8, 1.15), random.between(0.85, 1.3))
        let inset = radius * random.between(0.15, 0.6)
        let waves = random.unit()
        // A place may be beside the lung where the chest is narrow: look again.
        for _ in 0..<12 {
            let side: Lungs.Side = random.chance(0.55) ? .right : .left
            let (z, turn) = (random.between(-95, 55), random.between(-75, 75))
            guard let centre = place(side, z: z, degrees: turn, inset: inset, depth: 1) else { continue }
            let mass = Shape.ellipsoid(
                centre, Point3(radius, radius * stretch.y, radius * stretch.z), yaw: random.between(0, 90)
            ).uneven(amplitude: radius * 0.1, period: radius * 0.9, phase: waves)
            let lung = lungs.shape(side)
            let limits = invades ? lungs.thorax.cageShape.inflated(by: 8).intersection(halfOf(side)) : lung
            scene.add(mass.intersection(limits), hu)
            if radius > 25 { scene.add(mass.inflated(by: -0.45 * radius).intersection(lung), 16) }
            return
        }
    }

    /// The side of the chest well away from the middle.
    private func halfOf(_ side: Lungs.Side) -> Shape { side == .right ? .rightOf(x: -30) : .leftOf(x: 30) }

    private func paintEffusion(into scene: inout Scene, random: inout PhantomRandom) {
        let side: Lungs.Side = random.chance(0.55) ? .right : .left
        let amount = random.between(0, 1)
        let level = 42 - 34 * amount
        let slope = random.between(0.34, 0.46)
        let middle = side.sign * 66
        // The fluid's front: higher towards the diaphragm, climbing along the chest wall.
        func fluid(margin: Double) -> Shape {
            Shape(box: Box3(low: Point3(-200, -60, -260), high: Point3(200, 140, 90))) { z in
                let base = level + slope * (z + 140) - margin
                return Section { x, y in
                    let u = x - middle
                    return (base - 0.0042 * u * u - y) / 1.25
                }
            }
        }
        let lung = lungs.shape(side)
        for (margin, hu) in [(16.0, -620.0), (9.0, -160.0)] {
            scene.add(fluid(margin: margin).intersection(lung), hu)
        }
        scene.add(fluid(margin: 0).intersection(lung), Tissue.fluid, label: .clear)
    }
}
