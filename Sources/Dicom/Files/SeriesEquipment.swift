import Anatomy
import Foundation

/// What made a series, as far as its files say. Nothing in it tells who was scanned, or where.
public struct SeriesEquipment: Hashable, Sendable {
    /// Manufacturer (0008,0070), such as `SIEMENS`; `nil` where none is stated.
    public let manufacturer: String?
    /// ManufacturerModelName (0008,1090), such as `SOMATOM Force`.
    public let scannerModel: String?
    /// ConvolutionKernel (0018,1210), several values joined by a backslash as they stand in the file: `Br40d\3`.
    public let kernel: String?
    /// Whether a contrast agent was given: ContrastBolusAgent (0018,0010) names one, or says that there was none; `nil` where
    /// nothing is stated, which is no answer, because files lose it when they are made anonymous.
    public let hasContrast: Bool?

    /// Equipment from its parts.
    public init(manufacturer: String?, scannerModel: String?, kernel: String?, hasContrast: Bool?) {
        self.manufacturer = manufacturer
        self.scannerModel = scannerModel
        self.kernel = kernel
        self.hasContrast = hasContrast
    }

    /// What series that we write say of who made them: no scanner's manufacturer, and never taken for one.
    static let ownManufacturer = "Pleura"

    init(_ header: DicomHeader) {
        let manufacturer = Self.plain(header.manufacturer)
        self.init(
            manufacturer: manufacturer == Self.ownManufacturer ? nil : manufacturer,
            scannerModel: Self.plain(header.scannerModel),
            kernel: Self.plain(header.traits[.kernel]), hasContrast: Self.hasContrast(header.traits[.contrast]))
    }

    /// One line without what would steer a terminal, at most 64 characters; `nil` for nothing, and for words that say that
    /// nobody knows.
    private static func plain(_ text: String) -> String? {
        let printable = text.unicodeScalars.map {
            $0.properties.generalCategory.steersTerminals ? " " : Character($0)
        }
        let words = String(printable).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let said = words.trimmingPrefix { !$0.isLetter && !$0.isNumber }.lowercased()
        let end = said.lastIndex { $0.isLetter || $0.isNumber }
        guard let end, !["n/a", "unknown", "unspecified"].contains(said[...end]) else { return nil }
        return String(words.prefix(64))
    }

    private static func hasContrast(_ agent: String) -> Bool? {
        guard let agent = plain(agent) else { return nil }
        let text = agent.lowercased().trimmingPrefix { !$0.isLetter && !$0.isNumber }
        // What says nothing, or only how much, is no answer; nor is a letter, of which nobody knows what for it stands.
        let letters = text.count(where: \.isLetter)
        if letters == 0 || text == "na" || (letters == 1 && !text.contains(where: \.isNumber)) { return nil }
        if text.prefixMatch(of: /0+([.,]0+)?(?![0-9.,])/) != nil { return false }
        // A non-ionic agent is one.
        let without = ["w/o", "non-con", "non con", "noncon", "non-enh", "non enh", "nonenh"]
        if without.contains(where: text.hasPrefix) { return false }
        let first = text.prefix { $0.isLetter }
        return !["no", "none", "nil", "without", "ohne", "unenhanced", "native", "nativ", "plain"].contains(
            String(first))
    }
}

extension DicomSeriesReference {
    /// What made the series, by its first slice; `nil` where that cannot be read any more.
    public func equipment() -> SeriesEquipment? {
        guard let slice = slices.first, let file = try? DicomFile(path: slice.file.path, withPixels: false) else {
            return nil
        }
        // The functional groups of an enhanced CT say the kernel of each of its frames.
        guard let number = slice.frame, number > 0, let frames = try? file.frames(), frames.count >= number else {
            return SeriesEquipment(file.header)
        }
        return SeriesEquipment(file.header.of(frames[number - 1]))
    }
}
