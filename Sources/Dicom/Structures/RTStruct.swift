import ImageValues
import Volumes

/// One closed contour in a plane.
public struct RTContour: Hashable, Sendable {
    /// The corners in order, LPS mm; the first is not repeated.
    public let points: [PatientPoint]
    /// The slice it was drawn on, or empty.
    public let sopInstanceUID: String
    /// Whether the contours of its plane are combined by even-odd, as `CLOSEDPLANAR_XOR` says (PS3.3 C.8.8.6.3).
    public let isXOR: Bool

    /// A contour from its parts.
    public init(points: [PatientPoint], sopInstanceUID: String, isXOR: Bool = false) {
        self.points = points
        self.sopInstanceUID = sopInstanceUID
        self.isXOR = isXOR
    }
}

/// One structure of an RTSTRUCT.
public struct RTStructure: Hashable, Sendable {
    /// ROINumber, which is unique in the file.
    public let number: Int
    /// ROIName.
    public let name: String
    /// `ORGAN`, `GTV`, … or empty.
    public let interpretedType: String
    /// Red, green and blue, or `nil` where the file states no colour.
    public let colour: RTColour?
    /// The coordinate system of the contours, or empty.
    public let frameOfReferenceUID: String
    /// The closed contours, in the order of the file.
    public let contours: [RTContour]
}

/// A series that an RTSTRUCT refers to.
public struct RTReferencedSeries: Hashable, Sendable {
    /// The coordinate system under which the file lists it, or empty.
    public let frameOfReferenceUID: String
    /// The series, or empty.
    public let seriesUID: String
    /// The slices that are listed.
    public internal(set) var sopInstanceUIDs: Set<String> = []
}

/// An RTSTRUCT as it was read.
public struct RTStruct: Sendable {
    /// StructureSetLabel.
    public let label: String
    /// SOPInstanceUID of the file.
    public let sopInstanceUID: String
    /// The study it says it was drawn on, or empty.
    public let studyUID: String
    /// The series it says it was drawn on, or empty.
    public let seriesUID: String
    /// The coordinate system it refers to, or empty.
    public let frameOfReferenceUID: String
    /// The structures, in the order of the file.
    public let structures: [RTStructure]
    /// What was left out or is unusual, one sentence each.
    public let warnings: [String]
    /// Structures that are named and not among ``structures``; each is told of in ``warnings`` as well.
    public internal(set) var leftOut: [LeftOutStructure] = []
    /// All series that it refers to, in the order of the file.
    public internal(set) var references: [RTReferencedSeries] = []

    /// Whether it says that it was drawn on a series, among others perhaps.
    public func refers(toSeries uid: String) -> Bool {
        !uid.isEmpty && (seriesUID == uid || references.contains { $0.seriesUID == uid })
    }
}

/// Structures as masks.
public struct RasterisedStructures: Sendable {
    /// The structures with their masks, in the order of the file.
    public let masks: [(structure: RTStructure, mask: Mask)]
    /// What was odd about contours and what became of them, one sentence a structure and cause.
    public let warnings: [String]
    /// Structures of which no mask was made; each is told of in ``warnings`` as well.
    public internal(set) var leftOut: [LeftOutStructure] = []
}
