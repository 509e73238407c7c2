/// CT numbers in HU, at 120 kV without contrast medium.
enum Tissue {
    static let air = -1000.0
    static let skin = 20.0
    static let fat = -103.0
    static let mediastinalFat = -88.0
    static let muscle = 52.0
    static let gland = 28.0
    static let cortical = 780.0
    static let marrow = 165.0
    static let disc = 82.0
    static let cartilage = 105.0
    static let spinalFluid = 12.0
    static let cord = 38.0
    static let mucosa = 34.0
    static let airwayWall = 10.0
    static let fluid = 12.0
    static let bowel = 38.0
}

/// CT numbers of blood and of the organs it fills, which depend on the contrast medium.
struct Perfusion: Sendable {
    let rightHeart: Double
    let leftHeart: Double
    let aorta: Double
    let vein: Double
    let myocardium: Double
    let liver: Double
    let spleen: Double

    init(_ contrast: PatientVariation.Contrast) {
        switch contrast {
        case .none:
            (rightHeart, leftHeart, aorta, vein) = (41, 42, 42, 40)
            (myocardium, liver, spleen) = (50, 58, 48)
        case .venous:
            (rightHeart, leftHeart, aorta, vein) = (148, 152, 155, 142)
            (myocardium, liver, spleen) = (102, 106, 118)
        case .arterial:
            (rightHeart, leftHeart, aorta, vein) = (310, 265, 280, 430)
            (myocardium, liver, spleen) = (112, 64, 130)
        }
    }
}
