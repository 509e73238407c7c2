import Volumes

/// How a scanner turns projections into an image.
public enum ReconstructionKernel: String, Hashable, Sendable, CaseIterable {
    /// Smooth soft-tissue kernel: blurs edges and noise.
    case soft
    /// Edge-enhancing lung kernel: overshoots at edges, fine-grained noise.
    case sharp
}

/// The way one hospital scans a thorax: grid, kernel, dose and couch.
public struct PhantomSite: Hashable, Sendable {
    /// What the site is called on the command line.
    public let name: String
    /// Columns and rows at full size.
    public let matrix: Int
    /// The distance between neighbouring columns and rows at full size, mm.
    public let pixelSpacing: Millimetres
    /// The distance between neighbouring slices, mm.
    public let sliceSpacing: Millimetres
    /// How thick a slice is, mm; as real scanners do, each slice shows the mean over its thickness.
    public let sliceThickness: Millimetres
    /// The reconstruction kernel.
    public let kernel: ReconstructionKernel
    /// The deviation of the noise in water in the middle of the patient, HU.
    public let noise: Double
    /// What is stored outside the scan circle, or `nil` where the whole square is reconstructed.
    public let padding: HounsfieldUnit?
    /// Whether the couch is a flat radiotherapy couch; otherwise it is the curved one of a diagnostic scanner.
    public let hasFlatCouch: Bool
    /// How many in a hundred patients have the arms above the head.
    public let percentArmsUp: Int
    /// How many in a hundred patients are given contrast medium.
    public let percentContrast: Int
    /// How many in a hundred patients have fibrosis of the lungs.
    public let percentFibrosis: Int

    /// The side of the square field of view, mm.
    public var fieldOfView: Millimetres { Millimetres(pixelSpacing.value * Double(matrix)) }

    /// Radiotherapy planning: 0.9766 × 0.9766 × 3 mm, 500 mm field, soft kernel, flat couch, arms up.
    public static let siteA = PhantomSite(
        name: "siteA", matrix: 512, pixelSpacing: 0.9765625, sliceSpacing: 3, sliceThickness: 3, kernel: .soft,
        noise: 11, padding: nil, hasFlatCouch: true, percentArmsUp: 90, percentContrast: 35, percentFibrosis: 0)

    /// Diagnostic high resolution: 0.7031 × 0.7031 × 1.25 mm, 360 mm field that cuts off the flanks, sharp kernel,
    /// padding outside the scan circle.
    public static let siteB = PhantomSite(
        name: "siteB", matrix: 512, pixelSpacing: 0.703125, sliceSpacing: 1.25, sliceThickness: 1.25, kernel: .sharp,
        noise: 32, padding: -2000, hasFlatCouch: false, percentArmsUp: 80, percentContrast: 50, percentFibrosis: 0)

    /// Low dose with PET: 1.1719 × 1.1719 × 5 mm, 600 mm field, soft kernel, noisy, arms often down.
    public static let siteC = PhantomSite(
        name: "siteC", matrix: 512, pixelSpacing: 1.171875, sliceSpacing: 5, sliceThickness: 5, kernel: .soft,
        noise: 22, padding: nil, hasFlatCouch: false, percentArmsUp: 35, percentContrast: 0, percentFibrosis: 0)

    /// A clinic for scarred lungs that no model has seen: 0.8594 × 0.8594 × 2 mm, 440 mm field, very sharp and noisy,
    /// flat couch, arms often down, contrast nearly always, fibrosis always. For the experiment on learning from
    /// corrections; not among ``all``.
    public static let siteD = PhantomSite(
        name: "siteD", matrix: 512, pixelSpacing: 0.859375, sliceSpacing: 2, sliceThickness: 2, kernel: .sharp,
        noise: 55, padding: -2000, hasFlatCouch: true, percentArmsUp: 30, percentContrast: 90, percentFibrosis: 100)

    /// The sites that models are trained on.
    public static let all = [siteA, siteB, siteC]

    /// The site of a name, or `nil` if there is none.
    public static func named(_ name: String) -> PhantomSite? { (all + [siteD]).first { $0.name == name } }
}
