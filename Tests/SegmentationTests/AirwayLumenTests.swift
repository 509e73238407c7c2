import Cases
import Models
import TestSupport
import Testing
import Volumes

@testable import Segmentation

@Suite struct AirwayLumenTests {
    /// 60×50 pixels of 1.5 mm and 40 slices of 3 mm along the patient's axes; soft tissue, and a trachea of 16 mm whose
    /// middle is at (0, 10), which divides below slice 15.
    private struct Drawing {
        let divides: Bool
        let grid: GridGeometry

        init(divides: Bool = true, direction: GridDirection? = nil) throws {
            self.divides = divides
            let plain = try GridGeometry(
                size: GridSize(x: 60, y: 50, z: 40), spacing: Spacing(x: 1.5, y: 1.5, z: 3),
                origin: PatientPoint(x: -44.25, y: -26.75, z: 0))
            guard let direction else {
                grid = plain
                return
            }
            // The same box with other axes.
            let middle = plain.point(at: ContinuousIndex(x: 29.5, y: 24.5, z: 19.5))
            let order = [direction.x, direction.y, direction.z].map { abs($0.x) > 0.5 ? 0 : abs($0.y) > 0.5 ? 1 : 2 }
            let (sizes, steps) = (order.map { [60, 50, 40][$0] }, order.map { [1.5, 1.5, 3][$0] })
            let half = (0..<3).map { Double(sizes[$0] - 1) / 2 * steps[$0] }
            let origin =
                middle + direction.x * -half[0] + direction.y * -half[1] + direction.z * -half[2]
            grid = try GridGeometry(
                size: GridSize(x: sizes[0], y: sizes[1], z: sizes[2]),
                spacing: Spacing(x: steps[0], y: steps[1], z: steps[2]), origin: origin, direction: direction)
        }

        private func place(_ voxel: VoxelIndex) -> (x: Double, y: Double, slice: Int) {
            let point = grid.point(at: voxel)
            return (point.x, point.y - 10, Int((point.z / 3).rounded()))
        }

        func isLumen(_ voxel: VoxelIndex) -> Bool {
            let (x, y, slice) = place(voxel)
            if slice >= 15 || !divides { return x * x + y * y <= 64 }
            let side = abs(x) - Double(7 + 15 - slice)
            return side * side + y * y <= 25
        }

        func volume(_ change: (VoxelIndex) -> Int16? = { _ in nil }) throws -> Volume {
            try drawnVolume(grid) { change($0) ?? (isLumen($0) ? -950 : 30) }
        }

        /// A network's answer: a box that is too large to the front and too small on the left.
        func network(_ slices: Range<Int>) -> Mask {
            Mask(geometry: grid) {
                let (x, y, slice) = place($0)
                return slices.contains(slice) && x > -9 && x < 6 && y > -11 && y < 8
            }
        }

        func lumen(_ slices: Range<Int>) -> Mask {
            Mask(geometry: grid) { slices.contains(place($0).slice) && isLumen($0) }
        }
    }

    private func found(_ drawing: Drawing, _ network: Mask, beside others: Mask? = nil) throws -> AirwayLumen {
        try AirwayLumen(
            of: drawing.volume(), network: network, beside: others ?? Mask(geometry: drawing.grid), name: "Trachea")
    }

    @Test(arguments: [12..<38, 15..<38, 18..<38])
    func itEndsWhereItDividesWhereverTheNetworkEnds(slices: Range<Int>) throws {
        let drawing = try Drawing()
        let result = try found(drawing, drawing.network(slices))
        #expect(result.mask == drawing.lumen(15..<38))
        #expect(result.notes == ["Trachea bounded by its air, down to where it divides"])
    }

    /// The same box in any orientation of its axes.
    @Test func orientationMakesNoDifference() throws {
        for (direction, _) in axisDirections() {
            let drawing = try Drawing(direction: direction)
            #expect(try found(drawing, drawing.network(12..<38)).mask == drawing.lumen(15..<38))
        }
    }

