/// What can be wrong with a phantom's lungs.
public enum Pathology: String, Hashable, Sendable, CaseIterable, Codable {
    /// Solid nodules, most of them touching the pleura. They belong to the lung.
    case nodules
    /// Fluid in one pleural space, a crescent behind the lung with compressed lung along it. The fluid does not
    /// belong to the lung, the compressed lung does.
    case effusion
    /// A part of one lung as dense as muscle, with air in its bronchi. It belongs to the lung.
    case consolidation
    /// Bullae of nearly pure air under the pleura and lung that is darker throughout. They belong to the lung.
    case emphysema

    /// How often each is found where the specification leaves it to chance.
    var frequency: Double {
        switch self {
        case .nodules: 0.4
        case .effusion: 0.2
        case .consolidation: 0.18
        case .emphysema: 0.22
        }
    }
}
