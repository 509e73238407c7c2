import Cases
import Foundation
import MaskChecks
import Testing
import Volumes

@Suite struct SanityCheckTests {
    /// 12 × 10 × 6 voxels of 1 ml each, so that small masks count.
    private func grid(flipped: Bool = false) throws -> GridGeometry {
        try GridGeometry(
            size: GridSize(x: 12, y: 10, z: 6), spacing: Spacing(x: 10, y: 10, z: 10),
            direction: flipped
                ? GridDirection(
                    x: PatientVector(x: -1, y: 0, z: 0), y: PatientVector(x: 0, y: -1, z: 0),
                    z: PatientVector(x: 0, y: 0, z: 1)) : .identity)
    }

    private func box(
        _ x: Range<Int>, _ y: Range<Int>, _ z: Range<Int>, flipped: Bool = false
    ) throws -> Mask {
        Mask(geometry: try grid(flipped: flipped)) { x.contains($0.x) && y.contains($0.y) && z.contains($0.z) }
    }

    private func check(
        _ name: StructureName, _ mask: Mask, prediction: Mask? = nil, partner: Mask? = nil, body: Mask? = nil
    ) throws -> [SanityWarning] {
        let other = try partner.map { mask in (name: try #require(SanityCheck.partner(of: name)), mask: mask) }
        return try #require(
            try SanityCheck().warnings(of: name, mask: mask, prediction: prediction, partner: other, body: body))
    }

    @Test func aSoundMaskHasNoWarnings() throws {
        let left = try box(7..<10, 3..<7, 1..<5)
        let right = try box(2..<5, 3..<7, 1..<5)
        let body = try box(1..<11, 1..<9, 0..<6)
        #expect(try check(.lungLeft, left, prediction: left, partner: right, body: body) == [])
        #expect(try check(.lungRight, right, prediction: right, partner: left, body: body) == [])
        let empty = Mask(geometry: try grid())
        let target = StructureName(rawValue: "GTV_L")
        #expect(try check(target, empty, prediction: empty, partner: right, body: body) == [], "no organ")
    }

    @Test func piecesOfALungAreCountedButNotThoseOfTwo() throws {
        var mask = try box(7..<10, 3..<7, 1..<5)
        mask[VoxelIndex(x: 1, y: 1, z: 3)] = true
        #expect(try check(.lungLeft, mask) == [SanityWarning(.components(2, expected: 1, millilitres: 1), slice: 3)])
        #expect(try check(.lungs, mask) == [])
        #expect(try check(StructureName(rawValue: "GTV"), mask) == [], "of other structures nothing is known")
        mask[VoxelIndex(x: 1, y: 1, z: 4)] = true
        mask[VoxelIndex(x: 1, y: 9, z: 0)] = true
        #expect(
            try check(.lungs, mask) == [SanityWarning(.components(3, expected: 2, millilitres: 1), slice: 0)])
    }

