import Cases
import Dicom

extension Acquisition {
    /// What the files say of the scanner; they never say the site.
    init(_ equipment: SeriesEquipment?) {
        self.init(
            manufacturer: equipment?.manufacturer, scannerModel: equipment?.scannerModel, kernel: equipment?.kernel,
            hasContrast: equipment?.hasContrast)
    }

    /// A site's name as somebody typed it.
    /// - Throws: ``WorkError`` for a name that is none.
    package static func site(typed text: String) throws(WorkError) -> String {
        guard let name = siteName(text) else {
            throw WorkError(
                "A site is called by 1 to \(longestSite) characters on one line, and not \"\(CaseGroup.unknown)\".")
        }
        return name
    }
}
