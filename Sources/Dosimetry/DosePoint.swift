import Foundation

/// What people ask of a dose-volume histogram, by its usual name: `D95` is the dose that 95 % of the structure receives at
/// least, `D2cc` the dose of the hottest 2 ml, `V20` the share in % that receives 20 Gy or more, `V20cc` the same in ml,
/// `Dmean`, `Dmin` and `Dmax` what they say.
public struct DosePoint: Hashable, Sendable {
    /// What is asked.
    public enum Kind: Hashable, Sendable {
        /// A dose, Gy, by the share of the structure that receives it, 0…1.
        case doseToShare(Double)
        /// A dose, Gy, by the volume that receives it, ml.
        case doseToMillilitres(Double)
        /// The share that receives a dose (Gy), in %.
        case percentReceiving(Double)
        /// The volume that receives a dose (Gy), in ml.
        case millilitresReceiving(Double)
        /// The mean, lowest and highest dose, Gy.
        case mean, minimum, maximum
    }

    /// As it is written.
    public let name: String
    /// What is asked.
    public let kind: Kind

    /// What is told unless something else is asked for.
    public static let usual = ["Dmean", "Dmin", "Dmax", "D98", "D95", "D50", "D2", "V5", "V20"].compactMap(
        DosePoint.init)

    /// The points of some names; the usual ones where there is none. Names that are no point are left out.
    public static func chosen(_ names: [String]) -> [DosePoint] {
        names.isEmpty ? usual : names.compactMap(DosePoint.init)
    }

    /// What is wrong with the first name that is no point; `nil` where all are.
    public static func objection(to names: [String]) -> String? {
        names.first { DosePoint($0) == nil }.map {
            "\($0) is no point of a histogram; there are D95, D2cc, V20, V20cc, Dmean, Dmin, Dmax."
        }
    }

    /// A point from its name; `nil` for what is none. Capitals do not matter.
    public init?(_ name: String) {
        let text = name.lowercased()
        switch text {
        case "dmean": kind = .mean
        case "dmin": kind = .minimum
        case "dmax": kind = .maximum
        default:
            let isVolume = text.hasSuffix("cc") || text.hasSuffix("ml")
            let digits = text.dropFirst().dropLast(isVolume ? 2 : 0)
            guard let first = text.first, !digits.isEmpty,
                digits.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
                let number = Double(digits), number.isFinite
            else { return nil }
            switch (first, isVolume) {
            case ("d", false) where number <= 100: kind = .doseToShare(number / 100)
            case ("d", true): kind = .doseToMillilitres(number)
            case ("v", false): kind = .percentReceiving(number)
            case ("v", true): kind = .millilitresReceiving(number)
            default: return nil
            }
        }
        self.name = name
    }

    /// The unit of the answer: `Gy`, `%` or `ml`.
    public var unit: String {
        switch kind {
        case .percentReceiving: "%"
        case .millilitresReceiving: "ml"
        default: "Gy"
        }
    }

    /// The answer; `nil` where there is no dose.
    public func value(in histogram: DoseVolumeHistogram) -> Double? {
        switch kind {
        case .doseToShare(let share): histogram.dose(toShare: share)
        case .doseToMillilitres(let volume): histogram.dose(toMillilitres: volume)
        case .percentReceiving(let gray): histogram.share(receiving: gray).map { $0 * 100 }
        case .millilitresReceiving(let gray):
            histogram.share(receiving: gray).map { $0 * histogram.millilitres * histogram.coveredShare }
        case .mean: histogram.mean
        case .minimum: histogram.minimum
        case .maximum: histogram.maximum
        }
    }
}
