import CDcmtk
import ImageValues
import Volumes

/// One segment of a segmentation as it was read.
public struct SegSegment: Hashable, Sendable {
    /// SegmentNumber; in a label map the stored value.
    public let number: Int
    /// SegmentLabel.
    public let label: String
    /// `AUTOMATIC`, `SEMIAUTOMATIC`, `MANUAL`, or empty.
    public let algorithmType: String
    /// What drew it, or empty.
    public let algorithmName: String
    /// Which version of that, or empty.
    public let algorithmVersion: String
    /// What it is in coded words, or `nil` where the file does not say.
    public let anatomy: AnatomyCode?
    /// The display colour, or `nil` where the file states none.
    public let colour: RTColour?

    init(_ raw: cd_segment) {
        number = Int(raw.number)
        label = text(raw.label)
        algorithmType = text(raw.algorithm_type)
        algorithmName = text(raw.algorithm_name)
        algorithmVersion = text(raw.algorithm_version)
        func code(_ raw: cd_code) -> DicomCode? {
            let value = text(raw.value)
            return value.isEmpty ? nil : DicomCode(value, text(raw.scheme), text(raw.meaning))
        }
        if let category = code(raw.category), let type = code(raw.type) {
            anatomy = AnatomyCode(category: category, type: type, modifier: code(raw.modifier))
        } else {
            anatomy = nil
        }
        colour = RTColour(cieLab: [Int(raw.lab.0), Int(raw.lab.1), Int(raw.lab.2)])
    }

    /// Whether it stands for what is no segment (PS3.3 C.8.20.2.3.3).
    var isBackground: Bool {
        if let anatomy { return anatomy.type.value == "125040" && anatomy.type.scheme == "DCM" }
        return number == 0 && label.lowercased() == "background"
    }
}

/// A DICOM segmentation as it was read.
public struct DicomSegmentation: Sendable {
    /// How voxels are stored.
    public enum Kind: String, Sendable {
        /// One bit a voxel and segment; segments may overlap.
        case binary = "BINARY"
        /// Probability or occupancy, one frame a segment.
        case fractional = "FRACTIONAL"
        /// One number a voxel, which names its segment.
        case labelMap = "LABELMAP"
    }

    /// How voxels are stored.
    public let kind: Kind
    /// The share of the maximum from which on a fractional voxel was taken; `nil` for the other kinds.
    public let threshold: Double?
    /// The study it is filed under, or empty.
    public let studyUID: String
    /// The series it says it was drawn on, or empty.
    public let referencedSeriesUID: String
    /// The coordinate system, or empty.
    public let frameOfReferenceUID: String
    /// The grid of the masks: the one asked for, otherwise the file's own from its lowest frame to its highest.
    public let geometry: GridGeometry
    /// The segments with their masks, in the order of the file.
    public let structures: [(segment: SegSegment, mask: Mask)]
    /// What is unusual or was left out, one sentence each.
    public let warnings: [String]
    /// Segments of which no mask was made; each is told of in ``warnings`` as well.
    public let leftOut: [LeftOutStructure]
}

extension SegSegment {
    /// What the structure is called: its label, or what its code means, or its number.
    public var name: String {
        if !label.isEmpty { return label }
        return anatomy?.structureName ?? "Segment_\(number)"
    }
}
