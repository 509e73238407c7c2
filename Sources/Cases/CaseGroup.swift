import Volumes

/// A group of cases that have something in common which a model may depend on.
public struct CaseGroup: Hashable, Sendable, Codable, Comparable {
    /// By what cases are grouped.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The department's name of where they come from.
        case site
        /// The scanner's manufacturer and model.
        case scanner
        /// The convolution kernel.
        case kernel
        /// How far apart their slices are, in bands: see ``ThicknessBand``.
        case thickness
    }

    /// By what.
    public let kind: Kind
    /// What they have in common: `Northgate`, `SIEMENS SOMATOM Force`, `Br40d\3`, `1.5–3 mm`.
    public let value: String

    /// A group.
    public init(_ kind: Kind, _ value: String) {
        self.kind = kind
        self.value = value
    }

    /// Capitals and spaces tell no two groups apart: `SIEMENS` became `Siemens` with a new version of its software.
    private var key: String { value.lowercased().split { $0.isWhitespace }.joined(separator: " ") }

    /// Whether both are the same group, however it is written.
    public static func == (one: CaseGroup, other: CaseGroup) -> Bool { one.kind == other.kind && one.key == other.key }

    /// By what makes groups the same.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(key)
    }

    /// The row of cases of which the fact is not known; no group is called so.
    public static let unknown = "unknown"

    /// The group for people: `scanner SIEMENS SOMATOM Force`, `slices 1.5–3 mm`.
    public var text: String { "\(kind == .thickness ? "slices" : kind.rawValue) \(value)" }

    /// By kind, then by value; bands of thickness by thickness.
    public static func < (one: CaseGroup, other: CaseGroup) -> Bool { one.order < other.order }

    private var order: (Int, Int, String) {
        let kinds = Kind.allCases
        let band = kind == .thickness ? ThicknessBand.allCases.firstIndex { $0.rawValue == value } : nil
        return (kinds.firstIndex(of: kind) ?? kinds.count, band ?? kinds.count, key)
    }
}

/// How far apart slices are, in bands.
public enum ThicknessBand: String, Hashable, Sendable, CaseIterable {
    case upTo1_5 = "≤1.5 mm"
    case upTo3 = "1.5–3 mm"
    case upTo5 = "3–5 mm"
    case above5 = ">5 mm"

    /// The band of a spacing. A hundredth of a millimetre beyond a limit still belongs to it: positions in files are
    /// rounded.
    public init(_ spacing: Millimetres) {
        let rounding = 0.01
        self =
            switch spacing.value {
            case ...(1.5 + rounding): .upTo1_5
            case ...(3 + rounding): .upTo3
            case ...(5 + rounding): .upTo5
            default: .above5
            }
    }
}

extension CaseRecord {
    /// The groups that the case is in, one of each kind that is known; how far apart its slices are always is, from the
    /// grid.
    public var groups: [CaseGroup] { CaseGroup.Kind.allCases.compactMap(group(_:)) }

    /// The case's group of a kind; `nil` where the fact is not known, or said to be unknown.
    public func group(_ kind: CaseGroup.Kind) -> CaseGroup? {
        let value =
            switch kind {
            case .site: acquisition.site
            case .scanner: acquisition.scanner
            case .kernel: acquisition.kernel
            case .thickness: ThicknessBand(Millimetres(geometry.spacing.z)).rawValue
            }
        let group = value.map { CaseGroup(kind, $0) }
        return group == CaseGroup(kind, CaseGroup.unknown) ? nil : group
    }
}
