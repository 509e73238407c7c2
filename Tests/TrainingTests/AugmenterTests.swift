import Cases
import Models
import Testing
import Volumes

@testable import Training

@Suite struct AugmenterTests {
    /// A slice of 8 × 8 pixels of 2 × 2 mm, augmented.
    private func augmented(
        _ image: [Float], _ labels: [UInt8], structures: [StructureName] = [.lungLeft, .lungRight], seed: UInt64 = 1,
        size: Int = 8, change: (inout AugmentationRecipe) -> Void
    ) -> (image: [Float], labels: [UInt8]) {
        var recipe = Recipe(name: "a", structures: structures)
        recipe.preprocessing.columns = size
        recipe.preprocessing.rows = size
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        recipe.preprocessing.windowLow = -1000
        recipe.preprocessing.windowHigh = 1000
        change(&recipe.augmentation)
        var (image, labels) = (image, labels)
        var random = SeededRandom(seed)
        image.withUnsafeMutableBufferPointer { image in
            labels.withUnsafeMutableBufferPointer { labels in
                guard let image = image.baseAddress, let labels = labels.baseAddress else { return }
                Augmenter(recipe).apply(image: image, labels: labels, random: &random)
            }
        }
        return (image, labels)
    }

    private let ramp = (0..<64).map { Float($0) / 64 }
    private let marks = (0..<64).map { UInt8($0 % 4) }

    @Test func nothingAskedForChangesNothing() {
        let result = augmented(ramp, marks) { _ in }
        #expect(result.image == ramp)
        #expect(result.labels == marks)
        let never = augmented(ramp, marks) {
            $0.probability = 0
            $0.flipLeftRight = 1
            $0.noise = 100
            $0.rotation = 90
        }
        #expect(never.image == ramp)
        #expect(never.labels == marks)
    }

    @Test func mirroringExchangesTheLungs() {
        let result = augmented(ramp, marks) { $0.flipLeftRight = 1 }
        for y in 0..<8 {
            for x in 0..<8 {
                #expect(result.image[y * 8 + x] == ramp[y * 8 + 7 - x])
                // 0 stays 0 and both stay both; one side becomes the other.
                #expect(result.labels[y * 8 + x] == [0, 2, 1, 3][Int(marks[y * 8 + 7 - x])])
            }
        }
        let upright = augmented(ramp, marks) { $0.flipFrontBack = 1 }
        for (place, label) in upright.labels.enumerated() {
            let (row, column) = (7 - place / 8, place % 8)
            #expect(label == marks[row * 8 + column])
        }
    }

    @Test func onlyPairsAreExchanged() {
        let table = Augmenter.swap([.heart, .lungRight, .spinalCord, .lungLeft])
        #expect(table[0b0001] == 0b0001)
        #expect(table[0b0010] == 0b1000)
        #expect(table[0b1000] == 0b0010)
        #expect(table[0b1111] == 0b1111)
        #expect(table[0b0110] == 0b1100)
    }

    /// Whatever the geometry, labels go where the image goes: a picture of two levels stays the picture of its label.
    @Test(arguments: 0..<20) func labelsFollowTheImage(seed: UInt64) {
        let size = 64
        let labels = (0..<size * size).map { i -> UInt8 in
            let (x, y) = (Double(i % size) - 36, Double(i / size) - 28)
            return x * x + 2 * y * y < 200 ? 1 : 0
        }
        let result = augmented(labels.map(Float.init), labels, structures: [.heart], seed: seed, size: size) {
            $0.rotation = 30
            $0.scale = 0.2
            $0.shift = 20
            $0.elastic = 6
            $0.elasticGrid = 32
            $0.flipLeftRight = 0.5
            $0.flipFrontBack = 0.5
        }
        #expect(result.labels != labels)
        let apart = zip(result.image, result.labels).filter { ($0 > 0.5) != ($1 == 1) }.count
        // At the border, nearest pixel and half of the interpolation may differ.
        #expect(apart <= result.labels.filter { $0 == 1 }.count / 20)
        #expect(result.labels.filter { $0 == 1 }.count > 100)
    }

