import TerminalKit

/// The colours of a slice image's overlays.
struct ImagePalette {
    /// Colours of outlines by structure.
    let structures: [Colour]
    /// Letters of outlines by structure, for terminals without blocks or colours.
    let letters: [Unicode.Scalar]
    /// Whether outlines carry letters because colours do not tell structures apart.
    let usesLetters: Bool
    let ghost: Colour
    let beyond: Colour
    /// Contours, wires and previews that are not part of a mask yet.
    let draft: Colour
    let inside: Colour
    let outside: Colour
    let cursor: Colour
    /// How strongly a structure tints the CT; 0 where the terminal lacks the colours.
    let tint: Double
    /// Tinted greys by structure, made once a frame.
    private let tinted: [[Colour]]
    private let plain: [Colour]

    /// - Parameter opacity: how strongly structures tint the CT, 0…1; `nil` as the theme has it.
    init(theme: Theme, look: StructureLook, depth: ColourDepth, opacity: Double? = nil) {
        structures = look.colours
        letters = look.letters
        usesLetters = look.usesLetters
        ghost = theme.ghost
        beyond = theme.outOfTolerance
        draft = theme[.draft]
        inside = theme.good
        outside = theme.warning
        cursor = Colour(grey: 255)
        tint = depth == .direct ? opacity ?? theme.tintStrength : 0
        plain = (0...255).map { Colour(grey: UInt8($0)) }
        let (greys, strength) = (plain, tint)
        tinted =
            strength > 0 ? structures.map { colour in greys.map { $0.mixed(with: colour, strength) } } : []
    }

    /// The colour of a pixel.
    func colour(grey: UInt8, overlay: UInt8) -> Colour {
        switch overlay {
        case PixelOverlay.none: plain[Int(grey)]
        case 1..<PixelOverlay.crosshair:
            tinted.indices.contains(Int(overlay) - 1) ? tinted[Int(overlay) - 1][Int(grey)] : plain[Int(grey)]
        default: ink(overlay, on: grey)
        }
    }

    /// The colour of a line; the cursor's are seen on every grey.
    func ink(_ overlay: UInt8, on grey: UInt8) -> Colour {
        switch overlay {
        case PixelOverlay.ghost: ghost
        case PixelOverlay.beyond: beyond
        case PixelOverlay.inside: inside
        case PixelOverlay.outside, PixelOverlay.previewLoss: outside
        case PixelOverlay.preview, PixelOverlay.draft, PixelOverlay.wire: draft
        case PixelOverlay.crosshair: grey > 140 ? Colour(grey: 60) : Colour(grey: 190)
        case PixelOverlay.brush, PixelOverlay.ruler, PixelOverlay.vertex, PixelOverlay.cursor:
            grey > 140 ? Colour(grey: 0) : cursor
        default:
            structures.indices.contains(Int(overlay) - 65) ? structures[Int(overlay) - 65] : cursor
        }
    }

    /// The letter of an outline.
    func letter(_ overlay: UInt8) -> Unicode.Scalar {
        letters.indices.contains(Int(overlay) - 65) ? letters[Int(overlay) - 65] : "O"
    }
}
