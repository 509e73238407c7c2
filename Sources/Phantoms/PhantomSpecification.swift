import Volumes

/// Which phantom to make. Equal specifications make equal phantoms, bit for bit.
public struct PhantomSpecification: Hashable, Sendable {
    /// Where all chance comes from.
    public var seed: UInt64
    /// Which patient of that seed. The patients of different sites are different people.
    public var patient: Int
    /// How and where the patient is scanned.
    public var site: PhantomSite
    /// Columns and rows, 16…2048, over the site's field of view; `nil` for the site's own.
    public var matrix: Int?
    /// Slices, 4…2000, over the whole thorax; `nil` for the site's own spacing. Few slices are thick slices.
    public var slices: Int?
    /// The pathologies; `nil` leaves them to chance, an empty set is a healthy patient.
    public var pathologies: Set<Pathology>?

    /// A specification by its parts.
    public init(
        seed: UInt64, patient: Int, site: PhantomSite = .siteA, matrix: Int? = nil, slices: Int? = nil,
        pathologies: Set<Pathology>? = nil
    ) {
        self.seed = seed
        self.patient = patient
        self.site = site
        self.matrix = matrix
        self.slices = slices
        self.pathologies = pathologies
    }

    /// One number for the patient, from which all streams start.
    var patientSeed: UInt64 {
        var state = seed
        var mixed = splitMix(&state)
        state = mixed ^ UInt64(bitPattern: Int64(patient))
        mixed = splitMix(&state)
        for byte in site.name.utf8 {
            state ^= UInt64(byte)
            mixed ^= splitMix(&state)
        }
        return mixed
    }
}

/// A made thorax CT with the masks its organs have exactly.
public struct Phantom: Sendable {
    /// The CT, HU from −1024 (or the site's padding) to 3071.
    public let volume: Volume
    /// A mask on the volume's grid for every ``PhantomStructure``, by TG-263 name. No voxel is in two.
    public let masks: [String: Mask]
    /// Who was made.
    public let description: PhantomDescription

    /// The mask of a structure.
    public subscript(structure: PhantomStructure) -> Mask {
        masks[structure.rawValue] ?? Mask(geometry: volume.geometry)
    }
}

/// What is to be said of a phantom in a list of cases.
public struct PhantomDescription: Hashable, Sendable {
    /// The site's name.
    public let site: String
    /// The patient's number.
    public let patient: Int
    /// The pathologies the patient has.
    public let pathologies: Set<Pathology>
    /// Whether the patient is a woman.
    public let isFemale: Bool
    /// Whether the arms are above the head.
    public let hasArmsUp: Bool
    /// Whether the blood has contrast medium in it.
    public let hasContrast: Bool
    /// The patient's size along x, y and z against the standard thorax.
    public let scale: Spacing
    /// How far the patient lies turned towards the left, degrees.
    public let rotation: Double
}
