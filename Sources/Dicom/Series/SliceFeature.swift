import Volumes

/// What images of one volume have in common, and by which volumes of a series are told apart and named.
enum SliceFeature: Hashable {
    case pixels, size, orientation, spacing, study, frame, origin
    case trait(SliceTrait)

    /// How a name of a volume writes it; `nil` for what must not be in a name.
    var key: String? {
        switch self {
        case .pixels: "pixels"
        case .size: "size"
        case .orientation: "orientation"
        case .spacing: "spacing"
        case .origin: "origin"
        case .study, .frame: nil
        case .trait(let trait): trait.isPrivate ? nil : trait.title.replacingOccurrences(of: " ", with: "-")
        }
    }

    /// What people call it.
    var title: String {
        switch self {
        case .pixels: "kind of pixel"
        case .size: "size"
        case .orientation: "orientation"
        case .spacing: "pixel spacing"
        case .study: "study"
        case .frame: "frame of reference"
        case .origin: "image type"
        case .trait(let trait): trait.title
        }
    }

    /// The feature of an image as a text; empty where it is not stated.
    func value(_ header: DicomHeader) -> String {
        func short(_ values: Double...) -> String {
            values.allSatisfy(\.isFinite) ? values.map(millimetres).joined(separator: ",") : ""
        }
        switch self {
        case .pixels:
            let bits = header.bitsAllocated
            return header.samples != 1 ? "colour" : bits == 0 ? "" : "\(bits) bits"
        case .size: return header.columns > 0 && header.rows > 0 ? "\(header.columns)x\(header.rows)" : ""
        case .orientation:
            let (x, y) = (header.columnStep, header.rowStep)
            return short(x.x, x.y, x.z, y.x, y.y, y.z)
        case .spacing: return short(header.spacingX, header.spacingY)
        case .study: return header.studyUID
        case .frame: return header.frameOfReferenceUID
        // PRIMARY, or SECONDARY for what was made of images, such as pages.
        case .origin: return header.imageType.count > 1 ? header.imageType[1] : ""
        case .trait(let trait): return header.traits[trait]
        }
    }

    /// Whether two images have it in common, as far as both state it.
    func isSame(_ a: DicomHeader, _ b: DicomHeader) -> Bool {
        let tolerance = SliceStack.equalityTolerance
        func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= tolerance || a.isNaN || b.isNaN }
        func same(_ a: PatientVector, _ b: PatientVector) -> Bool {
            near(a.x, b.x) && near(a.y, b.y) && near(a.z, b.z)
        }
        switch self {
        case .orientation: return same(a.columnStep, b.columnStep) && same(a.rowStep, b.rowStep)
        case .spacing: return near(a.spacingX / b.spacingX, 1) && near(a.spacingY / b.spacingY, 1)
        default: return value(a) == value(b)
        }
    }

    /// What never mixes within a volume, in the order in which it is looked at.
    static let dividing: [SliceFeature] = [
        .pixels, .size, .orientation, .spacing, .study, .frame, .trait(.patientID), .trait(.patientName),
        .trait(.birthDate), .origin, .trait(.kernel),
    ]

    /// What tells images apart that lie at one position, the plainest statement first.
    static let telling: [SliceTrait] = [
        .temporalPosition, .cardiacPhase, .respiratoryPhase, .acquisition, .imageType, .tubeVoltage, .energy, .echo,
        .contrast, .stack, .thickness, .seriesNumber, .description, .rescale, .triggerTime,
    ]

    /// What tells volumes apart whose slices lie between one another's, or beside one another's. Not what changes from
    /// slice to slice in a single volume as well.
    static let phases: [SliceTrait] = [
        .temporalPosition, .cardiacPhase, .respiratoryPhase, .acquisition, .imageType, .tubeVoltage, .energy, .echo,
        .contrast, .stack, .seriesNumber, .description,
    ]

    /// All of them, in the order in which names list them.
    static let all: [SliceFeature] = dividing + telling.map(SliceFeature.trait) + [.trait(.time)]
}
