import Cases

extension SanityCheck {
    /// Organs, by their names in AAPM TG-263: a voxel is of one of them. Targets, margins, planning structures and parts
    /// of organs overlap with others on purpose, and so does whatever else is not named here.
    static let organs: Set<StructureName> = Set(
        [
            "Lung_L", "Lung_R", "Lungs", "Heart", "Esophagus", "SpinalCord", "Trachea", "Liver", "Spleen", "Stomach",
            "Pancreas", "Gallbladder", "Kidney_L", "Kidney_R", "Kidneys", "Glnd_Adrenal_L", "Glnd_Adrenal_R",
            "Duodenum", "Bladder", "Rectum", "Prostate", "Uterus", "A_Aorta", "V_Venacava_I", "V_Venacava_S",
            "A_Pulmonary", "Brainstem", "Cerebellum", "Eye_L", "Eye_R", "Parotid_L", "Parotid_R", "Parotids",
            "Glnd_Submand_L", "Glnd_Submand_R", "Glnd_Thyroid", "Larynx", "Bone_Mandible", "Breast_L", "Breast_R",
            "Femur_Head_L", "Femur_Head_R",
        ].map { StructureName(rawValue: $0) })

    /// Pairs taken together, and their halves.
    private static let pairs: [String: String] = ["Lungs": "Lung", "Kidneys": "Kidney", "Parotids": "Parotid"]

    /// Whether no voxel can be of both structures: two organs, unless one is a part of the other, and left and right of
    /// anything.
    public static func excludes(_ one: StructureName, _ other: StructureName) -> Bool {
        guard one != other else { return false }
        if partner(of: one) == other { return true }
        guard organs.contains(one), organs.contains(other) else { return false }
        func isHalf(_ half: StructureName, of whole: StructureName) -> Bool {
            guard let stem = pairs[whole.rawValue] else { return false }
            return half.rawValue == stem + "_L" || half.rawValue == stem + "_R"
        }
        return !isHalf(one, of: other) && !isHalf(other, of: one)
    }
}
