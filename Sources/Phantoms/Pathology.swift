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
    /// A lobe of one lung without air, shrunk to a dense wedge behind its shifted fissure; the diaphragm of that side
    /// is raised and the organs between the lungs are drawn towards it. The airless lobe belongs to the lung.
    case atelectasis
    /// A solid mass that lies broadly against the chest wall and may grow into it. What is within the rib cage's
    /// inner surface belongs to the lung, what is in the wall does not.
    case mass
    /// Scars under the pleura of both lungs, denser towards the bases, with honeycombing. They belong to the lung.
    case fibrosis

    /// How often each is found at a site where the specification leaves it to chance.
    func frequency(at site: PhantomSite) -> Double {
        switch self {
        case .nodules: 0.4
        case .effusion: 0.2
        case .consolidation: 0.18
        case .emphysema: 0.22
        case .atelectasis: 0.15
        case .mass: 0.15
        case .fibrosis: Double(site.percentFibrosis) / 100
        }
    }

    /// Those that draw from one stream, in this order, since the first phantoms; later ones have streams of their own.
    static let first: [Pathology] = [.nodules, .effusion, .consolidation, .emphysema]
}
