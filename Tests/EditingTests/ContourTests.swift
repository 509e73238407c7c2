import Editing
import TestSupport
import Testing
import Volumes

private func points(_ pairs: [(Double, Double)]) -> [PlanePoint] { pairs.map { PlanePoint(x: $0.0, y: $0.1) } }

@Suite struct ContourOperationTests {
    private let unit = Spacing(x: 1, y: 1, z: 1)

    @Test func aContourAddsTakesAwayOrReplaces() throws {
        let slice = try asciiMask([["##....", "##....", "......", "......"]]).slices[0]
        let contour = points([(0.5, 0.5), (4.5, 0.5), (4.5, 2.5), (0.5, 2.5)])
        #expect(asciiRows(slice.applying(contour, .add)) == ["##....", "#####.", ".####.", "......"])
        #expect(asciiRows(slice.applying(contour, .subtract)) == ["##....", "#.....", "......", "......"])
        #expect(asciiRows(slice.applying(contour, .replace)) == ["......", ".####.", ".####.", "......"])
    }

    @Test func aContourThatEnclosesNothingChangesNothing() throws {
        let slice = try asciiMask([["##", ".."]]).slices[0]
        for contour in [[], points([(0, 0)]), points([(0, 0), (3, 3)]), points([(0, 1), (1, .infinity), (1, 1)])] {
            #expect(slice.applying(contour, .add) == slice)
            #expect(slice.applying(contour, .subtract) == slice)
        }
    }

    @Test func aFreehandStrokeKeepsItsCornersOnly() {
        let stroke = points([(0, 0), (1, 0.1), (2, 0), (3, 0), (3, 1), (3.1, 2), (3, 3)])
        #expect(
            Polyline.simplified(stroke, tolerance: 0.2, spacing: unit) == points([(0, 0), (3, 0), (3, 3)]))
        // With rows 10 mm apart the bump of 0.1 rows counts.
        let tall = Spacing(x: 1, y: 10, z: 1)
        #expect(Polyline.simplified(Array(stroke[0...2]), tolerance: 0.2, spacing: tall).count == 3)
        #expect(Polyline.simplified(points([(1, 1), (1, 1)]), tolerance: 1, spacing: unit) == points([(1, 1)]))
        #expect(Polyline.simplified([], tolerance: 1, spacing: unit).isEmpty)
    }

    @Test func whatIsLeftOutIsWithinTheTolerance() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            var stroke = points([(0, 0)])
            for _ in 0..<60 {
                stroke.append(
                    PlanePoint(
                        x: stroke[stroke.count - 1].x + Double.random(in: -1...2, using: &generator),
                        y: stroke[stroke.count - 1].y + Double.random(in: -1...1, using: &generator)))
            }
            let kept = Polyline.simplified(stroke, tolerance: 1.5, spacing: unit)
            #expect(kept.first == stroke.first && kept.last == stroke.last && kept.count < stroke.count)
            for point in stroke {
                let away =
                    zip(kept, kept.dropFirst()).map { a, b -> Double in
                        let (dx, dy) = (b.x - a.x, b.y - a.y)
                        let t = min(max(((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy), 0), 1)
                        return
                            ((point.x - a.x - t * dx) * (point.x - a.x - t * dx)
                            + (point.y - a.y - t * dy) * (point.y - a.y - t * dy)).squareRoot()
                    }.min() ?? .infinity
                #expect(away <= 1.5 + 1e-9)
            }
        }
    }
}

@Suite struct NudgeTests {
    private func square(_ size: Int, _ side: Range<Int>, spacing: Spacing) throws -> MaskSlice {
        let grid = try GridGeometry(size: GridSize(x: size, y: size, z: 1), spacing: spacing)
        return Mask(geometry: grid) { side.contains($0.x) && side.contains($0.y) }.slices[0]
    }

    /// The last marked column of a row.
    private func edge(_ slice: MaskSlice, _ row: Int) -> Int? { (0..<slice.width).last { slice[$0, row] } }

    @Test func theBoundaryFollowsByTheDraggedMillimetres() throws {
        // 0.5 mm columns: 4 mm are 8 voxels.
        let spacing = Spacing(x: 0.5, y: 1, z: 1)
        let slice = try square(64, 16..<40, spacing: spacing)
        let place = try #require(
            slice.boundary(nearest: PlanePoint(x: 41, y: 28.2), within: 3, spacing: spacing))
        #expect(place.point == PlanePoint(x: 39.5, y: 28.5))
        for (voxels, expected) in [(8.0, 47), (-6, 33), (1, 40), (0.4, 39)] {
            let moved = place.nudged(in: slice, by: PlanePoint(x: voxels, y: 0), reach: 10, spacing: spacing)
            #expect(edge(moved, 28) == expected, "by \(voxels) voxels")
            #expect(edge(moved, 29) == expected, "the voxel rows on both sides of the corner follow")
            // Rows further along the boundary than the reach stay; columns on the other side too.
            for row in Array(16..<18) + Array(39..<40) { #expect(edge(moved, row) == 39, "row \(row)") }
            #expect((0..<64).allSatisfy { row in (0..<30).allSatisfy { moved[$0, row] == slice[$0, row] } })
            // Half way along the reach half the drag is left.
            let halfWay = try #require(edge(moved, 33))
            #expect(abs(Double(halfWay) - 39 - voxels / 2) <= 1)
        }
    }

