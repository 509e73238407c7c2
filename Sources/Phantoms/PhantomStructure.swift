/// The organs a phantom has masks of, by their AAPM TG-263 names.
///
/// Conventions, for people who compare with other masks:
/// - **Lungs**: parenchyma with the vessels, nodules, consolidation, airless lobes and small airways inside it, and
///   masses as far as they lie within the rib cage's inner surface. Out are pleural effusion, trachea, main bronchi up
///   to the hilum, the large vessels of the hilum, and everything mediastinal.
/// - **Heart**: within the pericardium, with its chambers and the roots of the great vessels.
/// - **Trachea**: lumen and wall of the trachea and of both main bronchi.
/// - **Esophagus**: wall and lumen. **SpinalCord**: the cord, not the canal.
///
/// A voxel is in a mask if its centre is in the shape; no voxel is in two masks. Each mask is one piece through
/// voxel faces: of a lung, the few voxels that the grid cuts off at its sharp edges are left out.
public enum PhantomStructure: String, Hashable, Sendable, CaseIterable {
    /// The patient's left lung.
    case lungLeft = "Lung_L"
    /// The patient's right lung.
    case lungRight = "Lung_R"
    /// The heart.
    case heart = "Heart"
    /// The oesophagus.
    case esophagus = "Esophagus"
    /// The spinal cord.
    case spinalCord = "SpinalCord"
    /// The trachea and main bronchi.
    case trachea = "Trachea"

    /// The structure's number in a slice of labels; 0 is none.
    var label: UInt8 {
        switch self {
        case .lungLeft: 1
        case .lungRight: 2
        case .heart: 3
        case .esophagus: 4
        case .spinalCord: 5
        case .trachea: 6
        }
    }
}
