/// Elementary functions from IEEE additions, products and quotients alone. The C library's may differ in the last
/// place between machines, which would be enough to move a voxel into or out of a mask.
enum ExactMath {
    /// Sine and cosine of an angle in degrees, to about 1e-10 within ±360°.
    static func sinCos(degrees: Double) -> (sin: Double, cos: Double) {
        let quarters = (degrees / 90).rounded()
        let x = (degrees - 90 * quarters) * (Double.pi / 180)
        let q = x * x
        let s = x * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110)))))
        let c = 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90))))
        switch ((Int(quarters) % 4) + 4) % 4 {
        case 0: return (s, c)
        case 1: return (c, -s)
        case 2: return (-s, -c)
        default: return (-c, s)
        }
    }

    /// exp(−x) for x ≥ 0, to about 1e-6: enough for filter weights.
    static func decay(_ x: Double) -> Double {
        var factor = 1 / (1 + x / 1_048_576)
        for _ in 0..<20 { factor *= factor }
        return factor
    }

    /// The cube root of a number ≥ 0 by Newton's method.
    static func cubeRoot(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        var root = max(x, 1)
        for _ in 0..<60 { root = (2 * root + x / (root * root)) / 3 }
        return root
    }

    /// A wave of period 1 and amplitude 1 made of parabolas, within 6 % of a sine.
    static func wave(_ t: Double) -> Double {
        let f = t - t.rounded(.down)
        return f < 0.5 ? 16 * f * (0.5 - f) : -16 * (f - 0.5) * (1 - f)
    }
}
