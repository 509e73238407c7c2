import Cases

/// What scores are put into one row by.
package enum QualityGrouping: String, CaseIterable, Sendable {
    /// Each structure of each model version.
    case model
    /// Each structure, whatever version proposed it.
    case structure
    /// Each structure of each model version by each reader.
    case reader
    /// The same, as it was called first.
    case reviewer
    /// Each structure of each model version by where the images come from.
    case site
    /// The same by the scanner.
    case scanner
    /// The same by the convolution kernel.
    case kernel
    /// The same by how far apart the slices are.
    case thickness

    /// Whether each reader has rows of his own.
    var isByReader: Bool { self == .reader || self == .reviewer }

    /// By which fact of a case; `nil` for what the correction itself says.
    var kind: CaseGroup.Kind? {
        switch self {
        case .model, .structure, .reader, .reviewer: nil
        case .site: .site
        case .scanner: .scanner
        case .kernel: .kernel
        case .thickness: .thickness
        }
    }
}
