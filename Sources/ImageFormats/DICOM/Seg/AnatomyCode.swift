/// What a structure is in coded words: category, type and side, as a segmentation states them (PS3.3 C.8.20.2, PS3.16
/// CID 7150 and 7151 ff.).
public struct AnatomyCode: Hashable, Sendable {
    /// Anatomical structure, tissue, or morphologically abnormal structure.
    public let category: DicomCode
    /// The organ.
    public let type: DicomCode
    /// Left, right or both; `nil` for what has no side.
    public let modifier: DicomCode?

    /// A code from its parts.
    public init(category: DicomCode, type: DicomCode, modifier: DicomCode?) {
        self.category = category
        self.type = type
        self.modifier = modifier
    }

    /// The code of a structure that is named as in AAPM TG-263: `Lung_L` is (Lung, Left), `Lungs` is (Lung, Right and
    /// left). A name of which nothing is known is tissue, which is what 3D Slicer writes then; its label says the rest.
    public init(structure name: String) {
        if let target = Self.target(name) {
            self = target
            return
        }
        let (base, side) = Self.split(name)
        guard let (value, meaning) = Self.organs[base] else {
            self.init(category: Self.tissue, type: Self.tissue, modifier: side)
            return
        }
        self.init(category: Self.anatomy, type: DicomCode(value, "SCT", meaning), modifier: side)
    }

    /// The TG-263 name that a code stands for, or `nil` if there is none.
    public var structureName: String? {
        guard type.scheme == "SCT" else { return nil }
        guard let base = Self.organs.filter({ $0.value.0 == type.value }).keys.min() else { return nil }
        guard let modifier else { return base }
        if modifier.isSame(as: Self.left) { return base + "_L" }
        if modifier.isSame(as: Self.right) { return base + "_R" }
        return modifier.isSame(as: Self.both) ? base + "s" : nil
    }

    static let anatomy = DicomCode("91723000", "SCT", "Anatomical Structure")
    static let tissue = DicomCode("85756007", "SCT", "Tissue")
    static let abnormal = DicomCode("49755003", "SCT", "Morphologically Abnormal Structure")
    static let left = DicomCode("7771000", "SCT", "Left")
    static let right = DicomCode("24028007", "SCT", "Right")
    static let both = DicomCode("51440002", "SCT", "Right and left")

    /// Gross tumours; margins around them (CTV, PTV) are no anatomy and stay tissue.
    private static func target(_ name: String) -> AnatomyCode? {
        guard name.uppercased().hasPrefix("GTV") else { return nil }
        return AnatomyCode(
            category: abnormal, type: DicomCode("372087000", "SCT", "Neoplasm, Primary"), modifier: nil)
    }

    private static func split(_ name: String) -> (String, DicomCode?) {
        // The sides of the heart are organs of their own.
        if organs[name] != nil { return (name, nil) }
        if name.hasSuffix("_L") { return (String(name.dropLast(2)), left) }
        if name.hasSuffix("_R") { return (String(name.dropLast(2)), right) }
        if name.hasSuffix("s"), organs[String(name.dropLast())] != nil {
            return (String(name.dropLast()), both)
        }
        return (name, nil)
    }

    /// TG-263's base names with their SNOMED CT codes (PS3.16 CID 4030 ff., Annex L).
    private static let organs: [String: (String, String)] = [
        "Lung": ("39607008", "Lung"), "Heart": ("80891009", "Heart"), "Esophagus": ("32849002", "Esophagus"),
        "SpinalCord": ("2748008", "Spinal cord"), "Trachea": ("44567001", "Trachea"),
        "Aorta": ("15825003", "Aorta"), "Bronchus": ("955009", "Bronchus"),
        "A_Pulmonary": ("81040000", "Pulmonary artery"), "A_LAD": ("59438005", "Left anterior descending artery"),
        "V_Venacava_S": ("48345005", "Superior vena cava"), "V_Venacava_I": ("64131007", "Inferior vena cava"),
        "Atrium_L": ("82471001", "Left atrium"), "Atrium_R": ("73829009", "Right atrium"),
        "Ventricle_L": ("87878005", "Left ventricle"), "Ventricle_R": ("53085002", "Right ventricle"),
        "Pericardium": ("76848001", "Pericardium"), "Chestwall": ("78904004", "Chest wall"),
        "Pleura": ("3120008", "Pleura"), "Diaphragm": ("5798000", "Diaphragm"),
        "Mediastinum": ("72410000", "Mediastinum"), "BrachialPlex": ("36582005", "Brachial plexus"),
        "Breast": ("76752008", "Breast"), "Rib": ("113197003", "Rib"), "Sternum": ("56873002", "Sternum"),
        "Clavicle": ("51299004", "Clavicle"), "Scapula": ("79601000", "Scapula"),
        "SpinalCanal": ("61853006", "Vertebral canal"), "Larynx": ("4596009", "Larynx"),
        "Pharynx": ("54066008", "Pharynx"), "Liver": ("10200004", "Liver"), "Stomach": ("69695003", "Stomach"),
        "Spleen": ("78961009", "Spleen"), "Kidney": ("64033007", "Kidney"), "Pancreas": ("15776009", "Pancreas"),
        "Duodenum": ("38848004", "Duodenum"), "Gallbladder": ("28231008", "Gallbladder"),
        "Glnd_Adrenal": ("23451007", "Adrenal gland"), "Bladder": ("89837001", "Bladder"),
        "Rectum": ("34402009", "Rectum"), "Prostate": ("41216001", "Prostate"), "Brain": ("12738006", "Brain"),
        "Parotid": ("45289007", "Parotid gland"), "Mandible": ("91609006", "Mandible"), "Skin": ("39937001", "Skin"),
        "Eye": ("81745001", "Eye"), "OpticNrv": ("18234004", "Optic nerve"),
        "OpticChiasm": ("244453006", "Optic chiasm"), "Cerebellum": ("113305005", "Cerebellum"),
    ]
}
