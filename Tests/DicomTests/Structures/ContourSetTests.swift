import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// The contours of a plane as the set of points they enclose.
@Suite struct ContourSetTests {
    private let grid = Result { try axialGrid(48, 44, 3) }

    /// A contour through positions in voxels, on a slice.
    private func contour(_ points: [(Double, Double)], z: Double = 1, isXOR: Bool = false) throws -> RTContour {
        let grid = try grid.get()
        return RTContour(
            points: points.map { grid.point(at: ContinuousIndex(x: $0.0, y: $0.1, z: z)) }, sopInstanceUID: "",
            isXOR: isXOR)
    }

    private func ellipse(
        _ x: Double, _ y: Double, _ a: Double, _ b: Double, count: Int = 90, from start: Int = 0, reversed: Bool = false
    ) -> [(Double, Double)] {
        let all = (0..<count).map { i in
            let angle = 2 * .pi * Double(i + start) / Double(count)
            return (x + a * cos(angle), y + b * sin(angle))
        }
        return reversed ? all.reversed() : all
    }

    private func square(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> [(Double, Double)] {
        [
            (x.lowerBound, y.lowerBound), (x.upperBound, y.lowerBound), (x.upperBound, y.upperBound),
            (x.lowerBound, y.upperBound),
        ]
    }

    private func filled(_ contours: [RTContour]) throws -> (mask: Mask, notes: [String]) {
        let structure = RTStructure(
            number: 1, name: "A", interpretedType: "", colour: nil, frameOfReferenceUID: "", contours: contours)
        let set = RTStruct(
            label: "", sopInstanceUID: "", studyUID: "", seriesUID: "", frameOfReferenceUID: "F",
            structures: [structure], warnings: [])
        let read = try set.rasterised(on: try grid.get(), frameOfReferenceUID: "F")
        return (read.masks[0].mask, read.warnings)
    }

    /// The set of voxels whose centres lie in an area.
    private func expected(_ isInside: (Double, Double) -> Bool) throws -> Mask {
        Mask(geometry: try grid.get()) { $0.z == 1 && isInside(Double($0.x), Double($0.y)) }
    }

    private func isIn(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> (Double, Double) -> Bool {
        { ((($0 - x) / a) * (($0 - x) / a) + (($1 - y) / b) * (($1 - y) / b)) < 1 }
    }

    @Test("The same outline twice is that outline once, however the second was written")
    func copies() throws {
        let plain = ellipse(20.3, 21.4, 12, 9)
        let once = try filled([try contour(plain)])
        #expect(once.mask.count > 300 && once.notes == [])
        let rounded = plain.map { (($0.0 * 20).rounded() / 20, ($0.1 * 20).rounded() / 20) }
        let aside = plain.map { ($0.0 + 0.3, $0.1 - 0.2) }
        let copies: [(String, [(Double, Double)], Double)] = [
            ("equal", plain, 1), ("other start", ellipse(20.3, 21.4, 12, 9, from: 31), 1),
            ("reversed", ellipse(20.3, 21.4, 12, 9, reversed: true), 1), ("closed", plain + [plain[0]], 1),
            ("rounded", rounded, 1), ("aside", aside, 1), ("other corners", ellipse(20.3, 21.4, 12, 9, count: 71), 1),
            ("off the plane", plain, 1.05), ("off the plane by more", plain, 1.3),
        ]
        for (name, copy, z) in copies {
            for order in [false, true] {
                let pair = [try contour(plain), try contour(copy, z: z)]
                let both = try filled(order ? pair.reversed() : pair)
                #expect(try both.mask.symmetricDifference(once.mask).count <= (name == "aside" ? 25 : 3), "\(name)")
                #expect(both.notes.count >= 1 && both.notes.contains { $0.contains("twice") }, "\(name) \(both.notes)")
            }
        }
        let three = try filled([try contour(plain), try contour(copies[1].1), try contour(copies[2].1)])
        #expect(
            three.mask == once.mask
                && three.notes == ["Structure “A”: 2 contours are there twice; taken once."])
        // Both rounds in one contour.
        let round = try filled([try contour(plain + plain)])
        #expect(round.mask == once.mask && round.notes == ["Structure “A”: 1 contour is there twice; taken once."])
        let closedRounds = try filled([try contour(plain + [plain[0]] + plain + [plain[0]])])
        #expect(closedRounds.mask == once.mask)
    }

    @Test("A hole that was drawn twice is a hole, an island that was drawn twice an island")
    func copiesWithin() throws {
        let outer = try contour(ellipse(22, 21, 18, 17))
        let hole = try contour(ellipse(22, 21, 12, 11))
        let island = try contour(ellipse(22, 21, 5, 4))
        let holeAgain = try contour(ellipse(22.2, 21.1, 12, 11, from: 17, reversed: true))
        let islandAgain = try contour(ellipse(22, 21, 5, 4, count: 60, from: 9))
        let plain = try filled([outer, hole, island])
        let ring = try expected {
            isIn(22, 21, 18, 17)($0, $1) && !isIn(22, 21, 12, 11)($0, $1) || isIn(22, 21, 5, 4)($0, $1)
        }
        #expect(try plain.mask.symmetricDifference(ring).count <= 4 && plain.notes == [])
        for order in [[outer, hole, holeAgain, island, islandAgain], [islandAgain, holeAgain, island, hole, outer]] {
            let twice = try filled(order)
            #expect(try twice.mask.symmetricDifference(ring).count <= 25)
            #expect(twice.notes == ["Structure “A”: 2 contours are there twice; taken once."])
        }
    }

    @Test("Parts that overlap are united, each with its own holes, and told of")
    func overlaps() throws {
        let (left, right) = (ellipse(16, 20, 11, 10), ellipse(30, 20, 11, 10))
        let union = try expected { isIn(16, 20, 11, 10)($0, $1) || isIn(30, 20, 11, 10)($0, $1) }
        let both = try filled([try contour(left), try contour(right)])
        #expect(try both.mask.symmetricDifference(union).count <= 4)
        #expect(both.notes.count == 1 && both.notes[0].contains("cross or overlap on slice 2"))
        // A hole in the left one alone, another in both: nested in the union.
        let own = ellipse(11, 20, 3, 3)
        let withHole = try filled([try contour(own), try contour(right), try contour(left)])
        let expectedHole = try expected {
            (isIn(16, 20, 11, 10)($0, $1) && !isIn(11, 20, 3, 3)($0, $1)) || isIn(30, 20, 11, 10)($0, $1)
        }
        #expect(try withHole.mask.symmetricDifference(expectedHole).count <= 4)
        let shared = ellipse(23, 20, 2.6, 2.6)
        let inBoth = try filled([try contour(left), try contour(shared), try contour(right)])
        #expect(try inBoth.mask.subtracting(union).count <= 4)
        #expect(!inBoth.mask.slices[1][23, 20] && inBoth.mask.slices[1][23, 25])
        // A sliver narrower than a voxel that sticks out.
        let sliver = square(10...45, 20.8...21.1)
        let stuck = try filled([try contour(left), try contour(sliver)])
        #expect(stuck.mask.slices[1][40, 21] && stuck.mask.slices[1][16, 21] && stuck.notes.count == 1)
    }

    @Test("Contours that touch are not said to cross, and lose nothing where they meet")
    func touching() throws {
        let (left, right) = (square(5.5...15.5, 5.5...25.5), square(15.5...30.5, 5.5...25.5))
        let both = try filled([try contour(left), try contour(right)])
        #expect(try both.mask == expected { (6...30).contains($0) && (6...25).contains($1) } && both.notes == [])
        // They overlap by less than half a voxel, over a voxel's centre.
        let near = try filled([
            try contour(square(5.5...16.2, 5.5...25.5)), try contour(square(15.8...30.5, 5.5...25.5)),
        ])
        #expect(near.mask == both.mask && near.notes == [])
        // Slivers side by side are two, not one.
        let slivers = try filled([
            try contour(square(5.7...6.1, 5.5...25.5)), try contour(square(6.1...6.5, 5.5...25.5)),
        ])
        #expect(slivers.mask.count == 20 && !slivers.notes.contains { $0.contains("twice") })
        // A hole that touches its outline in one side.
        let outer = square(4.5...34.5, 4.5...34.5)
        let hole = try filled([try contour(outer), try contour(square(4.5...10.5, 15.5...20.5))])
        let truth = try expected {
            (5...34).contains($0) && (5...34).contains($1) && !((5...10).contains($0) && (16...20).contains($1))
        }
        #expect(hole.mask == truth)
    }

    @Test("A hole that runs along its outline for most of its way is told of: it may be a second drawing")
    func clingingHole() throws {
        let outer = square(4.5...34.5, 4.5...34.5)
        let edited = square(4.5...34.5, 4.5...30.5)
        let read = try filled([try contour(outer), try contour(edited)])
        #expect(read.mask.count == 30 * 4)
        #expect(read.notes.contains { $0.contains("runs along it") })
        #expect(read.notes.contains { $0.contains("taken as holes, which leave") })
    }

    @Test("Keyholes stay holes, also beside contours of other parts")
    func keyholes() throws {
        let outer = square(4.5...34.5, 4.5...34.5)
        let inner = [(12.5, 12.5), (12.5, 26.5), (26.5, 26.5), (26.5, 12.5), (12.5, 12.5)]
        let keyhole = outer + [outer[0]] + inner
        let island = try contour(square(16.5...20.5, 16.5...20.5))
        // Its outline crosses the channel that leads from the corner to the hole.
        let onChannel = try contour(square(6.5...9.5, 6.5...9.5))
        let read = try filled([onChannel, try contour(keyhole), island])
        let truth = try expected { x, y in
            let isIn = (5...34).contains(x) && (5...34).contains(y)
            let isHole = (13...26).contains(x) && (13...26).contains(y)
            let isIsland = (17...20).contains(x) && (17...20).contains(y)
            return (isIn && !isHole && !((7...9).contains(x) && (7...9).contains(y))) || isIsland
        }
        #expect(read.mask == truth && read.notes == [])
        // A disc over the hole covers it and some of what is around it.
        let over = try filled([try contour(keyhole), try contour(square(10.5...28.5, 10.5...28.5))])
        #expect(try over.mask == expected { (5...34).contains($0) && (5...34).contains($1) })
        #expect(over.notes.contains { $0.contains("cross or overlap") })
    }

    @Test("CLOSEDPLANAR_XOR is even-odd where all contours of a plane say it")
    func evenOdd() throws {
        let (left, right) = (ellipse(16, 20, 11, 10), ellipse(30, 20, 11, 10))
        let xor = try filled([try contour(left, isXOR: true), try contour(right, isXOR: true)])
        let truth = try expected { isIn(16, 20, 11, 10)($0, $1) != isIn(30, 20, 11, 10)($0, $1) }
        #expect(try xor.mask.symmetricDifference(truth).count <= 4 && xor.notes == [])
        let gone = try filled([try contour(left, isXOR: true), try contour(left, isXOR: true)])
        #expect(gone.mask.isEmpty && gone.notes.contains { $0.contains("its mask is empty") })
        let mixed = try filled([try contour(ellipse(20, 20, 15, 15)), try contour(ellipse(20, 20, 9, 9), isXOR: true)])
        #expect(!mixed.mask.slices[1][20, 20] && mixed.mask.slices[1][32, 20])
    }

    @Test("What contours enclose and a mask has not is told of")
    func losses() throws {
        let outside = try filled([try contour(ellipse(47, 21, 12, 9))])
        #expect(outside.notes.contains { $0.contains("where the contours enclose") })
        let tiny = try filled([try contour(square(5.1...5.4, 5.1...5.4)), try contour(square(20.1...20.8, 5.1...5.9))])
        #expect(tiny.mask.isEmpty && tiny.notes.contains { $0.contains("so small or thin") })
        #expect(tiny.notes.contains { $0.contains("its mask is empty") })
        let line = try filled([try contour([(5, 5), (20, 5), (35, 5)])])
        #expect(line.mask.isEmpty && line.notes.contains { $0.contains("its mask is empty") })
    }

    @Test("Contours far from the image, and larger than any, neither crash nor take for ever")
    func farAway() throws {
        let good = try contour(square(5.5...9.5, 5.5...9.5))
        for far in [1e7, 1e12, 1e30, 1e150] {
            let contours = [
                square(far...far * 2, far...far * 2), square(-far...far, -far * 2 ... -far),
                square(-far / 2...far / 2, -far * 3 ... -far * 1.5), square(1...2, far...far * 2),
            ]
            let read = try filled([good] + contours.map { try contour($0) })
            #expect(read.mask.slices[1][7, 7] && read.mask.count == 16, "\(far)")
            let around = try filled([good, try contour(square(-far...far, -far...far))])
            #expect(around.mask.count > 0 && !around.notes.isEmpty, "\(far)")
        }
    }

    @Test("Contours halfway between slices all go the same way, however their positions were rounded")
    func halfway() throws {
        let square = square(5.5...9.5, 5.5...9.5)
        let read = try filled([try contour(square, z: 0.4985), try contour(square, z: 1.5015)])
        #expect(read.mask.slices.map(\.count) == [0, 16, 16])
    }

    @Test("Thousands of contours on a plane, nested and apart")
    func many() throws {
        var contours = [try contour(square(0.5...46.5, 0.5...42.5))]
        for x in 0..<21 {
            for y in 0..<20 {
                let (a, b) = (2.0 + 2 * Double(x), 2.0 + 2 * Double(y))
                contours.append(try contour(square(a - 0.5...a + 0.5, b - 0.5...b + 0.5)))
            }
        }
        let read = try filled(contours)
        #expect(read.mask.count == 46 * 42 - 21 * 20 && read.notes == [])
    }
}
