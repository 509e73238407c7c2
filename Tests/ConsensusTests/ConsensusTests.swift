import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@testable import Consensus

/// Readers of one structure: what all see, blurred by chance at its edge, each with habits of his own.
enum Readers {
    /// `count` masks of a ball; even readers draw more, odd ones less, and each misses and adds voxels by chance.
    static func drawn(_ count: Int, seed: UInt64, size: Int = 70) throws -> [Mask] {
        let grid = try axialGrid(size, 24, 9)
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { reader in
            let radius = reader.isMultiple(of: 2) ? 9.0 : 7.5
            return Mask(geometry: grid) { voxel in
                let (x, y, z) = (Double(voxel.x - size / 2), Double(voxel.y - 12), Double(voxel.z - 4) * 2)
                let distance = (x * x + y * y + z * z).squareRoot()
                let edge = Double.random(in: -1.5..<1.5, using: &generator)
                return distance + edge < radius
            }
        }
    }

    static func empty(_ count: Int) throws -> [Mask] {
        let grid = try axialGrid(20, 10, 3)
        return Array(repeating: Mask(geometry: grid), count: count)
    }
}

@Suite("Majority") struct MajorityVoteTests {
    @Test("each voxel is in where more than half have it", arguments: [1, 2, 3, 4, 5, 64])
    func definition(readers: Int) throws {
        let masks = try Readers.drawn(readers, seed: UInt64(readers))
        let vote = try MajorityVote(masks)
        var ties = 0
        let expected = Mask(geometry: masks[0].geometry) { voxel in
            let count = masks.count { $0[voxel] }
            if 2 * count == readers { ties += 1 }
            return 2 * count > readers
        }
        #expect(vote.mask == expected && !vote.mask.isEmpty)
        #expect(vote.ties == ties)
        #expect((ties > 0) == readers.isMultiple(of: 2))
    }

    @Test("a perfect majority wins whatever the others drew")
    func perfect() throws {
        let truth = try Readers.drawn(1, seed: 3)[0]
        let others = try Readers.drawn(2, seed: 9)
        #expect(try MajorityVote([truth, others[0], truth, others[1], truth]).mask == truth)
    }

    @Test("nothing drawn gives nothing, and no reader is an error")
    func nothing() throws {
        let vote = try MajorityVote(try Readers.empty(3))
        #expect(vote.mask.isEmpty && vote.ties == 0)
        #expect(throws: VolumesError.self) { try MajorityVote([]) }
        let others = [try Readers.empty(1)[0], try Readers.drawn(1, seed: 1)[0]]
        #expect(throws: VolumesError.self) { try MajorityVote(others) }
        let many = try Readers.empty(65)
        #expect(throws: VolumesError.self) { try MajorityVote(many) }
    }
}

@Suite("STAPLE") struct StapleTests {
    @Test("one reader's mask comes back, also the empty and the full one")
    func alone() throws {
        let drawn = try Readers.drawn(1, seed: 5)[0]
        let full = Mask(geometry: drawn.geometry) { _ in true }
        for mask in [drawn, full, Mask(geometry: drawn.geometry)] {
            let staple = try Staple([mask])
            #expect(staple.mask == mask && staple.hasConverged)
            #expect(staple.readers[0].sensitivity == (mask.isEmpty ? nil : 1))
            #expect(staple.readers[0].specificity == (mask == full ? nil : 1))
        }
    }

    @Test("readers who agree are perfect")
    func agreement() throws {
        let mask = try Readers.drawn(1, seed: 6)[0]
        let staple = try Staple([mask, mask, mask])
        #expect(staple.mask == mask)
        #expect(staple.readers.allSatisfy { $0.sensitivity == 1 && $0.specificity == 1 })
        #expect(staple.prior == Double(mask.count) / Double(mask.geometry.size.voxelCount))
    }

