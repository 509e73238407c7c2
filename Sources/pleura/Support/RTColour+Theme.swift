import ImageValues
import TerminalKit

extension RTColour {
    /// A colour of a theme; white where it is the terminal's own.
    init(_ colour: Colour) {
        let parts = colour.components ?? (255, 255, 255)
        self.init(red: parts.red, green: parts.green, blue: parts.blue)
    }
}
