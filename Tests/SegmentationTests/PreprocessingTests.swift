import Foundation
import Models
import Segmentation
import TestSupport
import Testing
import Volumes

@Suite struct PreprocessingTests {
    private func recipe(_ x: Double, _ y: Double, _ z: Double, columns: Int, rows: Int) -> PreprocessingRecipe {
        var recipe = PreprocessingRecipe()
        recipe.spacing = Spacing(x: x, y: y, z: z)
        recipe.columns = columns
        recipe.rows = rows
        recipe.cropsToBody = false
        return recipe
    }

    /// The labels as a network's certain answer, put back on the image's grid.
    private func back(_ labels: Mask, of record: PreprocessingRecord) throws -> Mask {
        var field = UnitField(geometry: record.grid)
        let size = record.grid.size
        for z in 0..<size.z {
            let slice = labels.slices[z]
            try field.set(
                slice: z, to: (0..<size.x * size.y).map { slice[$0 % size.x, $0 / size.x] ? Float(1) : 0 })
        }
        let seen = ResampledUnitField(field, onto: record.source)
        let slices = (0..<record.source.size.z).map(seen.slice)
        return Mask(geometry: record.source) { voxel in
            slices[voxel.z].map { $0[voxel.y * record.source.size.x + voxel.x] >= 0.5 } ?? false
        }
    }

    @Test func atEqualSpacingEveryVoxelComesBack() throws {
        var generator = SeededGenerator(seed: 4)
        let wanted = [1.5, 2, 3]
        for (direction, order) in axisDirections() {
            let sizes = (0..<3).map { _ in Int.random(in: 3...7, using: &generator) }
            // The axis that runs along patient axis `order[i]` has that axis's spacing.
            let geometry = try GridGeometry(
                size: GridSize(x: sizes[0], y: sizes[1], z: sizes[2]),
                spacing: Spacing(x: wanted[order[0]], y: wanted[order[1]], z: wanted[order[2]]),
                origin: PatientPoint(x: -31.7, y: 12.25, z: 1000.1), direction: direction)
            let mask = randomMask(geometry, density: 0.5, using: &generator)
            let volume = try formulaVolume(geometry)
            let record = try PreprocessingRecord(volume, recipe(1.5, 2, 3, columns: 8, rows: 16))
            #expect(try back(record.labels(mask), of: record) == mask)
            // The input holds the image's own values, each in its place in the patient.
            let prepared = try PreprocessedVolume(volume, record)
            for z in 0..<prepared.sliceCount {
                for (i, value) in prepared.slice(z).enumerated() {
                    let point = record.grid.point(at: VoxelIndex(x: i % 8, y: i / 8, z: z))
                    let voxel = try #require(geometry.index(of: point).nearestVoxel)
                    let hu = geometry.size.contains(voxel) ? Double(volume[voxel].value) : -1024
                    #expect(abs(Double(value) - (min(hu, 600) + 1024) / 1624) < 1e-6)
                }
            }
        }
    }

    @Test func atOtherSpacingsABallComesBackWithinAVoxel() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<12 {
            let spacing = Spacing(
                x: .random(in: 1...2.5, using: &generator), y: .random(in: 1...2.5, using: &generator),
                z: .random(in: 1...4, using: &generator))
            let geometry = try GridGeometry(
                size: GridSize(x: Int(80 / spacing.x), y: Int(80 / spacing.y), z: Int(80 / spacing.z)),
                spacing: spacing, direction: randomDirection(using: &generator))
            let centre = geometry.point(
                at: ContinuousIndex(x: 40 / spacing.x, y: 40 / spacing.y, z: 40 / spacing.z))
            let ball = Mask(geometry: geometry) { (geometry.point(at: $0) - centre).length <= 25 }
            let volume = Volume(geometry: geometry, filledWith: 0)
            let record = try PreprocessingRecord(volume, recipe(2, 2, 3, columns: 96, rows: 96))
            let found = try back(record.labels(ball), of: record)
            // Nearest and linear each move a surface by at most half a step of the larger grid along each axis.
            for voxel in voxels(geometry.size) {
                let distance = (geometry.point(at: voxel) - centre).length
                if distance < 25 - 4.2 { #expect(found[voxel]) }
                if distance > 25 + 4.2 { #expect(!found[voxel]) }
            }
            #expect(abs(found.millilitres / ball.millilitres - 1) < 0.05)
        }
    }

    @Test func theFieldLiesAroundTheBody() throws {
        // A body of 200 × 120 mm, far from the image's middle, on a couch that is wider than it.
        let geometry = try GridGeometry(
            size: GridSize(x: 200, y: 200, z: 12), spacing: Spacing(x: 2.5, y: 2.5, z: 5),
            origin: PatientPoint(x: -400, y: 100, z: 0))
        let volume = try drawnVolume(geometry) { voxel in
            let point = geometry.point(at: voxel)
            let (x, y) = ((point.x + 250) / 100, (point.y - 300) / 60)
            if x * x + y * y <= 1 { return 40 }
            return (378...381).contains(point.y) ? 100 : -1000
        }
        var settings = recipe(2, 2, 5, columns: 128, rows: 96)
        settings.cropsToBody = true
        let record = try PreprocessingRecord(volume, settings)
        #expect(record.isAroundBody)
        let middle = record.grid.point(at: ContinuousIndex(x: 63.5, y: 47.5, z: 0))
        #expect(abs(middle.x + 250) < 6 && abs(middle.y - 300) < 6)
        let empty = try PreprocessingRecord(Volume(geometry: geometry, filledWith: .air), settings)
        #expect(!empty.isAroundBody)
        settings.cropsToBody = false
        let centred = try PreprocessingRecord(volume, settings)
        let centre = centred.grid.point(at: ContinuousIndex(x: 63.5, y: 47.5, z: 0))
        #expect(abs(centre.x + 151.25) <= 2 && abs(centre.y - 348.75) <= 2)
    }

    @Test func theRecordIsKeptAsItIs() throws {
        let geometry = try GridGeometry(size: GridSize(x: 9, y: 8, z: 7), spacing: Spacing(x: 0.7, y: 0.8, z: 1.3))
        let volume = try formulaVolume(geometry)
        let record = try PreprocessingRecord(volume, recipe(1, 1, 3, columns: 16, rows: 16))
        let read = try JSONDecoder().decode(PreprocessingRecord.self, from: JSONEncoder().encode(record))
        #expect(read == record)
        #expect(try PreprocessedVolume(volume, read).slice(1) == PreprocessedVolume(volume, record).slice(1))
        let other = try GridGeometry(size: GridSize(x: 9, y: 8, z: 7), spacing: Spacing(x: 0.7, y: 0.8, z: 1.4))
        #expect(throws: VolumesError.self) { try record.labels(Mask(geometry: other)) }
        #expect(throws: VolumesError.self) { try PreprocessedVolume(Volume(geometry: other, filledWith: 0), record) }
    }

    @Test func theWindowsEndsAreTheEnds() throws {
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 1, z: 1), spacing: Spacing(x: 1, y: 1, z: 3))
        let volume = try drawnVolume(geometry) { [-3000, -1024, -212, 600][$0.x] }
        var settings = recipe(1, 1, 3, columns: 4, rows: 1)
        #expect(try PreprocessedVolume(volume, settings).slice(0) == [0, 0, 0.5, 1])
        settings.normalisation = .symmetric
        #expect(try PreprocessedVolume(volume, settings).slice(0) == [-1, -1, 0, 1])
    }
}

