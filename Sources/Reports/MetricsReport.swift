import CaseWork
import Cases
import SurfaceMetrics
import Volumes

/// A comparison as the contract's JSON has it.
package struct MetricsReport: Encodable {
    struct Tolerance: Encodable {
        let mm: Double
        let surfaceDice: JSONNumber
        let overlapReference: JSONNumber
        let overlapTest: JSONNumber
        let addedPathLength: JSONNumber

        enum CodingKeys: String, CodingKey {
            case mm
            case surfaceDice = "surface_dice"
            case overlapReference = "overlap_reference"
            case overlapTest = "overlap_test"
            case addedPathLength = "added_path_length_mm"
        }
    }

    /// A structure's scores.
    package struct Structure: Encodable {
        let name: String
        let spacing: [Double]
        let volumetricDice: JSONNumber
        let referenceMillilitres: JSONNumber
        let testMillilitres: JSONNumber
        let tolerances: [Tolerance]
        let averageToTest: JSONNumber
        let averageToReference: JSONNumber
        let hausdorff95: JSONNumber
        let hausdorff100: JSONNumber
        /// Why it was not measured: which side lacks it or had to leave it out; empty where it was.
        let notMeasured: [String]

        enum CodingKeys: String, CodingKey {
            case name, tolerances
            case spacing = "spacing_mm"
            case volumetricDice = "volumetric_dice"
            case referenceMillilitres = "reference_ml"
            case testMillilitres = "test_ml"
            case averageToTest = "average_distance_reference_to_test_mm"
            case averageToReference = "average_distance_test_to_reference_mm"
            case hausdorff95 = "hd95_mm"
            case hausdorff100 = "hd100_mm"
            case notMeasured = "not_measured"
        }

        /// A structure that was measured.
        package init(name: StructureName, _ report: SurfaceReport) {
            self.name = name.rawValue
            spacing = [report.spacing.x, report.spacing.y, report.spacing.z]
            volumetricDice = JSONNumber(report.volumetricDice)
            referenceMillilitres = JSONNumber(report.reference.millilitres)
            testMillilitres = JSONNumber(report.test.millilitres)
            tolerances = report.agreements.map {
                Tolerance(
                    mm: $0.tolerance.value, surfaceDice: JSONNumber($0.surfaceDice),
                    overlapReference: JSONNumber($0.overlapReference), overlapTest: JSONNumber($0.overlapTest),
                    addedPathLength: JSONNumber($0.pathLength?.missing.value))
            }
            averageToTest = JSONNumber(report.distances?.referenceToTest.average)
            averageToReference = JSONNumber(report.distances?.testToReference.average)
            hausdorff95 = JSONNumber(report.distances?.hausdorff(percent: 95))
            hausdorff100 = JSONNumber(report.distances?.hausdorff(percent: 100))
            notMeasured = []
        }

        /// A structure that one side lacks: it has no scores, not bad ones.
        package init(unmeasured pair: ComparedPair, spacing: Spacing, tolerances: [Double]) {
            let none = JSONNumber(nil)
            name = pair.name.rawValue
            self.spacing = [spacing.x, spacing.y, spacing.z]
            volumetricDice = none
            // What is there has its volume, in the spacing that was asked for.
            func millilitres(_ mask: Mask?) -> JSONNumber {
                JSONNumber(mask.map { Double($0.count) * spacing.x * spacing.y * spacing.z / 1000 })
            }
            referenceMillilitres = millilitres(pair.reference)
            testMillilitres = millilitres(pair.test)
            self.tolerances = tolerances.map {
                Tolerance(
                    mm: $0, surfaceDice: none, overlapReference: none, overlapTest: none, addedPathLength: none)
            }
            (averageToTest, averageToReference, hausdorff95, hausdorff100) = (none, none, none, none)
            notMeasured = pair.absences
        }

        /// For people, line by line.
        package var lines: [String] {
            var lines: [String] = []
            guard notMeasured.isEmpty else {
                lines.append(name)
                for reason in notMeasured { lines.append("  \(reason)") }
                return lines
            }
            func text(_ number: JSONNumber) -> String {
                guard let value = number.value, !value.isNaN else { return "n/a" }
                return value.isInfinite ? "inf" : String(format: "%.4f", value)
            }
            func volume(_ number: JSONNumber) -> String { String(format: "%.2f", number.value ?? 0) }
            lines.append(name)
            lines.append(
                "  volume            \(volume(referenceMillilitres)) ml reference, \(volume(testMillilitres)) ml test")
            lines.append("  volumetric Dice   \(text(volumetricDice))")
            for row in tolerances {
                lines.append("  at \(row.mm) mm")
                lines.append("    surface Dice    \(text(row.surfaceDice))")
                lines.append(
                    "    overlap         \(text(row.overlapReference)) reference, \(text(row.overlapTest)) test")
                lines.append("    added path      \(text(row.addedPathLength)) mm")
            }
            lines.append(
                "  average distance  \(text(averageToTest)) mm to the test, \(text(averageToReference)) mm to the reference"
            )
            lines.append("  HD95, HD100       \(text(hausdorff95)) mm, \(text(hausdorff100)) mm")
            if volumetricDice.value == nil {
                lines.append("  n/a: both masks are empty, so there is nothing to measure")
            }
            return lines
        }
    }

    let structures: [Structure]
    /// What was unusual about either side or the CT, and which structures were not measured.
    package let warnings: [String]

    /// The rows of a comparison.
    /// - Parameters:
    ///   - pairs: what is compared.
    ///   - tolerances: mm.
    ///   - header: the spacing of the masks' grid.
    ///   - asked: one that takes its place.
    ///   - dimensions: 2 to measure in 2D, otherwise 3.
    ///   - path: where the reference was read, for errors.
    /// - Throws: ``CaseWork/WorkError`` for a spacing that does not fit; what measuring says.
    package static func rows(
        _ pairs: [ComparedPair], tolerances: [Double], header: Spacing, asked: AskedSpacing?, dimensions: Int,
        of path: String
    ) throws -> [Structure] {
        let override = try asked?.spacing(header, dimensions: dimensions, of: path)
        return try pairs.map { pair in
            guard let reference = pair.reference, let test = pair.test else {
                return Structure(unmeasured: pair, spacing: override ?? header, tolerances: tolerances)
            }
            return Structure(
                name: pair.name,
                try SurfaceMeasurement.measure(
                    reference: reference, test: test, tolerances: tolerances.map { Millimetres($0) }, spacing: override,
                    dimensions: dimensions == 2 ? .two : .three))
        }
    }

    /// A comparison.
    package init(structures: [Structure], warnings: [String]) {
        self.structures = structures
        self.warnings = warnings
    }
}
