import Foundation
import ImageValues

extension RTColour {
    /// The colour as RecommendedDisplayCIELabValue has it: L*, a*, b* of D50, scaled to 16 bits (PS3.3 C.10.7.1.1).
    var cieLab: [UInt16] {
        let linear = [red, green, blue].map { part -> Double in
            let value = Double(part) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let xyz = Self.toXYZ.map { row in zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 } }
        let f = zip(xyz, Self.white).map { value, white -> Double in
            let ratio = value / white
            return ratio > 216.0 / 24389 ? cbrt(ratio) : (24389.0 / 27 * ratio + 16) / 116
        }
        let parts = [(116 * f[1] - 16) / 100, (500 * (f[0] - f[1]) + 128) / 255, (200 * (f[1] - f[2]) + 128) / 255]
        return parts.map { UInt16((min(max($0, 0), 1) * 65_535).rounded()) }
    }

    /// The colour of a RecommendedDisplayCIELabValue, cut to what a screen shows; `nil` unless it has three parts.
    init?(cieLab parts: [Int]) {
        guard parts.count == 3, parts.allSatisfy({ (0...65_535).contains($0) }) else { return nil }
        let y = (Double(parts[0]) / 65_535 * 100 + 16) / 116
        let f = [
            y + (Double(parts[1]) / 65_535 * 255 - 128) / 500, y, y - (Double(parts[2]) / 65_535 * 255 - 128) / 200,
        ]
        let xyz = zip(f, Self.white).map { value, white -> Double in
            let cube = value * value * value
            return white * (cube > 216.0 / 24389 ? cube : (116 * value - 16) * 27 / 24389)
        }
        let rgb = Self.toRGB.map { row -> UInt8 in
            let linear = zip(row, xyz).reduce(0) { $0 + $1.0 * $1.1 }
            let value = linear <= 0.0031308 ? linear * 12.92 : 1.055 * pow(linear, 1 / 2.4) - 0.055
            return UInt8((min(max(value, 0), 1) * 255).rounded())
        }
        self.init(red: rgb[0], green: rgb[1], blue: rgb[2])
    }

    /// sRGB to XYZ adapted to D50 (Bradford), and back.
    private static let toXYZ = [
        [0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733],
    ]
    private static let toRGB = [
        [3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427],
    ]
    private static let white = [0.96422, 1.0, 0.82521]
}
