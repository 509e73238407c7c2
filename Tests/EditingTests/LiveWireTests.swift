import Editing
import TestSupport
import Testing
import Volumes

@Suite struct LiveWireTests {
    private let spacing = Spacing(x: 1, y: 1, z: 1)

    /// A slice by a rule, with noise.
    private func slice(
        _ width: Int, _ height: Int, noise: Int = 0, seed: UInt64 = 1, _ value: (Double, Double) -> Int
    ) throws -> VolumeSlice {
        var generator = SeededGenerator(seed: seed)
        var values: [Int16] = []
        for y in 0..<height {
            for x in 0..<width {
                let extra = noise == 0 ? 0 : Int.random(in: -noise...noise, using: &generator)
                values.append(Int16(value(Double(x), Double(y)) + extra))
            }
        }
        return try VolumeSlice(width: width, height: height, values: values)
    }

    private func expectConnected(_ path: [SliceCorner]) {
        for (a, b) in zip(path, path.dropFirst()) { #expect(abs(a.x - b.x) + abs(a.y - b.y) == 1) }
    }

    @Test func theWireFollowsABrightEdge() throws {
        // A lung in a body, with noise of ±60 HU: the boundary is a circle of 30 mm around (50, 45).
        let image = try slice(100, 90, noise: 60) { x, y in
            ((x - 50) * (x - 50) + (y - 45) * (y - 45)).squareRoot() < 30 ? -800 : 40
        }
        let wire = LiveWire(slice: image, spacing: spacing, window: -1000...200)
        // From the rightmost to the lowest point of the circle: straight on would cut a chord 9 mm deep.
        let path = wire.path(from: SliceCorner(x: 80, y: 45), to: SliceCorner(x: 50, y: 75))
        #expect(path.first == SliceCorner(x: 80, y: 45) && path.last == SliceCorner(x: 50, y: 75))
        expectConnected(path)
        for corner in path {
            let (dx, dy) = (corner.point.x - 50, corner.point.y - 45)
            #expect(abs((dx * dx + dy * dy).squareRoot() - 30) <= 1, "\(corner)")
        }
    }

    @Test func fourClicksOnTheEdgeEncloseExactlyWhatIsInside() throws {
        let image = try slice(100, 90) { x, y in
            ((x - 50) * (x - 50) + (y - 45) * (y - 45)).squareRoot() < 30 ? -800 : 40
        }
        let wire = LiveWire(slice: image, spacing: spacing, window: -1000...200)
        let clicks = [(50, 16), (80, 45), (50, 75), (20, 45)].map { SliceCorner(x: $0.0, y: $0.1) }
        var outline: [PlanePoint] = []
        for (i, from) in clicks.enumerated() {
            outline += wire.path(from: from, to: clicks[(i + 1) % 4]).dropLast().map(\.point)
        }
        let filled = MaskSlice(width: 100, height: 90).applying(outline, .add)
        var wrong = 0
        for y in 0..<90 { for x in 0..<100 where filled[x, y] != (image[x, y] < 0) { wrong += 1 } }
        #expect(wrong == 0)
    }

    @Test func whereTheImageIsEvenItRunsStraight() throws {
        let image = try slice(80, 60) { _, _ in 40 }
        let wire = LiveWire(slice: image, spacing: spacing, window: -160...240)
        for (from, to) in [((5, 5), (70, 40)), ((70, 5), (8, 50)), ((10, 30), (60, 30))] {
            let (a, b) = (SliceCorner(x: from.0, y: from.1), SliceCorner(x: to.0, y: to.1))
            let path = wire.path(from: a, to: b)
            #expect(path.count == abs(a.x - b.x) + abs(a.y - b.y) + 1, "no detour")
            let (dx, dy) = (Double(b.x - a.x), Double(b.y - a.y))
            for corner in path {
                let away = abs(dy * Double(corner.x - a.x) - dx * Double(corner.y - a.y))
                #expect(away / (dx * dx + dy * dy).squareRoot() <= 1.01, "\(corner)")
            }
        }
    }

    @Test func edgesThatTheWindowDoesNotShowDoNotPull() throws {
        // A step from 1000 to 2000 HU along y = 20, seen in a bone window and not in a lung window.
        let image = try slice(80, 60) { _, y in y < 20 ? 1000 : 2000 }
        let (from, to) = (SliceCorner(x: 5, y: 24), SliceCorner(x: 75, y: 24))
        let bone = LiveWire(slice: image, spacing: spacing, window: -770...1730).path(from: from, to: to)
        #expect(bone.filter { $0.y == 20 }.count > 60)
        let lung = LiveWire(slice: image, spacing: spacing, window: -1350...150).path(from: from, to: to)
        #expect(lung.allSatisfy { $0.y == 24 })
    }

    @Test func aClickBesideAnEdgeIsMeantForIt() throws {
        let image = try slice(60, 60) { x, _ in x < 30 ? -800 : 40 }
        let wire = LiveWire(slice: image, spacing: spacing, window: -1350...150)
        #expect(wire.corner(near: PlanePoint(x: 27.4, y: 20.5), within: 4) == SliceCorner(x: 30, y: 21))
        #expect(wire.corner(near: PlanePoint(x: 20, y: 20), within: 4).point.x < 25, "too far away to be meant")
        #expect(wire.corner(near: PlanePoint(x: 27.4, y: 20.6), within: 0) == SliceCorner(x: 28, y: 21))
        #expect(wire.corner(near: PlanePoint(x: -9, y: 900), within: 2) == SliceCorner(x: 0, y: 60))
        #expect(wire.corner(near: PlanePoint(x: .nan, y: .infinity), within: 2) == SliceCorner(x: 0, y: 0))
    }

    @Test func pathsStayOnTheSlice() throws {
        var generator = SeededGenerator(seed: 9)
        for round in 0..<30 {
            let image = try slice(37, 23, noise: 900, seed: UInt64(round)) { _, _ in 0 }
            let wire = LiveWire(slice: image, spacing: Spacing(x: 0.7, y: 2.1, z: 1), window: -1000...1000)
            func corner() -> SliceCorner {
                SliceCorner(
                    x: Int.random(in: -5...45, using: &generator), y: Int.random(in: -5...30, using: &generator))
            }
            let path = wire.path(from: corner(), to: corner())
            expectConnected(path)
            #expect(path.allSatisfy { (0...37).contains($0.x) && (0...23).contains($0.y) })
            #expect(Set(path).count == path.count, "no corner twice")
        }
    }
}
