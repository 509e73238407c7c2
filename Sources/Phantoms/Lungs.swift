/// One lung with what grows in it.
struct Lungs {
    let thorax: Thorax
    let mediastinum: Mediastinum

    enum Side: CaseIterable {
        case right, left

        var sign: Double { self == .right ? -1 : 1 }
        var structure: PhantomStructure { self == .right ? .lungRight : .lungLeft }
    }

    func shape(_ side: Side) -> Shape { side == .right ? thorax.lungRight : thorax.lungLeft }

    /// Signed distance to what a lung really is, after mediastinum and diaphragm have taken their part, in a plane.
    func free(_ side: Side, z: Double) -> Section? {
        guard let lung = shape(side).section(z) else { return nil }
        let between = mediastinum.envelope.section(z)
        let below = thorax.diaphragm.below().section(z)
        return Section { x, y in
            var d = lung.at(x, y)
            if let between { d = max(d, -between.at(x, y)) }
            if let below { d = max(d, -below.at(x, y)) }
            return d
        }
    }

    func paintParenchyma(into scene: inout Scene) {
        // Above the lungs are the muscles of the neck, not the fat of the mediastinum.
        let chest = Shape(box: Box3(low: Point3(-300, -300, -400), high: Point3(300, 300, 74))) { z in
            z < 74 ? Section { _, _ in z - 74 } : nil
        }
        scene.add(thorax.cageShape.inflated(by: 0.8).intersection(chest), Tissue.mediastinalFat)
        for side in Side.allCases {
            scene.add(shape(side).inflated(by: 2), Tissue.mediastinalFat)
            scene.add(
                Element(
                    shape: shape(side), hu: thorax.patient.lungDensity, gradient: thorax.patient.lungGradient,
                    label: .set(side.structure)))
        }
    }

    /// The clefts between the lobes: sheets too thin to be seen whole.
    func paintFissures(into scene: inout Scene, random: inout PhantomRandom) {
        for side in Side.allCases {
            let shift = random.around(0, 8)
            let bend = random.between(-8, 8)
            let oblique = Shape(box: Box3(low: Point3(-150, -95, -150), high: Point3(150, 105, 75))) { z in
                Section { x, y in
                    let u = (x - side.sign * 70) / 60
                    let d = 0.73 * (y - 10) - 0.68 * (z + 40 + shift) + bend * (u * u - 0.5)
                    return (abs(d) - 0.5) / 0.8
                }
            }
            let collapse = thorax.patient.collapse.flatMap { $0.side == side ? $0 : nil }
            // The fissure beside an airless lobe lies where the lobe ends now; Collapse draws it.
            if collapse?.lobe != .lower { add(oblique, side, to: &scene) }
            guard side == .right else { continue }
            let level = -34 + random.around(0, 6)
            let horizontal = Shape(box: Box3(low: Point3(-150, -95, -70), high: Point3(0, 40, 0))) { z in
                Section { x, y in
                    let u = (x + 70) / 60
                    let v = (y + 30) / 50
                    let d = (z - level + 9 * (u * u + v * v)) * 0.9
                    let behind = 0.73 * (y - 10) - 0.68 * (z + 40 + shift)
                    return max(abs(d) - 0.5, behind)
                }
            }
            if collapse?.lobe != .upper { add(horizontal, side, to: &scene) }
        }
    }

    private func add(_ sheet: Shape, _ side: Side, to scene: inout Scene) {
        scene.add(Element(shape: sheet.intersection(shape(side)), hu: -560, thickness: 1))
    }
}
