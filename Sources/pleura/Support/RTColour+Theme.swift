import ImageValues
import TerminalKit

extension RTColour {
    /// A structure's colour as a theme has it.
    init(_ theme: Theme, structure: String) {
        let colour = theme.structure(structure).components ?? (255, 255, 255)
        self.init(red: colour.red, green: colour.green, blue: colour.blue)
    }
}
