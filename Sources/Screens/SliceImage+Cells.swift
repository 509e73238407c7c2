import TerminalKit

extension SliceImage {
    /// Draws the pixels into a rectangle of the grid, from its top left; one of another size than the raster's is
    /// filled as far as there are pixels.
    func draw(into grid: inout CellGrid, at rect: CellRect, mode: CellMode, depth: ColourDepth, palette: ImagePalette) {
        let columns = min(rect.width, raster.width / mode.across)
        for row in 0..<min(rect.height, raster.height / mode.down) {
            grid.withMutableRow(rect.y + row, x: rect.x, count: columns) { cells in
                for column in cells.indices {
                    cells[column] =
                        switch (mode, depth) {
                        case (.ascii, _), (_, .none): character(column, row, depth, palette, mode)
                        case (_, .eight): shade(column, row, palette, mode)
                        case (.half, _): half(column, row, palette)
                        default: split(column, row, mode, palette)
                        }
                }
            }
        }
    }

    /// Two pixels, two colours: nothing is lost.
    private func half(_ column: Int, _ row: Int, _ palette: ImagePalette) -> Cell {
        let upper = 2 * row * raster.width + column
        let lower = upper + raster.width
        let top = palette.colour(grey: greys[upper], overlay: overlays[upper])
        let bottom = palette.colour(grey: greys[lower], overlay: overlays[lower])
        if top == bottom { return Cell(" ", style: CellStyle(foreground: bottom, background: bottom)) }
        return Cell("▀", style: CellStyle(foreground: top, background: bottom))
    }

    /// More pixels than colours: a line keeps its own shape in its own colour over the mean of the rest; where there
    /// is no line, the cell is split at the middle grey.
    private func split(_ column: Int, _ row: Int, _ mode: CellMode, _ palette: ImagePalette) -> Cell {
        var line = PixelOverlay.none
        forEachPixel(column, row, mode) { _, i in
            if PixelOverlay.isLine(overlays[i]) { line = max(line, overlays[i]) }
        }
        var (low, high) = (255, 0)
        forEachPixel(column, row, mode) { _, i in
            low = min(low, Int(greys[i]))
            high = max(high, Int(greys[i]))
        }
        let middle = (low + high) / 2
        var bits = 0
        var ink = GreyMean()
        var rest = GreyMean()
        forEachPixel(column, row, mode) { part, i in
            let isInk = line != PixelOverlay.none ? overlays[i] == line : high - low >= 10 && Int(greys[i]) > middle
            if isInk {
                bits |= 1 << part
                ink.add(greys[i], overlays[i])
            } else {
                rest.add(greys[i], overlays[i])
            }
        }
        let background = rest.colour(palette) ?? ink.colour(palette) ?? palette.ink(line, on: 0)
        let foreground =
            line != PixelOverlay.none
            ? palette.ink(line, on: rest.mean ?? ink.mean ?? 0) : ink.colour(palette) ?? background
        if foreground == background { bits = 0 }
        return Cell(mode.glyph(bits), style: CellStyle(foreground: foreground, background: background))
    }

    /// Eight colours: five shades of white on black, and lines in their colour.
    private func shade(_ column: Int, _ row: Int, _ palette: ImagePalette, _ mode: CellMode) -> Cell {
        let (line, grey) = summary(column, row, mode)
        let black = Colour(grey: 0)
        if line != PixelOverlay.none {
            var bits = 0
            forEachPixel(column, row, mode) { part, i in if overlays[i] == line { bits |= 1 << part } }
            // What is beside the line in its cell is black or white, whichever is nearer.
            let behind: UInt8 = grey >= 150 ? 192 : 0
            // Here and there along an outline its structure's letter, where several have one colour.
            if palette.usesLetters, PixelOverlay.isOutline(line), (column + 3 * row) % 5 == 0 {
                return Cell(
                    palette.letter(line),
                    style: CellStyle(foreground: palette.ink(line, on: 0), background: black, attributes: .bold))
            }
            return Cell(
                mode.glyph(bits),
                style: CellStyle(foreground: palette.ink(line, on: behind), background: Colour(grey: behind)))
        }
        let glyph = Self.shades[grey * Self.shades.count / 256]
        return Cell(glyph, style: CellStyle(foreground: Colour(grey: 255), background: black))
    }

    /// No blocks, or no colours: a ramp of characters, and letters for lines.
    private func character(
        _ column: Int, _ row: Int, _ depth: ColourDepth, _ palette: ImagePalette, _ mode: CellMode
    ) -> Cell {
        let (line, grey) = summary(column, row, mode)
        let isPlain = depth == .none
        guard line != PixelOverlay.none else {
            // Where greys can be shown, a brighter glyph in its own grey; otherwise the glyph carries it alone.
            let style =
                isPlain || depth == .eight
                ? CellStyle() : CellStyle(foreground: Colour(grey: UInt8(grey)), background: Colour(grey: 0))
            return Cell(Self.ramp[grey * Self.ramp.count / 256], style: style)
        }
        // Without colours an outline stands out from the ramp's glyphs by being reversed.
        let isOutline = line > PixelOverlay.ghost && line <= PixelOverlay.beyond
        let style =
            isPlain
            ? CellStyle(attributes: isOutline ? .reverse : .bold)
            : CellStyle(foreground: palette.ink(line, on: 0), background: Colour(grey: 0), attributes: .bold)
        let glyph: Unicode.Scalar =
            switch line {
            case PixelOverlay.crosshair: "'"
            case PixelOverlay.brush: "o"
            case PixelOverlay.ghost: "~"
            case PixelOverlay.beyond: "!"
            case PixelOverlay.ruler: "/"
            case PixelOverlay.inside: "+"
            case PixelOverlay.outside: "_"
            case PixelOverlay.preview: "^"
            case PixelOverlay.previewLoss: "x"
            case PixelOverlay.draft: "#"
            case PixelOverlay.wire: "="
            case PixelOverlay.vertex: "V"
            case PixelOverlay.cursor: "X"
            default: palette.letter(line)
            }
        return Cell(glyph, style: style)
    }

    /// The greatest line in a cell, and its mean grey.
    private func summary(_ column: Int, _ row: Int, _ mode: CellMode) -> (line: UInt8, grey: Int) {
        var line = PixelOverlay.none
        var (sum, count) = (0, 0)
        forEachPixel(column, row, mode) { _, i in
            if PixelOverlay.isLine(overlays[i]) { line = max(line, overlays[i]) }
            sum += Int(greys[i])
            count += 1
        }
        return (line, sum / max(1, count))
    }

    private static let shades: [Unicode.Scalar] = [" ", "░", "▒", "▓", "█"]
    private static let ramp: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

    @inline(__always)
    private func forEachPixel(_ column: Int, _ row: Int, _ mode: CellMode, _ body: (Int, Int) -> Void) {
        for y in 0..<mode.down {
            for x in 0..<mode.across {
                body(y * mode.across + x, (row * mode.down + y) * raster.width + column * mode.across + x)
            }
        }
    }
}

/// The mean colour of some pixels: the mean grey under the overlay that most of them have.
private struct GreyMean {
    private var sum = 0
    private var count = 0
    private var overlay = PixelOverlay.none

    mutating func add(_ grey: UInt8, _ overlay: UInt8) {
        sum += Int(grey)
        count += 1
        self.overlay = max(self.overlay, overlay)
    }

    var mean: UInt8? { count == 0 ? nil : UInt8(sum / count) }

    func colour(_ palette: ImagePalette) -> Colour? { mean.map { palette.colour(grey: $0, overlay: overlay) } }
}
