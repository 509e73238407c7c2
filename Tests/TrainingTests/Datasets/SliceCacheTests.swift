import Cases
import Foundation
import Models
import TestSupport
import Testing
import Volumes

@testable import Training

@Suite struct SliceCacheTests {
    private let temporary: TemporaryFolder
    private let grid: GridGeometry
    private let left: Mask
    private let right: Mask

    init() throws {
        temporary = try TemporaryFolder()
        grid = try GridGeometry(size: GridSize(x: 70, y: 9, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        left = Mask(geometry: grid) { $0.x > 60 && $0.z != 2 }
        right = Mask(geometry: grid) { ($0.x < 5 || $0.x == 64) && $0.y > 2 && $0.z != 2 }
    }

    private func prepared() throws -> PreparedPatient {
        var random = SeededGenerator(seed: 9)
        let values = (0..<grid.size.voxelCount).map { _ in Float.random(in: 0...1, using: &random) }
        return try PreparedPatient(
            geometry: grid, values: values, masks: [(.lungLeft, left), (.lungRight, right)],
            sliceWeights: [1, 0, 1, 1])
    }

    private func patient(image: String = "i", mask: String = "m", seen: [Int]? = nil) -> DatasetPatient {
        DatasetPatient(
            id: "p", image: ImageSource(path: "p", digest: image),
            masks: ["Lung_L": MaskSource(path: "m", digest: mask)], size: grid.size, spacing: grid.spacing,
            seenSlices: seen)
    }

    @Test func givesBackWhatItWasGiven() throws {
        let cache = SliceCache(folder: temporary.url, preprocessing: "a")
        let source = try prepared()
        let cached = try cache.open(patient(), structures: ["Lung_L"]) { source }
        #expect(cached.geometry == grid)
        #expect(cached.structures == [.lungLeft, .lungRight])
        #expect(cached.sliceWeights == [1, 0, 1, 1])
        #expect(cached.hasLabels == [true, true, false, true])
        #expect(cached.mask(of: 0) == left)
        #expect(cached.mask(of: 1) == right)
        var image = [Float](repeating: -1, count: cached.pixelCount)
        for z in 0..<4 {
            image.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { cached.copyImage(slice: z, to: base) }
            }
            let wanted = source.values[z * image.count..<(z + 1) * image.count]
            // Half of one of 65,535 steps.
            #expect(zip(image, wanted).allSatisfy { abs($0 - $1) <= 0.51 / 65_535 })
        }
    }

    @Test func keepsWhatWasProposedBesideWhatIsTrue() throws {
        let cache = SliceCache(folder: temporary.url, preprocessing: "a")
        let values = [Float](repeating: 0.5, count: grid.size.voxelCount)
        func prepared(_ proposals: [Mask?]?) throws -> PreparedPatient {
            try PreparedPatient(
                geometry: grid, values: values, masks: [(.lungLeft, left), (.lungRight, right)], proposals: proposals)
        }
        let cached = try cache.open(patient(), structures: ["Lung_L"], proposals: "p") { try prepared([right, nil]) }
        #expect(cached.hasProposals && cached.mask(of: 0) == left && cached.mask(of: 1) == right)
        for z in 0..<4 {
            #expect(Array(try #require(cached.proposals(slice: z))) == right.slices[z].bytes)
        }
        // Another proposal is another file, and without any it is the file that it always was.
        let plain = cache.file(of: patient(), structures: ["Lung_L"])
        #expect(plain != cache.file(of: patient(), structures: ["Lung_L"], proposals: "p"))
        let without = try cache.open(patient(), structures: ["Lung_L"]) { try prepared(nil) }
        #expect(!without.hasProposals && without.proposals(slice: 0) == nil)
        // A byte of them that is changed is found.
        let file = cache.file(of: patient(), structures: ["Lung_L"], proposals: "p")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: file)
        #expect(CachedPatient(at: file) == nil)
        // A slice on which something was proposed that is not there teaches as well.
        let empty = Mask(geometry: grid)
        let wrong = try PreparedPatient(
            geometry: grid, values: values, masks: [(.lungLeft, empty)], proposals: [left])
        #expect(wrong.hasLabels == [true, true, false, true])
        #expect(throws: VolumesError.self) { try prepared([left]) }
    }

