import Cases
import TestSupport
import Testing
import Volumes

@testable import Segmentation

@Suite struct BaselineSegmenterTests {
    private func dice(_ a: Mask, _ b: Mask) throws -> Double {
        2 * Double(try a.intersection(b).count) / Double(a.count + b.count)
    }

    private func lungs(_ drawing: ThoraxDrawing, on grid: GridGeometry) throws -> (left: Mask, right: Mask) {
        let prediction = try BaselineSegmenter().segment(drawing.volume(on: grid))
        #expect(prediction.model == .baseline && prediction.masks.count == 2)
        let left = try #require(prediction.masks[.lungLeft])
        let right = try #require(prediction.masks[.lungRight])
        #expect(left.geometry == grid && right.geometry == grid)
        #expect(try left.intersection(right).isEmpty)
        return (left, right)
    }

    @Test(arguments: [[1, 2, 3], [-1, 2, 3], [-1, -2, 3], [1, 2, -3], [1, -3, 2], [2, 3, 1], [-3, -1, 2]])
    func leftIsThePatientsLeftWhateverWayTheAxesRun(axes: [Int]) throws {
        let grid = try ThoraxDrawing.grid(axes)
        let found = try lungs(ThoraxDrawing(), on: grid)
        // The drawn lungs include their vessels; gas, trachea, couch and room must not be in.
        #expect(try dice(found.left, ThoraxDrawing.lung(side: 1, on: grid)) > 0.985)
        #expect(try dice(found.right, ThoraxDrawing.lung(side: -1, on: grid)) > 0.985)
    }

