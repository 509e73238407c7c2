import Cases
import MaskChecks
import Testing
import Volumes

/// Two organs in one place, and organs that are nowhere.
@Suite struct ExclusionTests {
    private func grid() throws -> GridGeometry {
        try GridGeometry(size: GridSize(x: 12, y: 10, z: 6), spacing: Spacing(x: 10, y: 10, z: 10))
    }

    private func box(_ x: Range<Int>, _ z: Range<Int> = 1..<5) throws -> Mask {
        Mask(geometry: try grid()) { x.contains($0.x) && (3..<7).contains($0.y) && z.contains($0.z) }
    }

    private func name(_ text: String) -> StructureName { StructureName(rawValue: text) }

    @Test(
        "which exclude one another",
        arguments: [
            ("Lung_L", "Lung_R", true), ("Lung_L", "Heart", true), ("Heart", "Esophagus", true),
            ("Kidney_L", "Liver", true),
            ("GTV_L", "GTV_R", true), ("Lungs", "Lung_L", false), ("Lung_R", "Lungs", false), ("Lungs", "Heart", true),
            ("PTV", "Lung_L", false), ("Lung_L", "Lung_L", false), ("SpinalCord", "SpinalCanal", false),
            ("Heart", "LAD", false), ("Kidneys", "Kidney_R", false),
        ]) func exclusion(one: String, other: String, excludes: Bool)
    {
        #expect(SanityCheck.excludes(name(one), name(other)) == excludes)
        #expect(SanityCheck.excludes(name(other), name(one)) == excludes)
    }

    @Test func sharedVoxelsAreAWarningWithItsPlace() throws {
        let (left, heart) = (try box(6..<10), try box(9..<12, 3..<5))
        func warnings(_ other: StructureName) throws -> [SanityWarning] {
            try #require(
                try SanityCheck().warnings(
                    of: .lungLeft, mask: left, prediction: nil, partner: nil, others: [(other, heart)], body: nil))
        }
        let found = try warnings(.heart)
        #expect(found == [SanityWarning(.overlap(with: .heart, millilitres: 8), slice: 3)])
        #expect(found.first?.text == "overlaps Heart by 8.0 ml")
        #expect(try warnings(name("PTV")).isEmpty)
    }

    @Test func emptyOrgansAreWarnings() throws {
        let empty = Mask(geometry: try grid())
        let predicted = try box(6..<10)
        func warnings(_ name: StructureName, _ prediction: Mask?) throws -> [SanityWarning] {
            try #require(
                try SanityCheck().warnings(
                    of: name, mask: empty, prediction: prediction, partner: (.lungRight, predicted), body: predicted))
        }
        let erased = try warnings(.heart, predicted)
        #expect(erased == [SanityWarning(.empty(predicted: 64), slice: 1)])
        #expect(erased.first?.text == "empty; 64.0 ml were predicted")
        // Also where it was not found in the first place; of a target that nobody drew nothing is expected.
        #expect(try warnings(.lungLeft, empty).map(\.text) == ["empty"])
        #expect(try warnings(name("GTV"), empty).isEmpty)
        #expect(try warnings(name("GTV"), predicted).count == 1)
    }
}