    @Test func whatMovesMovesByTheRecipesMillimetres() {
        // A dot; rotation off; the shift is at most 6 mm, which is 3 pixels.
        var image = [Float](repeating: 0, count: 1024)
        image[16 * 32 + 16] = 1
        var furthest = 0.0
        for seed in 0..<200 {
            let moved = augmented(image, [UInt8](repeating: 0, count: 1024), seed: UInt64(seed), size: 32) {
                $0.shift = 6
            }.image
            let sum = moved.reduce(0, +)
            #expect(abs(sum - 1) < 1e-4)
            var (x, y) = (-16.0, -16.0)
            for (place, value) in moved.enumerated() {
                x += Double(place % 32) * Double(value)
                y += Double(place / 32) * Double(value)
            }
            #expect(abs(x) < 3.0001 && abs(y) < 3.0001)
            furthest = max(furthest, abs(x), abs(y))
        }
        #expect(furthest > 2.9)
    }

    @Test func greyIsChangedByTheRecipesHU() {
        let flat = [Float](repeating: 0.5, count: 4096)
        let none = [UInt8](repeating: 0, count: 4096)
        var (lowest, highest): (Float, Float) = (1, 0)
        for seed in 0..<100 {
            let image = augmented(flat, none, seed: UInt64(seed), size: 64) { $0.intensityShift = 200 }.image
            #expect(Set(image).count == 1)
            lowest = min(lowest, image[0])
            highest = max(highest, image[0])
        }
        // 200 HU of a window of 2000 are a tenth.
        #expect(lowest >= 0.4 && lowest < 0.41)
        #expect(highest <= 0.6 && highest > 0.59)

        var deviations: [Double] = []
        for seed in 0..<60 {
            let image = augmented(flat, none, seed: UInt64(seed), size: 64) { $0.noise = 100 }.image
            let values = image.map(Double.init)
            let mean = values.reduce(0, +) / 4096
            let squares = values.map { ($0 - mean) * ($0 - mean) }
            deviations.append((squares.reduce(0, +) / 4096).squareRoot())
            #expect(abs(mean - 0.5) < 0.004)
        }
        // Deviations are drawn from 0 to 100 HU, a twentieth of the window.
        let most = deviations.max() ?? 0
        #expect(most <= 0.0515 && most > 0.045)
        #expect((deviations.min() ?? 1) < 0.01)
    }

    @Test func contrastTurnsAboutTheWindowsMiddle() {
        let image = (0..<64).map { _ in Float(0.5) }
        #expect(augmented(image, marks) { $0.intensityScale = 0.5 }.image.allSatisfy { abs($0 - 0.5) < 1e-6 })
    }

    @Test func blurKeepsTheSumAndSpreadsIt() {
        var image = [Float](repeating: 0, count: 1024)
        image[16 * 32 + 16] = 1
        let blurred = augmented(image, [UInt8](repeating: 0, count: 1024), seed: 5, size: 32) { $0.blur = 8 }.image
        #expect(abs(blurred.reduce(0, +) - 1) < 1e-4)
        #expect(blurred[16 * 32 + 16] < 0.9)
        #expect(blurred[16 * 32 + 17] == blurred[16 * 32 + 15])
        #expect(abs(blurred[17 * 32 + 16] - blurred[16 * 32 + 15]) < 1e-7)
    }

    @Test func theSameDrawGivesTheSameSlice() {
        func once(_ seed: UInt64) -> [Float] {
            augmented(ramp, marks, seed: seed) {
                $0.rotation = 20
                $0.elastic = 2
                $0.noise = 30
                $0.blur = 3
                $0.intensityScale = 0.2
            }.image
        }
        #expect(once(3) == once(3))
        #expect(once(3) != once(4))
    }
}