    @Test func obliqueGridsAreTakenByTheirNearestAxes() throws {
        // Turned by 20° about z.
        let (c, s) = (0.939_692_620_785_908_4, 0.342_020_143_325_668_7)
        let grid = try GridGeometry(
            size: GridSize(x: 81, y: 73, z: 53), spacing: Spacing(x: 5, y: 5, z: 5),
            origin: PatientPoint(x: -200 * c + 180 * s, y: -200 * s - 180 * c, z: -130),
            direction: GridDirection(
                x: PatientVector(x: c, y: s, z: 0), y: PatientVector(x: -s, y: c, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        let found = try lungs(ThoraxDrawing(), on: grid)
        #expect(try dice(found.left, ThoraxDrawing.lung(side: 1, on: grid)) > 0.98)
        #expect(try dice(found.right, ThoraxDrawing.lung(side: -1, on: grid)) > 0.98)
    }

    @Test func lungsThatTouchAreParted() throws {
        var drawing = ThoraxDrawing()
        drawing.lungsTouch = true
        let grid = try ThoraxDrawing.grid()
        for hasTrachea in [true, false] {
            drawing.hasTrachea = hasTrachea
            let found = try lungs(drawing, on: grid)
            for (mask, side) in [(found.left, 1.0), (found.right, -1.0)] {
                #expect(try dice(mask, ThoraxDrawing.lung(side: side, on: grid)) > 0.95)
                // The bridge is shared at the middle: no voxel is further than 10 mm on the other's side.
                let box = try #require(mask.boundingBox)
                let inner = side > 0 ? box.x.lowerBound : box.x.upperBound - 1
                #expect(grid.point(at: VoxelIndex(x: inner, y: 0, z: 0)).x * side >= -10)
            }
        }
    }

    @Test func bowelGasTracheaAndCouchAreLeftOut() throws {
        let grid = try ThoraxDrawing.grid()
        let found = try lungs(ThoraxDrawing(), on: grid)
        for point in [(50.0, -40.0, -110.0), (0, 20, 60), (0, 125, 0), (0, -130, 0)] {
            let index = grid.index(of: PatientPoint(x: point.0, y: point.1, z: point.2)).nearestVoxel
            let voxel = try #require(index)
            #expect(!found.left[voxel] && !found.right[voxel])
        }
    }

    @Test func aLungAsThinAsGasIsStillALung() throws {
        var drawing = ThoraxDrawing()
        drawing.lungDensity = -980
        drawing.vesselWidth = 8
        drawing.vesselDensity = -700
        let grid = try ThoraxDrawing.grid()
        let found = try lungs(drawing, on: grid)
        #expect(try dice(found.left, ThoraxDrawing.lung(side: 1, on: grid)) > 0.97)
        #expect(try dice(found.right, ThoraxDrawing.lung(side: -1, on: grid)) > 0.97)
    }

    @Test func aNoduleAtThePleuraIsInside() throws {
        var drawing = ThoraxDrawing()
        drawing.hasNodule = true
        let grid = try ThoraxDrawing.grid(step: 4)
        let found = try lungs(drawing, on: grid)
        let centre = try #require(grid.index(of: PatientPoint(x: 110, y: 0, z: 0)).nearestVoxel)
        #expect(drawing.hounsfield(grid.point(at: centre)) == 30 && found.left[centre])
    }

    @Test(arguments: [Int16(-2048), -3024, -1024]) func paddingOutsideTheScanIsNotLung(value: Int16) throws {
        var drawing = ThoraxDrawing()
        drawing.padding = value
        let grid = try ThoraxDrawing.grid()
        let found = try lungs(drawing, on: grid)
        #expect(try dice(found.left, ThoraxDrawing.lung(side: 1, on: grid)) > 0.985)
    }

    @Test func withoutLungsBothMasksAreEmptyAndSaySo() throws {
        var drawing = ThoraxDrawing()
        drawing.hasLungs = false
        drawing.hasTrachea = false
        for hasGas in [true, false] {
            drawing.hasBowelGas = hasGas
            let prediction = try BaselineSegmenter().segment(drawing.volume(on: ThoraxDrawing.grid()))
            #expect(prediction.masks.values.allSatisfy { $0.isEmpty })
            #expect(prediction.preprocessing.last == "no lung found: both masks are empty")
        }
    }

    @Test func aLoneLungLeavesTheOtherMaskEmpty() throws {
        var drawing = ThoraxDrawing()
        drawing.hasLeftLung = false
        let grid = try ThoraxDrawing.grid()
        for hasTrachea in [true, false] {
            drawing.hasTrachea = hasTrachea
            let found = try lungs(drawing, on: grid)
            #expect(found.left.isEmpty)
            #expect(try dice(found.right, ThoraxDrawing.lung(side: -1, on: grid)) > 0.985)
        }
    }

    /// An image cropped to the body has room air in its corners only, each with body beside it.
    @Test func noisyAirInTheCornersIsNoLung() throws {
        var drawing = ThoraxDrawing()
        drawing.hasNoisyRoom = true
        let grid = try GridGeometry(
            size: GridSize(x: 61, y: 43, z: 53), spacing: Spacing(x: 5, y: 5, z: 5),
            origin: PatientPoint(x: -150, y: -105, z: -130))
        let found = try lungs(drawing, on: grid)
        #expect(try dice(found.left, ThoraxDrawing.lung(side: 1, on: grid)) > 0.97)
        #expect(try dice(found.right, ThoraxDrawing.lung(side: -1, on: grid)) > 0.97)
    }

    /// Half a thorax without a trachea to go by, cut at so many mm from the middle; the lung begins at 25 mm.
    @Test(arguments: [0.0, 20], [1.0, -1.0]) func halfAThoraxHasOneLung(from inner: Double, side: Double) throws {
        var drawing = ThoraxDrawing()
        drawing.hasTrachea = false
        let step = 5.0
        let columns = Int((150 - inner) / step) + 1
        let origin = side > 0 ? inner : -150
        let grid = try GridGeometry(
            size: GridSize(x: columns, y: 57, z: 53), spacing: Spacing(x: step, y: step, z: step),
            origin: PatientPoint(x: origin, y: -140, z: -130))
        let found = try lungs(drawing, on: grid)
        let (there, absent) = side > 0 ? (found.left, found.right) : (found.right, found.left)
        #expect(absent.isEmpty)
        #expect(try dice(there, ThoraxDrawing.lung(side: side, on: grid)) > 0.97)
    }

    @Test func isDeterministicAndReportsProgress() throws {
        let volume = try ThoraxDrawing().volume(on: ThoraxDrawing.grid())
        var fractions: [Double] = []
        var steps: [String] = []
        let first = try BaselineSegmenter().segment(
            volume,
            progress: { fraction, step in
                fractions.append(fraction)
                steps.append(step)
            })
        let second = try BaselineSegmenter().segment(volume)
        #expect(first == second)
        #expect(fractions.first == 0 && fractions.last == 1 && fractions == fractions.sorted())
        #expect(steps.contains("airways") && steps.contains("left and right"))
        #expect(first.preprocessing.contains { $0.hasPrefix("air: -1500..<-400 HU") })
    }

    @Test func canBeCancelledAtEveryStep() throws {
        let volume = try ThoraxDrawing().volume(on: ThoraxDrawing.grid(step: 10))
        var asked = 0
        _ = try BaselineSegmenter().segment(
            volume,
            isCancelled: {
                asked += 1; return false
            })
        #expect(asked >= 7)
        for stop in 1...asked {
            var count = 0
            #expect(throws: CancellationError.self) {
                try BaselineSegmenter().segment(
                    volume,
                    isCancelled: {
                        count += 1; return count == stop
                    })
            }
            #expect(count == stop)
        }
    }

    @Test func tinyAndEmptyVolumesDoNotTrap() throws {
        var generator = SeededGenerator(seed: 1)
        for (x, y, z) in [(1, 1, 1), (2, 1, 1), (1, 3, 2), (65, 2, 1), (3, 3, 40), (16, 16, 1)] {
            for step in [0.1, 1, 40] {
                let grid = try GridGeometry(
                    size: GridSize(x: x, y: y, z: z), spacing: Spacing(x: step, y: step, z: 2 * step))
                for range in [
                    Int16(-1000)...Int16(-1000), -3024...(-3024), 40...40, -1100...400, Int16.min...Int16.max,
                ] {
                    let volume = try Volume(
                        geometry: grid,
                        slices: (0..<z).map { _ in
                            try VolumeSlice(
                                width: x, height: y,
                                values: (0..<x * y).map { _ in Int16.random(in: range, using: &generator) })
                        })
                    let masks = try BaselineSegmenter().segment(volume).masks
                    let left = try #require(masks[.lungLeft])
                    let right = try #require(masks[.lungRight])
                    #expect(try left.intersection(right).isEmpty)
                }
            }
        }
    }
}
