import Foundation
@testable import Phantoms
import TestSupport
import Testing
import Volumes

@Suite struct ShapeTests {
    /// The published outputs of the reference implementations.
    @Test func generatorsAreTheReferenceOnes() {
        var state: UInt64 = 1_234_567
        #expect(splitMix(&state) == 6_457_827_717_110_365_317)
        #expect(splitMix(&state) == 3_203_168_211_198_807_973)
        var random = PhantomRandom(state: (1, 2, 3, 4))
        #expect((0..<4).map { _ in random.next() } == [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240])
    }

    @Test func bellHasMeanZeroAndDeviationOne() {
        var random = PhantomRandom(seed: 1, stream: "test")
        let values = (0..<20_000).map { _ in random.bell() }
        #expect(abs(mean(values)) < 0.03)
        #expect(abs(mean(values.map { $0 * $0 }) - 1) < 0.04)
    }

    @Test func elementaryFunctionsAgreeWithTheLibrary() {
        for step in -72...72 {
            let degrees = Double(step) * 5 + 0.3
            let (s, c) = ExactMath.sinCos(degrees: degrees)
            #expect(abs(s - sin(degrees * .pi / 180)) < 1e-8)
            #expect(abs(c - cos(degrees * .pi / 180)) < 1e-8)
        }
        for x in [0, 0.1, 1, 4.5, 20] { #expect(abs(ExactMath.decay(x) - exp(-x)) < 1e-5) }
        for x in [0, 1e-6, 0.5, 1, 27, 1e6] { #expect(abs(ExactMath.cubeRoot(x) - cbrt(x)) < 1e-9 * max(1, x)) }
    }

    @Test func distancesOfSimpleShapesAreRight() {
        let ball = Shape.ellipsoid(Point3(10, 0, 0), Point3(5, 5, 5))
        #expect(abs(ball.distance(Point3(20, 0, 0)) - 5) < 1e-9)
        #expect(abs(ball.distance(Point3(10, 3, 0)) + 2) < 1e-9)
        let turned = Shape.ellipsoid(Point3(0, 0, 0), Point3(20, 5, 5), yaw: 90)
        #expect(turned.contains(Point3(0, 19, 0)) && !turned.contains(Point3(6, 0, 0)))
        let cone = Shape.cone(Point3(0, 0, 0), Point3(10, 0, 0), 2, 4)
        #expect(abs(cone.distance(Point3(5, 7, 0)) - 4) < 1e-9)
        #expect(abs(cone.distance(Point3(-6, 0, 0)) - 4) < 1e-9)
        let both = Shape.union([ball, cone])
        #expect(both.contains(Point3(5, 0, 0)) && both.contains(Point3(14, 0, 0)))
        #expect(!ball.subtracting(cone).contains(Point3(9, 0, 0)))
        let section = LoftSection(0, halfWidth: 30, front: -20, back: 20, squareness: 0)
        #expect(abs(section.outline.at(30, 0)) < 1e-9 && abs(section.outline.at(0, -20)) < 1e-9)
        #expect(section.outline.at(29, 10) > 0 && section.outline.at(20, 10) < 0)
        let rim = section.point(towards: 90, margin: 4)
        #expect(abs(rim.x - 34) < 1e-9 && abs(rim.y) < 1e-6)
    }

    /// The painter steps along rows by the distances; a plain look at every voxel must find the same.
    @Test func steppingMissesNothing() throws {
        let specification = PhantomSpecification(
            seed: 8, patient: 3, site: .siteB, matrix: 100, slices: 30, pathologies: [.effusion])
        let patient = PatientVariation(specification)
        let geometry = try ThoraxPhantom.grid(specification, patient)
        let scene = ThoraxPhantom.scene(specification, patient)
        let painter = SlicePainter(
            scene: scene, geometry: geometry, site: .siteB, patient: patient,
            noiseSeed: PhantomRandom(seed: 1, stream: "noise"))
        let map = PatientMap(scale: patient.scale, degrees: patient.rotation, shift: patient.shift)
        for z in [5, 11, 17, 24] {
            let slice = painter.paint(slice: z)
            let height = map.height(geometry.origin.z + Double(z) * geometry.spacing.z)
            let sections = scene.elements.compactMap { element -> (Section, UInt8)? in
                guard let section = element.shape.section(height) else { return nil }
                switch element.label {
                case .keep: return nil
                case .clear: return (section, 0)
                case .set(let structure): return (section, structure.label)
                }
            }
            var wrong = 0
            for y in 0..<100 {
                for x in 0..<100 {
                    let p = map.plane(
                        geometry.origin.x + Double(x) * geometry.spacing.x,
                        geometry.origin.y + Double(y) * geometry.spacing.y)
                    let label = sections.last { $0.0.at(p.x, p.y) < 0 }?.1 ?? 0
                    for (index, structure) in PhantomStructure.allCases.enumerated() {
                        if slice.masks[index][x, y] != (structure.label == label) { wrong += 1 }
                    }
                }
            }
            #expect(wrong == 0, "slice \(z)")
        }
    }

    @Test func largestPieceStays() throws {
        let mask = try asciiMask([
            ["##..#", "#...#", "....#"],
            [".....", "#...#", "....."],
        ])
        let kept = try asciiMask([
            ["....#", "....#", "....#"],
            [".....", "....#", "....."],
        ])
        // Four on each side: the left piece comes first and stays.
        #expect(LargestPiece.of(mask).indices.map(\.x) == [0, 1, 0, 0])
        var larger = mask
        larger[VoxelIndex(x: 4, y: 2, z: 1)] = true
        var expected = kept
        expected[VoxelIndex(x: 4, y: 2, z: 1)] = true
        #expect(LargestPiece.of(larger) == expected)
    }

    @Test func largestPieceAgreesWithFloodFill() throws {
        var random = SeededGenerator(seed: 17)
        for width in [7, 64, 130] {
            let geometry = try GridGeometry(
                size: GridSize(x: width, y: 9, z: 5), spacing: Spacing(x: 1, y: 1, z: 1))
            let mask = randomMask(geometry, density: 0.34, using: &random)
            let kept = LargestPiece.of(mask)
            #expect(kept.pieceSizes == [mask.pieceSizes[0]])
            #expect(try kept.subtracting(mask).isEmpty)
        }
    }
}
