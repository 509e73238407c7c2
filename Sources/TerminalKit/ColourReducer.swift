/// The numbers of a cell's two colours on a terminal with few; −1 for the terminal's own.
public struct ReducedColours: Hashable, Sendable {
    /// The glyph's colour.
    public var foreground: Int
    /// The colour behind it.
    public var background: Int

    /// From the two numbers.
    public init(foreground: Int, background: Int) {
        self.foreground = foreground
        self.background = background
    }
}

/// Finds the nearest colour a terminal has. Keeps what it found, so that a frame costs one look-up a colour.
///
/// With 256 colours, greys go to the 24-step ramp and the cube's own greys, all by value. Colours go to the nearest of
/// the cube in OKLab, where a loss of saturation counts double, and a colour that is clearly one never becomes a grey:
/// outlines are one pixel wide and have to stay told apart. The first sixteen, which users change, are never used.
public struct ColourReducer: Sendable {
    /// What is reduced to.
    public let depth: ColourDepth
    private var keys: [Int32]
    private var values: [Int16]

    /// A reducer for terminals of the given depth; `.direct` leaves `0xRRGGBB` as it is.
    public init(depth: ColourDepth) {
        self.depth = depth
        keys = Array(repeating: -2, count: depth == .indexed ? Self.slots : 0)
        values = Array(repeating: 0, count: depth == .indexed ? Self.slots : 0)
    }

    /// The number of the nearest colour; −1 for the terminal's own, and for every colour where there is none.
    public mutating func index(of colour: Colour) -> Int {
        guard colour.code >= 0 else { return -1 }
        switch depth {
        case .none: return -1
        case .eight: return Self.eight(colour)
        case .direct: return Int(colour.code)
        case .indexed: break
        }
        let slot = Int(truncatingIfNeeded: (UInt32(bitPattern: colour.code) &* 2_654_435_769) >> (32 - Self.slotBits))
        if keys[slot] == colour.code { return Int(values[slot]) }
        let found = Self.indexed(colour)
        keys[slot] = colour.code
        values[slot] = Int16(found)
        return found
    }

    /// Both colours of a cell. Where they would become one and the glyph is text, the text becomes black or white:
    /// what a theme shows must not vanish on a poorer terminal. Block glyphs, which draw images, may vanish.
    public mutating func colours(of cell: Cell) -> ReducedColours {
        var reduced = ReducedColours(
            foreground: index(of: cell.style.foreground), background: index(of: cell.style.background))
        if reduced.foreground == reduced.background, reduced.background >= 0, depth != .direct,
            cell.style.foreground != cell.style.background, cell.glyph != " ", !cell.glyph.isBlockElement
        {
            let luminance = LinearRGB(cell.style.background)?.luminance ?? 0
            switch depth {
            case .indexed: reduced.foreground = luminance > 0.18 ? 16 : 231
            default: reduced.foreground = reduced.background == 0 ? 7 : 0
            }
        }
        return reduced
    }

    /// The nearest of xterm's 240 fixed colours, 16…255; −1 for the terminal's own.
    public static func indexed(_ colour: Colour) -> Int {
        guard let c = colour.components, let lab = LinearRGB(colour)?.okLab else { return -1 }
        if c.red == c.green, c.green == c.blue { return Int(greys[Int(c.red)]) }
        let chroma = lab.chroma
        var best = (index: 16, cost: Double.infinity)
        for (offset, candidate) in palette.enumerated() {
            if chroma > 0.05, candidate.chroma < 0.01 { continue }
            let distance = lab.distance(to: candidate)
            let loss = max(0, chroma - candidate.chroma)
            let cost = distance * distance + loss * loss
            if cost < best.cost { best = (offset + 16, cost) }
        }
        return best.index
    }

    /// The nearest of the eight colours of a console, by hue: 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta,
    /// 6 cyan, 7 white; −1 for the terminal's own. Dark colours are black; pale ones black or white by lightness.
    public static func eight(_ colour: Colour) -> Int {
        guard let c = colour.components else { return -1 }
        let (red, green, blue) = (Int(c.red), Int(c.green), Int(c.blue))
        let (high, low) = (max(red, green, blue), min(red, green, blue))
        if high < 64 { return 0 }
        if (high - low) * 4 < high { return 299 * red + 587 * green + 114 * blue >= 128_000 ? 7 : 0 }
        // A primary joins the colour when it is over half way from the lowest to the highest.
        let middle = (high + low + 1) / 2
        return (red >= middle ? 1 : 0) + (green >= middle ? 2 : 0) + (blue >= middle ? 4 : 0)
    }

    /// What xterm shows for one of its fixed colours, 16…255.
    public static func colour(ofIndex index: Int) -> Colour? {
        guard (16...255).contains(index) else { return nil }
        if index >= 232 { return Colour(grey: UInt8(8 + (index - 232) * 10)) }
        let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
        let cube = index - 16
        return Colour(red: levels[cube / 36], green: levels[cube / 6 % 6], blue: levels[cube % 6])
    }

    private static let slotBits: UInt32 = 14
    private static let slots = 1 << 14

    /// Every fixed colour in OKLab, from 16 on.
    private static let palette: [OKLab] = (16...255).compactMap { colour(ofIndex: $0).flatMap(LinearRGB.init)?.okLab }

    /// The nearest grey of each value; the darker of two.
    private static let greys: [UInt8] = (0...255).map { value in
        var best = (index: 16, distance: Int.max, level: 0)
        for index in [16, 59, 102, 145, 188, 231] + Array(232...255) {
            let level = Int(colour(ofIndex: index)?.components?.red ?? 0)
            let distance = abs(level - value)
            if distance < best.distance || distance == best.distance && level < best.level {
                best = (index, distance, level)
            }
        }
        return UInt8(best.index)
    }
}
