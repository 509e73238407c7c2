import ImageValues

/// The concepts of measurement reports, from PS3.16 where it has one. What it has none for is in a scheme of our own.
enum ReportConcepts {
    /// The scheme of what only this program says.
    static let scheme = "99PLEURA"

    static let report = DicomCode("126000", "DCM", "Imaging Measurement Report")
    static let measurements = DicomCode("126010", "DCM", "Imaging Measurements")
    static let group = DicomCode("125007", "DCM", "Measurement Group")
    static let evaluations = DicomCode("C0034375", "UMLS", "Qualitative Evaluations")

    static let language = DicomCode("121049", "DCM", "Language of Content Item and Descendants")
    static let english = DicomCode("en", "RFC5646", "English")
    static let observerType = DicomCode("121005", "DCM", "Observer Type")
    static let person = DicomCode("121006", "DCM", "Person")
    static let device = DicomCode("121007", "DCM", "Device")
    static let personName = DicomCode("121008", "DCM", "Person Observer Name")
    static let deviceUID = DicomCode("121012", "DCM", "Device Observer UID")
    static let deviceName = DicomCode("121013", "DCM", "Device Observer Name")
    static let procedure = DicomCode("121058", "DCM", "Procedure reported")
    static let tomography = DicomCode("77477000", "SCT", "Computed Tomography")

    static let tracking = DicomCode("112039", "DCM", "Tracking Identifier")
    static let trackingUID = DicomCode("112040", "DCM", "Tracking Unique Identifier")
    static let findingCategory = DicomCode("276214006", "SCT", "Finding category")
    static let finding = DicomCode("121071", "DCM", "Finding")
    static let laterality = DicomCode("272741003", "SCT", "Laterality")
    static let findingSite = DicomCode("363698007", "SCT", "Finding Site")
    static let segment = DicomCode("121191", "DCM", "Referenced Segment")
    static let sourceSeries = DicomCode("121232", "DCM", "Source series for segmentation")
    static let algorithm = DicomCode("111001", "DCM", "Algorithm Name")
    static let algorithmVersion = DicomCode("111003", "DCM", "Algorithm Version")

    static let volume = DicomCode("118565006", "SCT", "Volume")
    static let attenuation = DicomCode("112031", "DCM", "Attenuation Coefficient")
    static let derivation = DicomCode("121401", "DCM", "Derivation")
    static let mean = DicomCode("373098007", "SCT", "Mean")
    static let deviation = DicomCode("386136009", "SCT", "Standard Deviation")

    static let surfaceDice = DicomCode("surface-dice", scheme, "Surface Dice against the proposal")
    static let tolerance = DicomCode("dice-tolerance", scheme, "Tolerance of the surface Dice")
    static let addedPathLength = DicomCode("added-path", scheme, "Added path length")
    static let verdict = DicomCode("verdict", scheme, "Verdict of the review")
    static let accepted = DicomCode("accepted", scheme, "Accepted as proposed")
    static let corrected = DicomCode("corrected", scheme, "Corrected and accepted")
    static let comment = DicomCode("121106", "DCM", "Comment")
    static let approver = DicomCode("approver", scheme, "Approved by a second person")
    static let slicesReviewed = DicomCode("slices-reviewed", scheme, "Slices on screen or changed")

    static let millilitre = DicomCode("ml", "UCUM", "ml")
    static let millimetre = DicomCode("mm", "UCUM", "mm")
    static let hounsfield = DicomCode("[hnsf'U]", "UCUM", "Hounsfield unit")
    static let one = DicomCode("1", "UCUM", "no units")
}