    @Test("the order of the readers changes nothing but the order of what is said of them", arguments: [3, 4, 7])
    func permutation(readers: Int) throws {
        let masks = try Readers.drawn(readers, seed: 40 + UInt64(readers))
        let staple = try Staple(masks)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<5 {
            let order = masks.indices.shuffled(using: &generator)
            let other = try Staple(order.map { masks[$0] })
            #expect(other.mask == staple.mask && other.iterations == staple.iterations)
            #expect(other.readers == order.map { staple.readers[$0] })
            let voxel = VoxelIndex(x: 42, y: 14, z: 4)
            #expect(other.probability(at: voxel) == staple.probability(at: voxel))
        }
    }

    /// Warfield's own check: readers made from a known truth by known sensitivity and specificity get them back.
    @Test func performancesOfMadeReadersAreFound() throws {
        let truth = try Readers.drawn(1, seed: 12, size: 120)[0]
        var generator = SeededGenerator(seed: 77)
        let made = [(0.95, 0.99), (0.9, 0.97), (0.8, 0.995), (0.99, 0.95), (0.85, 0.98)]
        let masks = made.map { sensitivity, specificity in
            Mask(geometry: truth.geometry) { voxel in
                let chance = Double.random(in: 0..<1, using: &generator)
                return truth[voxel] ? chance < sensitivity : chance >= specificity
            }
        }
        let staple = try Staple(masks)
        #expect(staple.hasConverged)
        for (reader, (sensitivity, specificity)) in zip(staple.readers, made) {
            #expect(abs(try #require(reader.sensitivity) - sensitivity) < 0.03)
            #expect(abs(try #require(reader.specificity) - specificity) < 0.01)
        }
        // Better than the best of them, and than their majority.
        func wrong(_ mask: Mask) throws -> Int { try mask.symmetricDifference(truth).count }
        let own = try wrong(staple.mask)
        #expect(try own < masks.map(wrong).min() ?? 0)
        #expect(try own <= wrong(MajorityVote(masks).mask))
    }

    @Test("empty masks: of all nothing is known, of one that it missed everything")
    func empty() throws {
        let none = try Staple(try Readers.empty(3))
        #expect(none.mask.isEmpty && none.prior == 0)
        #expect(none.readers.allSatisfy { $0.sensitivity == nil && $0.specificity == 1 })
        let mask = try Readers.drawn(1, seed: 2)[0]
        let staple = try Staple([mask, Mask(geometry: mask.geometry), mask])
        #expect(staple.mask == mask)
        #expect(staple.readers[1].sensitivity == 0 && staple.readers[1].specificity == 1)
        #expect(staple.readers[0].sensitivity == 1)
    }

    @Test("it stops when told to, and says so")
    func stopping() throws {
        let masks = try Readers.drawn(5, seed: 21)
        let short = try Staple(masks, maximumIterations: 2)
        #expect(!short.hasConverged && short.iterations == 2)
        let long = try Staple(masks)
        #expect(long.hasConverged && long.iterations > 2)
        #expect(throws: VolumesError.self) { try Staple(masks, maximumIterations: 0) }
        #expect(throws: VolumesError.self) { try Staple([]) }
    }
}

@Suite("Agreement of readers") struct AgreementMatrixTests {
    @Test("each pair is what is measured of it alone")
    func pairs() throws {
        let masks = try Readers.drawn(3, seed: 30)
        let matrix = try AgreementMatrix(masks, tolerance: 1)
        for row in 0..<3 {
            for column in 0..<3 {
                let report = try SurfaceMeasurement.measure(
                    reference: masks[row], test: masks[column], tolerances: [1, 0])
                #expect(matrix.surfaceDice[row][column] == report.agreements[0].surfaceDice)
                #expect(matrix.addedPathLength[row][column] == report.agreements[1].pathLength?.missing)
            }
        }
        #expect(matrix.surfaceDice[0][1] != 1 && matrix.addedPathLength[0][1] != matrix.addedPathLength[1][0])
        #expect(matrix.surfaceDice[1][0] == matrix.surfaceDice[0][1])
    }

    @Test("of empty masks there is no surface Dice")
    func empty() throws {
        let matrix = try AgreementMatrix(try Readers.empty(2), tolerance: 2)
        #expect(matrix.surfaceDice == [[nil, nil], [nil, nil]])
        #expect(matrix.addedPathLength == [[0, 0], [0, 0]])
    }
}