    @Test func aStructureOfAFileHasThePiecesOfItsFile() throws {
        let catalogue = try StructureCatalogue.builtIn.adding(
            Data(
                """
                {"structures": [{"name": "Aorta", "order": 45, "organ": true, "pieces": 1},
                  {"name": "Sinister", "side": "left", "partner": "Dexter"},
                  {"name": "Dexter", "side": "right", "partner": "Sinister"}]}
                """.utf8), place: "mine")
        let check = SanityCheck(catalogue: catalogue)
        let aorta = StructureName(rawValue: "Aorta")
        func warnings(
            _ name: StructureName, _ mask: Mask, partner: (StructureName, Mask)? = nil,
            others: [(StructureName, Mask)] = []
        ) throws -> [SanityWarning] {
            try #require(
                try check.warnings(
                    of: name, mask: mask, prediction: nil, partner: partner.map { (name: $0.0, mask: $0.1) },
                    others: others.map { (name: $0.0, mask: $0.1) }, body: nil))
        }
        var mask = try box(7..<10, 3..<7, 1..<5)
        mask[VoxelIndex(x: 1, y: 1, z: 3)] = true
        #expect(try warnings(aorta, mask) == [SanityWarning(.components(2, expected: 1, millilitres: 1), slice: 3)])
        #expect(try self.check(aorta, mask) == [], "nothing is known of it otherwise")
        // As an organ it may not be empty, nor lie in another.
        let (whole, empty) = (try box(7..<10, 3..<7, 1..<5), Mask(geometry: try grid()))
        #expect(try warnings(aorta, empty) == [SanityWarning(.empty(predicted: 0), slice: nil)])
        #expect(
            try warnings(aorta, whole, others: [(.heart, whole)])
                == [SanityWarning(.overlap(with: .heart, millilitres: 48), slice: 1)])
        let (left, right) = (StructureName(rawValue: "Sinister"), StructureName(rawValue: "Dexter"))
        let other = try box(2..<5, 3..<7, 1..<5)
        #expect(try warnings(left, whole, partner: (right, other)) == [])
        #expect(try warnings(left, other, partner: (right, whole)) == [SanityWarning(.sidesSwapped(with: right))])
    }

    @Test func closedCavitiesAreHolesAndTubesAreNot() throws {
        var mask = try box(2..<9, 2..<9, 0..<6)
        mask[VoxelIndex(x: 4, y: 4, z: 2)] = false
        mask[VoxelIndex(x: 4, y: 4, z: 3)] = false
        #expect(try check(.heart, mask) == [SanityWarning(.holes(1, millilitres: 2), slice: 3)])
        for z in 0..<6 { mask[VoxelIndex(x: 4, y: 4, z: z)] = false }
        #expect(try check(.heart, mask) == [])
    }

    @Test func swappedSidesAreSeenWhicheverWayTheFileRuns() throws {
        let high = try box(7..<10, 3..<7, 1..<5)
        let low = try box(2..<5, 3..<7, 1..<5)
        #expect(try check(.lungLeft, high, partner: low) == [])
        #expect(try check(.lungLeft, low, partner: high) == [SanityWarning(.sidesSwapped(with: .lungRight))])
        #expect(try check(.lungRight, high, partner: low) == [SanityWarning(.sidesSwapped(with: .lungLeft))])
        let flippedHigh = try box(7..<10, 3..<7, 1..<5, flipped: true)
        let flippedLow = try box(2..<5, 3..<7, 1..<5, flipped: true)
        #expect(try check(.lungLeft, flippedLow, partner: flippedHigh) == [])
        #expect(
            try check(.lungLeft, flippedHigh, partner: flippedLow) == [SanityWarning(.sidesSwapped(with: .lungRight))])
    }

    @Test func skippedSlicesAndVolumesAreTold() throws {
        var mask = try box(7..<10, 3..<7, 0..<6)
        mask[slice: 2] = MaskSlice(width: 12, height: 10)
        mask[slice: 4] = MaskSlice(width: 12, height: 10)
        #expect(try check(.esophagus, mask).contains(SanityWarning(.skippedSlices(2), slice: 2)))
        let whole = try box(0..<10, 0..<10, 0..<1)
        #expect(try check(.heart, try box(0..<8, 0..<10, 0..<1), prediction: whole) == [], "20 % is not above 20 %")
        #expect(
            try check(.heart, try box(0..<7, 0..<10, 0..<1), prediction: whole)
                == [SanityWarning(.volumeChange(percent: -30))])
        #expect(try check(.heart, whole, prediction: Mask(geometry: whole.geometry)) == [])
    }

    @Test func theBodyHoldsItsLungsAndNotTheRoom() throws {
        let geometry = try grid()
        var volume = Volume(geometry: geometry, filledWith: -1000)
        for z in 0..<6 {
            for y in 2..<9 {
                for x in 2..<10 { volume[VoxelIndex(x: x, y: y, z: z)] = 40 }
            }
            volume[VoxelIndex(x: 5, y: 5, z: z)] = -850
            // A couch that does not touch the body.
            volume[VoxelIndex(x: 0, y: 0, z: z)] = 100
        }
        let body = try SanityCheck.body(in: volume)
        #expect(body == (try box(2..<10, 2..<9, 0..<6)))
        let mask = try box(8..<12, 4..<5, 3..<4)
        #expect(
            try check(StructureName(rawValue: "GTV"), mask, body: body)
                == [SanityWarning(.outsideBody(millilitres: 2), slice: 3)])
        // Where the image cuts the body, what is outside of it cannot be known.
        for y in 0..<3 { volume[VoxelIndex(x: 5, y: y, z: 3)] = 40 }
        #expect(try check(StructureName(rawValue: "GTV"), mask, body: try SanityCheck.body(in: volume)) == [])
    }

    @Test func warningsSayWhatTheyMean() {
        let texts = [
            SanityWarning.Kind.components(3, expected: 1, millilitres: 12.34), .holes(1, millilitres: 0.04),
            .sidesSwapped(with: .lungLeft), .outsideBody(millilitres: 2), .skippedSlices(1),
            .volumeChange(percent: -30.4),
        ].map { SanityWarning($0).text }
        #expect(
            texts == [
                "3 pieces, 12.3 ml outside the largest", "1 hole, <0.1 ml", "side swapped with Lung_L",
                "2.0 ml outside the body", "1 slice skipped", "30 % smaller than predicted",
            ])
    }
}