    @Test func whatWasNotMovedStaysVoxelForVoxel() throws {
        var generator = SeededGenerator(seed: 41)
        let spacing = Spacing(x: 0.8, y: 1.3, z: 1)
        for round in 0..<60 {
            let grid = try GridGeometry(size: GridSize(x: 70, y: 40, z: 1), spacing: spacing)
            // A rough blob with holes.
            let noise = randomMask(grid, density: 0.9, using: &generator)
            let slice = Mask(geometry: grid) {
                let (dx, dy) = (Double($0.x - 35) * 0.8, Double($0.y - 20) * 1.3)
                return (dx * dx + dy * dy).squareRoot() < 17 && noise[$0]
            }.slices[0]
            let at = PlanePoint(
                x: Double.random(in: 0...70, using: &generator), y: Double.random(in: 0...40, using: &generator))
            guard let place = slice.boundary(nearest: at, within: 100, spacing: spacing) else { continue }
            let shift = PlanePoint(
                x: Double.random(in: -6...6, using: &generator), y: Double.random(in: -4...4, using: &generator))
            let moved = place.nudged(in: slice, by: shift, reach: 5, spacing: spacing)
            let pull = Polyline.distance(PlanePoint(x: 0, y: 0), shift, spacing: spacing)
            let reach = max(5, pull * 1.6) + pull + 2
            for y in 0..<40 {
                for x in 0..<70 where moved[x, y] != slice[x, y] {
                    let away = Polyline.distance(
                        PlanePoint(x: Double(x), y: Double(y)), place.point, spacing: spacing)
                    #expect(away <= reach, "round \(round) voxel \(x) \(y)")
                }
            }
            #expect(place.nudged(in: slice, by: PlanePoint(x: 0, y: 0), reach: 5, spacing: spacing) == slice)
        }
    }

    @Test func aHoleIsNudgedAsAHole() throws {
        let spacing = Spacing(x: 1, y: 1, z: 1)
        let grid = try GridGeometry(size: GridSize(x: 40, y: 40, z: 1), spacing: spacing)
        let ring = Mask(geometry: grid) {
            (2..<38).contains($0.x) && (2..<38).contains($0.y)
                && !((12..<28).contains($0.x) && (12..<28).contains($0.y))
        }.slices[0]
        let place = try #require(ring.boundary(nearest: PlanePoint(x: 27.5, y: 19.5), within: 1, spacing: spacing))
        #expect(place.loop.isHole)
        let wider = place.nudged(in: ring, by: PlanePoint(x: 3, y: 0), reach: 8, spacing: spacing)
        #expect((12...30).allSatisfy { !wider[$0, 19] } && wider[31, 19])
        #expect(wider.subtracting(ring).isEmpty)
        let narrower = place.nudged(in: ring, by: PlanePoint(x: -3, y: 0), reach: 8, spacing: spacing)
        #expect(narrower[25, 19] && !narrower[24, 19] && ring.subtracting(narrower).isEmpty)
    }

    @Test func aPullThroughTheOppositeSideCuts() throws {
        let spacing = Spacing(x: 1, y: 1, z: 1)
        let grid = try GridGeometry(size: GridSize(x: 60, y: 20, z: 1), spacing: spacing)
        let rod = Mask(geometry: grid) { (5..<55).contains($0.x) && (8..<12).contains($0.y) }.slices[0]
        let place = try #require(rod.boundary(nearest: PlanePoint(x: 30, y: 7.5), within: 1, spacing: spacing))
        let cut = place.nudged(in: rod, by: PlanePoint(x: 0, y: 8), reach: 10, spacing: spacing)
        #expect((0..<20).allSatisfy { !cut[30, $0] }, "cut through, with nothing left below")
        #expect(cut[5, 8] && cut[54, 11])
        #expect(cut.subtracting(rod).isEmpty)
    }

