/// In what one patient differs from the next. Lengths are in mm of the standard thorax.
struct PatientVariation: Sendable {
    enum Contrast: Sendable { case none, venous, arterial }

    let isFemale: Bool
    let hasArmsUp: Bool
    let contrast: Contrast
    let pathologies: Set<Pathology>
    /// The airless lobe of a patient with atelectasis.
    let collapse: Collapse?
    /// Size against the standard thorax.
    let scale: Point3
    /// Turned about the body's long axis, degrees.
    let rotation: Double
    /// Where the patient lies on the couch, mm.
    let shift: Point3
    /// Thickness of the subcutaneous fat.
    let fat: Double
    /// How thick the muscles are against the standard.
    let muscle: Double
    /// The diaphragm's height above deep inspiration, right and left.
    let breath: (right: Double, left: Double)
    /// Size of the heart against the standard.
    let heart: Double
    /// How far apart the lungs are in front of the heart and vessels.
    let junction: Double
    /// Where they meet, to the left of the midline.
    let junctionOffset: Double
    /// Deeper or flatter chest at the right and left, as a factor on the width of each lung.
    let asymmetry: Double
    /// Curve of the thoracic spine to the side.
    let scoliosis: Double
    /// HU of healthy lung in the middle of the chest.
    let lungDensity: Double
    /// HU a mm towards the back.
    let lungGradient: Double
    /// How big the gas bubble in the stomach is, 0…1.
    let stomachGas: Double
    /// Number that sets the unevenness of outlines.
    let phase: Double

    init(_ spec: PhantomSpecification) {
        var random = PhantomRandom(seed: spec.patientSeed, stream: "patient")
        isFemale = random.chance(0.45)
        hasArmsUp = random.chance(Double(spec.site.percentArmsUp) / 100)
        let hasContrast = random.chance(Double(spec.site.percentContrast) / 100)
        let isArterial = random.chance(0.4)
        contrast = hasContrast ? (isArterial ? .arterial : .venous) : .none
        let size = isFemale ? 0.93 : 1.02
        scale = Point3(
            random.around(size * 0.98, 0.035), random.around(size * 1.04, 0.05),
            random.around(isFemale ? 0.92 : 1.0, 0.045))
        rotation = random.around(0, 2.2)
        shift = Point3(random.around(0, 6), random.around(0, 5), 0)
        let leanness = random.unit()
        fat = 6 + 20 * leanness * leanness + (isFemale ? 5 : 0)
        muscle = random.around(isFemale ? 0.85 : 1.05, 0.1)
        let common = random.between(-6, 26)
        var breath = (right: common + random.around(0, 4), left: common + random.around(0, 4))
        heart = random.around(1.0, 0.055)
        junction = random.chance(0.5) ? random.between(1.2, 2.5) : random.between(3, 12)
        junctionOffset = random.around(4.5, 2.5)
        asymmetry = random.around(-0.02, 0.015)
        scoliosis = random.around(0, 4)
        var density = random.around(-874, 18)
        lungGradient = random.between(0.25, 0.75)
        stomachGas = random.unit()
        phase = random.unit() * 7

        var chance = PhantomRandom(seed: spec.patientSeed, stream: "pathology")
        var found: Set<Pathology> = []
        for pathology in Pathology.first where chance.chance(pathology.frequency(at: spec.site)) {
            found.insert(pathology)
        }
        for pathology in Pathology.allCases where !Pathology.first.contains(pathology) {
            var chance = PhantomRandom(seed: spec.patientSeed, stream: "pathology/\(pathology.rawValue)")
            if chance.chance(pathology.frequency(at: spec.site)) { found.insert(pathology) }
        }
        pathologies = spec.pathologies ?? found
        if pathologies.contains(.emphysema) { density -= 38 }
        lungDensity = density
        if pathologies.contains(.atelectasis) {
            var random = PhantomRandom(seed: spec.patientSeed, stream: "atelectasis")
            let collapse = Collapse(contrast: contrast, random: &random)
            if collapse.side == .right { breath.right += collapse.diaphragm } else { breath.left += collapse.diaphragm }
            self.collapse = collapse
        } else {
            collapse = nil
        }
        self.breath = breath
    }
}
