/// Which kind of colour blindness to imitate.
public enum ColourVision: String, Hashable, Sendable, CaseIterable {
    /// No working red cones: about 1 % of men.
    case protanopia
    /// No working green cones: about 1 % of men; the milder form has 5 %.
    case deuteranopia
    /// No working blue cones: rare, and what old age and cataract come near to.
    case tritanopia
}

/// A colour in OKLab (Björn Ottosson, 2020): distances in it go roughly with what the eye tells apart.
struct OKLab: Hashable, Sendable {
    var lightness: Double
    var a: Double
    var b: Double

    /// How far from grey; 0.32 is the most that a screen shows.
    var chroma: Double { (a * a + b * b).squareRoot() }

    /// Straight distance; black to white is 1.
    func distance(to other: OKLab) -> Double {
        let (l, a, b) = (lightness - other.lightness, a - other.a, b - other.b)
        return (l * l + a * a + b * b).squareRoot()
    }
}

/// Light of the three primaries, 0…1 each, without the screen's gamma.
struct LinearRGB: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    /// The light a colour's eight-bit sRGB values stand for (IEC 61966-2-1); `nil` for the terminal's own colour.
    init?(_ colour: Colour) {
        guard let c = colour.components else { return nil }
        red = Self.light[Int(c.red)]
        green = Self.light[Int(c.green)]
        blue = Self.light[Int(c.blue)]
    }

    init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Relative luminance as WCAG 2 defines it, 0…1.
    var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

    /// The same in OKLab.
    var okLab: OKLab {
        let l = cubeRoot(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let m = cubeRoot(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let s = cubeRoot(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        return OKLab(
            lightness: 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            a: 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            b: 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
    }

    /// How the light looks to someone who lacks a kind of cone (Machado, Oliveira and Fernandes, 2009, severity 1).
    func seen(with vision: ColourVision) -> LinearRGB {
        func row(_ r: Double, _ g: Double, _ b: Double) -> Double {
            min(1, max(0, r * red + g * green + b * blue))
        }
        switch vision {
        case .protanopia:
            return LinearRGB(
                red: row(0.152286, 1.052583, -0.204868), green: row(0.114503, 0.786281, 0.099216),
                blue: row(-0.003882, -0.048116, 1.051998))
        case .deuteranopia:
            return LinearRGB(
                red: row(0.367322, 0.860646, -0.227968), green: row(0.280085, 0.672501, 0.047413),
                blue: row(-0.011820, 0.042940, 0.968881))
        case .tritanopia:
            return LinearRGB(
                red: row(1.255528, -0.076749, -0.178779), green: row(-0.078411, 0.930809, 0.147602),
                blue: row(0.004733, 0.691367, 0.303900))
        }
    }

    /// The light of each eight-bit sRGB value. `x^2.4` is taken as `x²·⁵√x²`, since nothing is imported here.
    private static let light: [Double] = (0...255).map { value in
        let x = Double(value) / 255
        guard x > 0.04045 else { return x / 12.92 }
        let base = (x + 0.055) / 1.055
        return base * base * root(base * base, 5)
    }
}

extension Colour {
    /// The WCAG 2 contrast ratio, 1 (same) … 21 (black on white); `nil` if either is the terminal's own colour.
    public func contrast(with other: Colour) -> Double? {
        guard let a = LinearRGB(self)?.luminance, let b = LinearRGB(other)?.luminance else { return nil }
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    /// How different two colours look, as distance in OKLab times 100: under 2 the same to most eyes, black to white
    /// 100. With `vision`, as someone sees it who lacks that kind of cone. `nil` if either is the terminal's own.
    public func difference(from other: Colour, vision: ColourVision? = nil) -> Double? {
        guard var a = LinearRGB(self), var b = LinearRGB(other) else { return nil }
        if let vision { (a, b) = (a.seen(with: vision), b.seen(with: vision)) }
        return a.okLab.distance(to: b.okLab) * 100
    }
}

/// The cube root of a number that is not negative.
private func cubeRoot(_ x: Double) -> Double { root(x, 3) }

/// The n-th root of a number from 0 to 1 by Newton's method from above.
private func root(_ x: Double, _ n: Int) -> Double {
    guard x > 0 else { return 0 }
    var y = 1.0
    for _ in 0..<200 {
        var power = 1.0
        for _ in 1..<n { power *= y }
        let next = (Double(n - 1) * y + x / power) / Double(n)
        if next >= y { break }
        y = next
    }
    return y
}