    @Test func farFromAnyBoundaryThereIsNothingToGrab() throws {
        let spacing = Spacing(x: 1, y: 1, z: 1)
        let slice = try square(40, 10..<20, spacing: spacing)
        #expect(slice.boundary(nearest: PlanePoint(x: 30, y: 15), within: 5, spacing: spacing) == nil)
        #expect(slice.boundary(nearest: PlanePoint(x: .nan, y: 15), within: 50, spacing: spacing) == nil)
        #expect(
            MaskSlice(width: 9, height: 9).boundary(nearest: PlanePoint(x: 4, y: 4), within: 99, spacing: spacing)
                == nil)
    }
}

@Suite struct VertexTests {
    private let spacing = Spacing(x: 1, y: 1, z: 1)

    private func square() throws -> MaskSlice {
        let grid = try GridGeometry(size: GridSize(x: 40, y: 40, z: 1), spacing: spacing)
        return Mask(geometry: grid) { (10..<30).contains($0.x) && (10..<30).contains($0.y) }.slices[0]
    }

    @Test func aSquareHasItsCorners() throws {
        let vertices = BoundaryVertices(of: try square(), spacing: spacing, tolerance: 2)
        #expect(
            Set(vertices.points) == Set(points([(9.5, 9.5), (29.5, 9.5), (29.5, 29.5), (9.5, 29.5)])))
        #expect(vertices.nearest(to: PlanePoint(x: 11, y: 11), within: 1) == nil)
        let near = try #require(vertices.nearest(to: PlanePoint(x: 11, y: 11), within: 3))
        #expect(vertices.point(of: near) == PlanePoint(x: 9.5, y: 9.5))
    }

    @Test func movingAVertexPullsTheSidesToItsNeighbours() throws {
        let slice = try square()
        var vertices = BoundaryVertices(of: slice, spacing: spacing, tolerance: 2)
        let middleInserted = vertices.insert(at: PlanePoint(x: 29.5, y: 19.6), within: 2)
        let middle = try #require(middleInserted)
        #expect(vertices.points.count == 5)
        let again = vertices.insert(at: PlanePoint(x: 29.5, y: 19.6), within: 2)
        #expect(again == middle && vertices.points.count == 5)
        let moved = vertices.moved(middle, by: PlanePoint(x: 6, y: 0), in: slice)
        #expect(moved[35, 19] && !moved[36, 19], "a tent with its top where the vertex went")
        // Half way to the corners half of the 6 voxels are left.
        #expect(moved[31, 24] && !moved[34, 24] && moved[31, 14] && !moved[34, 14])
        // The corners and the other three sides stay.
        #expect(!moved[31, 10] && !moved[31, 29])
        #expect((0..<40).allSatisfy { y in (0..<29).allSatisfy { moved[$0, y] == slice[$0, y] } })
        #expect(vertices.moved(middle, by: PlanePoint(x: 0, y: 0), in: slice) == slice)
    }

    @Test func withoutAVertexTheBoundaryRunsStraight() throws {
        let slice = try square()
        let vertices = BoundaryVertices(of: slice, spacing: spacing, tolerance: 2)
        let corner = try #require(vertices.nearest(to: PlanePoint(x: 29.5, y: 9.5), within: 1))
        let cut = try #require(vertices.removed(corner, in: slice))
        // Half of the square is left, the diagonal with it or not.
        #expect(abs(cut.count - 200) <= 10)
        #expect(cut[11, 25] && !cut[28, 12] && cut.subtracting(slice).isEmpty)
        let triangle = BoundaryVertices(
            of: cut, spacing: spacing, tolerance: 2, keeping: points([(9.5, 9.5), (29.5, 29.5), (9.5, 29.5)]))
        #expect(triangle.points.count == 3)
        #expect(triangle.removed(triangle.all[0], in: cut) == nil, "a boundary keeps at least three")
    }

    @Test func verticesStayWhereTheyWereWhenTheMaskChanges() throws {
        let slice = try square()
        var vertices = BoundaryVertices(of: slice, spacing: spacing, tolerance: 2)
        let addedInserted = vertices.insert(at: PlanePoint(x: 19.5, y: 9.5), within: 1)
        let added = try #require(addedInserted)
        let moved = vertices.moved(added, by: PlanePoint(x: 0, y: -4), in: slice)
        var wanted = vertices.points
        let index = try #require(wanted.firstIndex(of: PlanePoint(x: 19.5, y: 9.5)))
        wanted[index].y -= 4
        let after = BoundaryVertices(of: moved, spacing: spacing, tolerance: 2, keeping: wanted)
        #expect(after.points.count == 5)
        for point in wanted { #expect(after.nearest(to: point, within: 1.5) != nil, "\(point)") }
        // A second part that appears has vertices of its own.
        var two = moved
        two.set(true, row: 35, columns: 2..<9)
        two.set(true, row: 36, columns: 2..<9)
        #expect(
            BoundaryVertices(of: two, spacing: spacing, tolerance: 2, keeping: after.points).points.count == 9)
    }
}
