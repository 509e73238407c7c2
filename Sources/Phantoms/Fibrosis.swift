/// Scarred lung under the pleura of both sides: thickest at the bases and behind, with a ragged inner border, small
/// cysts in rows (honeycombing), and ground glass where it passes into healthy lung. The usual pattern of interstitial
/// pneumonia (Raghu et al. 2018, "Diagnosis of idiopathic pulmonary fibrosis", figures 1 to 4), drawn coarsely.
struct Fibrosis {
    let lungs: Lungs
    /// How thick the scars are where they are thickest, mm.
    private let depth: Double
    /// What the scars weigh, HU.
    private let hu: Double
    private let phase: Double

    init(_ lungs: Lungs, random: inout PhantomRandom) {
        self.lungs = lungs
        depth = random.between(14, 30)
        // Clear of fat, with which it would have no border at the mediastinum.
        hu = random.between(-330, -190)
        phase = random.unit() * 7
    }

    func paint(into scene: inout Scene, random: inout PhantomRandom) {
        for side in Lungs.Side.allCases {
            for (margin, value) in [(8.0, -710.0), (3.5, -540.0), (0.0, hu)] {
                scene.add(scars(side, margin: margin), value)
            }
            for spot in lungs.scatter(side, count: 3400, margin: 1.2, random: &random) {
                let radius = random.between(1.5, 4.2)
                let value = random.between(-930, -780)
                guard let border = border(side, z: spot.z), border.at(spot.x, spot.y) < -0.6 * radius else { continue }
                let cyst = Shape.ellipsoid(spot, Point3(radius, radius * 0.9, radius))
                scene.add(
                    Element(shape: cyst.intersection(lungs.shape(side)), hu: value, thickness: 2 * radius))
            }
        }
    }

    private func scars(_ side: Lungs.Side, margin: Double) -> Shape {
        Shape(box: lungs.shape(side).box) { z in
            guard let lung = lungs.shape(side).section(z), let border = border(side, z: z) else { return nil }
            return Section { x, y in max(lung.at(x, y), border.at(x, y) - margin) }
        }
    }

    /// The signed distance to the inner border of the scars in a plane, negative towards the pleura.
    private func border(_ side: Lungs.Side, z: Double) -> Section? {
        guard let free = lungs.free(side, z: z) else { return nil }
        let (depth, phase, sign) = (depth, phase, side.sign)
        // From the bases, where they are thickest, up to the level of the aortic arch.
        let rise = min(max((45 - z) / 150, 0), 1)
        return Section { x, y in
            var behind = (y + 70) / 130
            behind = behind < 0 ? 0 : behind > 1 ? 1 : behind
            var aside = (sign * x - 30) / 30
            aside = aside < 0 ? 0 : aside > 1 ? 1 : aside
            let ripple = ExactMath.wave(x / 23 + z / 31 + phase) + ExactMath.wave(y / 19 - z / 27 - phase)
            let thick = depth * rise * aside * (0.35 + 0.65 * behind) * (1 + 0.2 * ripple)
            // The ripples make the border up to twice as steep as a distance.
            return -0.6 * (free.at(x, y) + thick)
        }
    }
}