@Suite struct PreprocessingOracleTests {
    private struct Grid: Encodable {
        let size: [Int]
        let spacing, origin: [Double]
        let direction: [[Double]]

        init(_ grid: GridGeometry) {
            size = [grid.size.x, grid.size.y, grid.size.z]
            spacing = [grid.spacing.x, grid.spacing.y, grid.spacing.z]
            origin = [grid.origin.x, grid.origin.y, grid.origin.z]
            direction = [grid.direction.x, grid.direction.y, grid.direction.z].map { [$0.x, $0.y, $0.z] }
        }
    }
    private struct Case: Encodable {
        let source, target: Grid
        let outside: Double
    }
    private struct Answer: Decodable {
        let linear: [Double]
        let nearest: [Int]
    }

    @Test func inputsAreWhatSimpleITKResamples() throws {
        var generator = SeededGenerator(seed: 31)
        var settings = PreprocessingRecipe()
        settings.cropsToBody = false
        (settings.columns, settings.rows) = (24, 16)
        let axes = axisDirections()
        let volumes = try (0..<14).map { i in
            let spacing = Spacing(
                x: .random(in: 0.5...3, using: &generator), y: .random(in: 0.5...3, using: &generator),
                z: .random(in: 0.8...5, using: &generator))
            return try formulaVolume(
                GridGeometry(
                    size: GridSize(
                        x: .random(in: 5...20, using: &generator), y: .random(in: 5...20, using: &generator),
                        z: .random(in: 3...9, using: &generator)), spacing: spacing,
                    origin: PatientPoint(x: .random(in: -200...200, using: &generator), y: 3.25, z: -70),
                    direction: i % 2 == 0
                        ? randomDirection(using: &generator) : axes[i * 7 % axes.count].direction))
        }
        let records = try volumes.map { volume in
            settings.spacing = Spacing(
                x: .random(in: 0.8...2, using: &generator), y: .random(in: 0.8...2, using: &generator),
                z: .random(in: 1...4, using: &generator))
            return try PreprocessingRecord(volume, settings)
        }
        let folder = try TemporaryFolder()
        let file = folder.file("cases.json")
        let cases = records.map { Case(source: Grid($0.source), target: Grid($0.grid), outside: settings.windowLow) }
        try JSONEncoder().encode(cases).write(to: file)
        let answers = try withExtendedLifetime(folder) {
            try PythonOracle("preprocessing_oracle.py").run([file.path], as: [Answer].self)
        }
        for (i, record) in records.enumerated() {
            let size = record.grid.size
            let seen = ResampledVolume(volumes[i], onto: record.grid, outside: settings.windowLow)
            let found = (0..<size.z).flatMap(seen.slice)
            let worst = zip(found, answers[i].linear).map { abs($0 - $1) }.max()
            #expect(found.count == answers[i].linear.count)
            #expect(try #require(worst) < 1e-4, "grid \(i): \(record.source)")
            #expect(found.contains { $0 != settings.windowLow })
            let mask = Mask(geometry: record.source) { formulaHU($0).isMultiple(of: 3) }
            let labels = try record.labels(mask)
            var (wrong, compared) = (0, 0)
            for (voxel, label) in zip(voxels(size), answers[i].nearest) {
                // Exactly between two voxels either may be taken; ITK's choice hangs on its last digits.
                let place = record.source.index(of: record.grid.point(at: voxel))
                let halves = [place.x, place.y, place.z].map { abs($0 - $0.rounded(.down) - 0.5) }
                guard halves.allSatisfy({ $0 > 1e-6 }) else { continue }
                compared += 1
                if labels[voxel] != (label == 1) { wrong += 1 }
            }
            #expect(wrong == 0 && compared > 100, "grid \(i): \(wrong) of \(compared)")
        }
    }
}
