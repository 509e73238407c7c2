import Anatomy

/// Where and by what a case's image was made, as far as anybody knows: a model may be good on one scanner and bad on
/// another. Nothing in it tells who was scanned.
public struct Acquisition: Hashable, Sendable, Codable {
    /// What the department calls the place that the image comes from. It is given on import or by the settings, and never
    /// taken from the files: the name of an institution may tell who was treated there.
    public var site: String?
    /// Who made the scanner, as the files say: `SIEMENS`.
    public var manufacturer: String?
    /// What the scanner is called, as the files say: `SOMATOM Force`.
    public var scannerModel: String?
    /// The convolution kernel, several values joined by a backslash.
    public var kernel: String?
    /// Whether a contrast agent was given.
    public var hasContrast: Bool?

    /// Facts; `nil` is what nobody knows.
    public init(
        site: String? = nil, manufacturer: String? = nil, scannerModel: String? = nil, kernel: String? = nil,
        hasContrast: Bool? = nil
    ) {
        self.site = site
        self.manufacturer = manufacturer
        self.scannerModel = scannerModel
        self.kernel = kernel
        self.hasContrast = hasContrast
    }

    /// These facts once others are known: what those say counts, and what they do not know stays. A pseudonymised copy
    /// therefore keeps what was known of its original, and a case its site.
    public func updated(by newer: Acquisition) -> Acquisition {
        Acquisition(
            site: newer.site ?? site, manufacturer: newer.manufacturer ?? manufacturer,
            scannerModel: newer.scannerModel ?? scannerModel, kernel: newer.kernel ?? kernel,
            hasContrast: newer.hasContrast ?? hasContrast)
    }

    /// Manufacturer and model in one; `nil` where neither is known.
    public var scanner: String? {
        guard let model = scannerModel else { return manufacturer }
        guard let manufacturer, !model.lowercased().hasPrefix(manufacturer.lowercased()) else { return model }
        return "\(manufacturer) \(model)"
    }

    /// How long a site's name may be, in characters.
    public static let longestSite = 40

    /// A site's name as it is kept: one line, words apart by one space. `nil` for a name that is none: empty, longer than
    /// ``longestSite``, with characters that steer terminals, or `unknown`, which stands for no name.
    public static func siteName(_ text: String) -> String? {
        let name = text.split { $0 == " " }.joined(separator: " ")
        let isPlain = name.unicodeScalars.allSatisfy { !$0.properties.generalCategory.steersTerminals }
        guard !name.isEmpty, name.count <= longestSite, isPlain, name.lowercased() != CaseGroup.unknown else {
            return nil
        }
        return name
    }
}
