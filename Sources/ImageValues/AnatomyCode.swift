import Anatomy

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
    /// left), and gross tumours are neoplasms. A name of which nothing is known is tissue, which is what 3D Slicer writes
    /// then, and so are margins (CTV, PTV), which are no anatomy; the label says the rest.
    public init(structure name: String, in catalogue: StructureCatalogue = .current) {
        if let neoplasm = catalogue.family(of: name)?.neoplasm {
            self.init(category: Self.abnormal, type: DicomCode(neoplasm), modifier: nil)
            return
        }
        let (code, side) = catalogue.coding(of: name)
        self.init(
            category: code == nil ? Self.tissue : Self.anatomy, type: code.map { DicomCode($0) } ?? Self.tissue,
            modifier: side.map(Self.modifier))
    }

    /// The TG-263 name that a code stands for, or `nil` if there is none.
    public var structureName: String? { structureName(in: .current) }

    /// The name that a code stands for in a catalogue, or `nil` if there is none.
    public func structureName(in catalogue: StructureCatalogue) -> String? {
        guard type.scheme == "SCT" else { return nil }
        guard let modifier else { return catalogue.name(ofCode: type.value, side: nil) }
        guard let side = StructureFacts.Side.allCases.first(where: { modifier.isSame(as: Self.modifier($0)) })
        else { return nil }
        return catalogue.name(ofCode: type.value, side: side)
    }

    static let anatomy = DicomCode("91723000", "SCT", "Anatomical Structure")
    static let tissue = DicomCode("85756007", "SCT", "Tissue")
    static let abnormal = DicomCode("49755003", "SCT", "Morphologically Abnormal Structure")

    private static func modifier(_ side: StructureFacts.Side) -> DicomCode {
        switch side {
        case .left: DicomCode("7771000", "SCT", "Left")
        case .right: DicomCode("24028007", "SCT", "Right")
        case .both: DicomCode("51440002", "SCT", "Right and left")
        }
    }
}

extension DicomCode {
    fileprivate init(_ code: StructureFacts.Code) { self.init(code.value, "SCT", code.meaning) }
}
