import Anatomy
import TerminalKit

/// The colours that structures have in files where nobody has chosen others: the built-in catalogue's and those of the theme
/// `dark` as it comes with the program.
///
/// What is written in these colours is the object it has always been; other colours make another one.
public enum ShippedColours {
    private static let fallback = StructureCatalogue.shippedFallbackColours.compactMap { Colour(hex: $0) }

    /// The colour of a structure.
    public static func colour(of structure: StructureName) -> Colour {
        let own = StructureCatalogue.shippedColours[structure.rawValue] ?? StructureCatalogue.builtIn[structure]?.colour
        return own.flatMap { Colour(hex: $0) } ?? Theme.fallback(for: structure.rawValue, among: fallback)
    }
}
