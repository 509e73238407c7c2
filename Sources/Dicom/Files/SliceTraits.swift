import CDcmtk

/// An attribute that tells images of one series apart besides their geometry.
enum SliceTrait: CaseIterable {
    case patientID, patientName, birthDate, kernel, temporalPosition, cardiacPhase, respiratoryPhase, acquisition
    case imageType, tubeVoltage, energy, echo, contrast, stack, thickness, seriesNumber, description, rescale, time
    case triggerTime

    /// Where the C side has it.
    var index: Int {
        let raw =
            switch self {
            case .patientID: CD_TRAIT_PATIENT_ID
            case .patientName: CD_TRAIT_PATIENT_NAME
            case .birthDate: CD_TRAIT_BIRTH_DATE
            case .kernel: CD_TRAIT_KERNEL
            case .temporalPosition: CD_TRAIT_TEMPORAL_POSITION
            case .cardiacPhase: CD_TRAIT_CARDIAC_PHASE
            case .respiratoryPhase: CD_TRAIT_RESPIRATORY_PHASE
            case .acquisition: CD_TRAIT_ACQUISITION
            case .imageType: CD_TRAIT_IMAGE_TYPE
            case .tubeVoltage: CD_TRAIT_TUBE_VOLTAGE
            case .energy: CD_TRAIT_ENERGY
            case .echo: CD_TRAIT_ECHO
            case .contrast: CD_TRAIT_CONTRAST
            case .stack: CD_TRAIT_STACK
            case .thickness: CD_TRAIT_THICKNESS
            case .seriesNumber: CD_TRAIT_SERIES_NUMBER
            case .description: CD_TRAIT_DESCRIPTION
            case .rescale: CD_TRAIT_RESCALE
            case .time: CD_TRAIT_TIME
            case .triggerTime: CD_TRAIT_TRIGGER_TIME
            }
        return Int(raw.rawValue)
    }

    /// What people call it.
    var title: String {
        switch self {
        case .patientID, .patientName, .birthDate: "patient"
        case .kernel: "kernel"
        case .temporalPosition: "temporal position"
        case .cardiacPhase: "cardiac phase"
        case .respiratoryPhase: "respiratory phase"
        case .acquisition: "acquisition"
        case .imageType: "image type"
        case .tubeVoltage: "tube voltage"
        case .energy: "energy"
        case .echo: "echo"
        case .contrast: "contrast agent"
        case .stack: "stack"
        case .thickness: "slice thickness"
        case .seriesNumber: "series number"
        case .description: "series description"
        case .rescale: "rescale slope and intercept"
        case .time: "acquisition time"
        case .triggerTime: "trigger time"
        }
    }

    /// Whether its text may tell who the patient is, or when he was scanned: it is never part of a name of ours.
    var isPrivate: Bool {
        switch self {
        case .patientID, .patientName, .birthDate, .description, .contrast, .time: true
        default: false
        }
    }
}

/// The traits of one image; empty texts where the file states none.
struct SliceTraits: Hashable, Sendable {
    private var texts: [String]

    init(_ raw: [String]) { texts = raw }

    subscript(trait: SliceTrait) -> String { trait.index < texts.count ? texts[trait.index] : "" }

    /// These, where `own` says nothing else.
    func with(_ own: SliceTraits) -> SliceTraits {
        SliceTraits(zip(texts, own.texts).map { $1.isEmpty ? $0 : $1 })
    }
}

/// The texts of a C array of traits.
func traits<T>(_ raw: T) -> SliceTraits {
    withUnsafeBytes(of: raw) { bytes in
        SliceTraits(
            (0..<Int(CD_TRAIT_COUNT.rawValue)).map { index in
                let start = index * Int(CD_TRAIT_SIZE)
                let text = bytes[start..<start + Int(CD_TRAIT_SIZE)].prefix { $0 != 0 }
                return String(decoding: text, as: UTF8.self)
            })
    }
}