    @Test func aTubeThatDoesNotDivideIsFollowedSoFarOnly() throws {
        let drawing = try Drawing(divides: false)
        let result = try found(drawing, drawing.network(18..<38))
        #expect(result.mask == drawing.lumen(13..<38), "15 mm below the network's end")
        #expect(result.notes == ["Trachea bounded by its air"])
    }

    /// Into a lung beside it the lumen does not run: what opens up below the network's end is not followed.
    @Test func whatOpensUpIsNotFollowed() throws {
        let drawing = try Drawing(divides: false)
        let volume = try drawing.volume { $0.z < 17 && (20..<40).contains($0.x) ? -900 : nil }
        let result = try AirwayLumen(
            of: volume, network: drawing.network(18..<38), beside: Mask(geometry: drawing.grid), name: "Trachea")
        #expect(result.mask == drawing.lumen(17..<38))
    }

    @Test func aSliceWithoutAirKeepsTheNetworksAnswer() throws {
        let drawing = try Drawing()
        let volume = try drawing.volume { $0.z == 25 ? 30 : nil }
        let network = drawing.network(12..<38)
        let result = try AirwayLumen(
            of: volume, network: network, beside: Mask(geometry: drawing.grid), name: "Trachea")
        #expect(result.mask.slices[25] == network.slices[25])
        #expect(result.mask.slices[24] == drawing.lumen(15..<38).slices[24])
        #expect(result.mask.slices[14].isEmpty)
    }

    /// A tube in the lumen has a wall of its own; its hole and wall are lumen.
    @Test func whatIsInTheLumenBelongsToIt() throws {
        let drawing = try Drawing()
        let volume = try drawing.volume { voxel in
            (28...31).contains(voxel.x) && (23...26).contains(voxel.y) && voxel.z >= 15 ? 100 : nil
        }
        let result = try AirwayLumen(
            of: volume, network: drawing.network(12..<38), beside: Mask(geometry: drawing.grid), name: "Trachea")
        #expect(result.mask == drawing.lumen(15..<38))
    }

    @Test func nothingIsTakenFromOthers() throws {
        let drawing = try Drawing()
        let others = Mask(geometry: drawing.grid) { $0.x < 29 && $0.z >= 15 }
        let result = try found(drawing, drawing.network(12..<38), beside: others)
        #expect(try result.mask == drawing.lumen(15..<38).subtracting(others))
    }

    @Test func ofNothingComesNothing() throws {
        let drawing = try Drawing()
        let result = try found(drawing, Mask(geometry: drawing.grid))
        #expect(result.mask.isEmpty && result.notes.isEmpty)
    }

    /// A recipe names the structures, and a prediction says in its record what was done.
    @Test func aRecipeAsksForIt() throws {
        var recipe = Recipe(name: "fake", structures: [.trachea])
        recipe.preprocessing.spacing = Spacing(x: 3, y: 3, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (32, 32)
        recipe.preprocessing.cropsToBody = false
        recipe.network.levels = 1
        let network = FakeNetwork(recipe) { _, x, y, slice, _ in
            (12..<20).contains(x) && (12..<20).contains(y) && slice[16 * 32 + 16] < 0.3 ? 1 : 0
        }
        let drawing = try Drawing(divides: false)
        func predicted() throws -> Prediction {
            try ModelSegmenter(name: ModelName(rawValue: "fake@1"), recipe: recipe, network: network)
                .segment(try drawing.volume()).prediction
        }
        let plain = try predicted()
        #expect(plain.masks[.trachea] != drawing.lumen(0..<40))
        recipe.postprocessing.airLumens = [.trachea]
        let bounded = try predicted()
        #expect(bounded.masks[.trachea] == drawing.lumen(0..<40))
        #expect(bounded.preprocessing.contains("Trachea bounded by its air"))
        recipe.postprocessing.airLumens = [.heart]
        let error = #expect(throws: RecipeError.self) { try recipe.check() }
        #expect(error?.key == "[postprocessing] air_lumen")
    }
}