    @Test func preparesOnceForEachContent() throws {
        let cache = SliceCache(folder: temporary.url, preprocessing: "a")
        var made = 0
        func open(_ cache: SliceCache, _ patient: DatasetPatient) throws {
            _ = try cache.open(patient, structures: ["Lung_L"]) {
                made += 1
                return try prepared()
            }
        }
        try open(cache, patient())
        try open(cache, patient())
        #expect(made == 1)
        try open(cache, patient(image: "j"))
        try open(cache, patient(mask: "n"))
        try open(cache, patient(seen: [0, 2]))
        try open(SliceCache(folder: temporary.url, preprocessing: "b"), patient())
        #expect(made == 5)
        try open(cache, patient())
        #expect(made == 5)
    }

    @Test func damageIsFoundAndMended() throws {
        let cache = SliceCache(folder: temporary.url, preprocessing: "a")
        _ = try cache.open(patient(), structures: []) { try prepared() }
        let file = cache.file(of: patient(), structures: [])
        let whole = try Data(contentsOf: file)
        var random = SeededGenerator(seed: 3)
        for attempt in 0..<60 {
            var bytes = whole
            if attempt % 3 == 0 {
                bytes = bytes.prefix(Int.random(in: 0..<whole.count, using: &random))
            } else {
                // Zeros between header and pixels are not looked at.
                let place =
                    attempt % 3 == 1
                    ? Int.random(in: 0..<300, using: &random) : Int.random(in: 4096..<whole.count, using: &random)
                bytes[place] ^= UInt8(1 << (attempt % 8))
            }
            try bytes.write(to: file)
            let opened = CachedPatient(at: file)
            // A flipped bit in the header may leave a valid one; what it says of the pixels must still be true.
            if attempt % 3 != 1 { #expect(opened == nil) }
            var made = 0
            let mended = try cache.open(patient(), structures: []) {
                made += 1
                return try prepared()
            }
            if attempt % 3 != 1 { #expect(made == 1) }
            #expect(mended.mask(of: 1).count == right.count || opened != nil)
        }
    }

    @Test func aSliceCountsOnlyIfAllItLiesOnWasSeen() throws {
        // Slices of the image every 3 mm, of the network every 2 mm from the same place.
        let image = try GridGeometry(size: GridSize(x: 4, y: 4, z: 5), spacing: Spacing(x: 1, y: 1, z: 3))
        let network = try GridGeometry(size: GridSize(x: 2, y: 2, z: 7), spacing: Spacing(x: 1, y: 1, z: 2))
        // The network's slices lie at 0, 2/3, 4/3, 2, 8/3, 10/3, 4 of the image's.
        #expect(PreparedPatient.weights([0, 1, 2], of: image, on: network) == [1, 1, 1, 1, 0, 0, 0])
        #expect(PreparedPatient.weights([0, 2, 3, 4], of: image, on: network) == [1, 0, 0, 1, 1, 1, 1])
        #expect(PreparedPatient.weights([], of: image, on: network) == [0, 0, 0, 0, 0, 0, 0])
        #expect(PreparedPatient.weights([0, 1, 2, 3, 4], of: image, on: network) == [1, 1, 1, 1, 1, 1, 1])
    }

    @Test func preparesByTheRecipe() throws {
        var recipe = Recipe(name: "r", structures: [.lungs, .lungRight])
        recipe.preprocessing.columns = 64
        recipe.preprocessing.rows = 48
        recipe.preprocessing.spacing = Spacing(x: 8, y: 8, z: 10)
        let image = try ThoraxDrawing.grid()
        let volume = try ThoraxDrawing().volume(on: image)
        let masks: [StructureName: Mask] = [
            .lungLeft: ThoraxDrawing.lung(side: 1, on: image), .lungRight: ThoraxDrawing.lung(side: -1, on: image),
        ]
        let patient = try PreparedPatient(volume, masks: masks, recipe: recipe)
        #expect(patient.geometry.size.x == 64)
        #expect(patient.structures == [.lungs, .lungRight])
        let both = patient.labels.filter { $0 & 1 != 0 }.count
        let one = patient.labels.filter { $0 & 2 != 0 }.count
        #expect(abs(Double(both) - 2 * Double(one)) < 0.04 * Double(both))
        #expect(patient.labels.allSatisfy { $0 & 2 == 0 || $0 & 1 != 0 })
        // 4/3 π · 45 · 65 · 70 mm³ of 640 mm³ each.
        #expect(abs(Double(one) - 1340) < 40)
        #expect(throws: DatasetError.self) {
            try PreparedPatient(volume, masks: [.lungLeft: masks[.lungLeft] ?? Mask(geometry: image)], recipe: recipe)
        }
    }
}
