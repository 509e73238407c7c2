import Foundation

/// What routing rules look at: what a series says of itself and whence it came. Never who the patient is, as far as the
/// site keeps names out of descriptions: for deciding, not for logs.
public struct SeriesTraits: Hashable, Sendable {
    /// `CT` and the like.
    public var modality = ""
    /// BodyPartExamined.
    public var bodyPart = ""
    /// SeriesDescription.
    public var description = ""
    /// StudyDescription.
    public var study = ""
    /// ProtocolName.
    public var `protocol` = ""
    /// ConvolutionKernel; several values are joined by backslashes.
    public var kernel = ""
    /// Manufacturer.
    public var manufacturer = ""
    /// InstitutionName.
    public var site = ""
    /// StationName.
    public var station = ""
    /// The AE title of whoever sent it; empty for files.
    public var callingTitle = ""
    /// SliceThickness, mm; `nil` where the file states none.
    public var sliceThicknessMillimetres: Double?
    /// How many images of the series there are.
    public var imageCount = 0

    /// A series of which nothing is known.
    public init() {}
}

/// What a rule may ask of a text.
public enum TextTrait: String, Hashable, Sendable, CaseIterable {
    /// See ``SeriesTraits/modality``.
    case modality
    /// See ``SeriesTraits/bodyPart``.
    case bodyPart = "body_part"
    /// See ``SeriesTraits/description``.
    case description
    /// See ``SeriesTraits/study``.
    case study
    /// See ``SeriesTraits/protocol``.
    case `protocol`
    /// See ``SeriesTraits/kernel``.
    case kernel
    /// See ``SeriesTraits/manufacturer``.
    case manufacturer
    /// See ``SeriesTraits/site``.
    case site
    /// See ``SeriesTraits/station``.
    case station
    /// See ``SeriesTraits/callingTitle``.
    case callingTitle = "ae_title"

    /// What a series has there.
    public func value(of series: SeriesTraits) -> String {
        switch self {
        case .modality: series.modality
        case .bodyPart: series.bodyPart
        case .description: series.description
        case .study: series.study
        case .protocol: series.protocol
        case .kernel: series.kernel
        case .manufacturer: series.manufacturer
        case .site: series.site
        case .station: series.station
        case .callingTitle: series.callingTitle
        }
    }
}

/// What a rule may ask of a number.
public enum NumberTrait: String, Hashable, Sendable, CaseIterable {
    /// See ``SeriesTraits/sliceThicknessMillimetres``.
    case sliceThickness = "slice_thickness_mm"
    /// See ``SeriesTraits/imageCount``.
    case imageCount = "images"

    /// What a series has there; `nil` where it says nothing.
    public func value(of series: SeriesTraits) -> Double? {
        switch self {
        case .sliceThickness: series.sliceThicknessMillimetres
        case .imageCount: Double(series.imageCount)
        }
    }
}
