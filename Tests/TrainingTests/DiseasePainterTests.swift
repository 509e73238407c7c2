import Cases
import Models
import Testing
import Volumes

@testable import Training

@Suite struct DiseasePainterTests {
    private let size = 64

    private func recipe(masses: Double, fluid: Double, structures: [StructureName] = [.heart, .lungLeft, .lungRight])
        -> Recipe
    {
        var recipe = Recipe(name: "d", structures: structures)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (size, size)
        recipe.preprocessing.spacing = Spacing(x: 3, y: 3, z: 3)
        recipe.augmentation.masses = masses
        recipe.augmentation.fluid = fluid
        recipe.augmentation.probability = 0
        return recipe
    }

    /// A heart, a right and a left lung of air, soft tissue around them.
    private func slice(_ recipe: Recipe) -> (image: [Float], labels: [UInt8]) {
        let labels = (0..<size * size).map { place -> UInt8 in
            let (x, y) = (place % size, place / size)
            guard (12..<52).contains(y) else { return 0 }
            return (6..<26).contains(x) ? 4 : (38..<58).contains(x) ? 2 : (28..<36).contains(x) ? 1 : 0
        }
        let air = recipe.preprocessing.normalised(-850)
        let tissue = recipe.preprocessing.normalised(40)
        return (labels.map { $0 & 6 != 0 ? air : tissue }, labels)
    }

    private func painted(_ recipe: Recipe, seed: UInt64) -> (image: [Float], labels: [UInt8]) {
        var (image, labels) = slice(recipe)
        var random = SeededRandom(seed)
        image.withUnsafeMutableBufferPointer { image in
            labels.withUnsafeMutableBufferPointer { labels in
                guard let image = image.baseAddress, let labels = labels.baseAddress else { return }
                Augmenter(recipe).apply(image: image, labels: labels, random: &random)
            }
        }
        return (image, labels)
    }

    @Test(arguments: [(1.0, 0.0), (0, 1), (1, 1)])
    func onlyLungsChangeAndLabelsNever(masses: Double, fluid: Double) {
        let recipe = recipe(masses: masses, fluid: fluid)
        let before = slice(recipe)
        let dense = recipe.preprocessing.normalised(-200)
        for seed in 0..<50 {
            let after = painted(recipe, seed: UInt64(seed))
            #expect(after.labels == before.labels)
            let changed = before.image.indices.filter { after.image[$0] != before.image[$0] }
            #expect(changed.allSatisfy { before.labels[$0] & 6 != 0 })
            #expect(changed.contains { after.image[$0] > dense }, "something dense, seed \(seed)")
            #expect(Set(changed.map { before.labels[$0] }).count == 1, "one lung a slice")
            #expect(painted(recipe, seed: UInt64(seed)).image == after.image)
        }
    }

    /// What is painted is marked with the bit that no structure has, on whichever side it comes to lie; where both are
    /// painted, the mass alone.
    @Test(arguments: [(1.0, 0.0), (0, 1), (1, 1)])
    func paintedDiseaseIsMarkedWhereAsked(masses: Double, fluid: Double) {
        var recipe = recipe(masses: masses, fluid: fluid)
        let augmenter = Augmenter(recipe)
        #expect(augmenter.spare == 0b1000)
        func marked(seed: UInt64) -> (image: [Float], labels: [UInt8]) {
            var (image, labels) = slice(recipe)
            var random = SeededRandom(seed)
            image.withUnsafeMutableBufferPointer { image in
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let image = image.baseAddress, let labels = labels.baseAddress else { return }
                    Augmenter(recipe).apply(
                        [SlicePlane(image: image, labels: labels, distance: 0)], marksDisease: true, random: &random)
                }
            }
            return (image, labels)
        }
        let (before, dense) = (slice(recipe), recipe.preprocessing.normalised(-300))
        for seed in 0..<30 as Range<UInt64> {
            let after = marked(seed: seed)
            #expect(after.image == painted(recipe, seed: seed).image, "marking draws nothing")
            #expect(after.labels.map { $0 & 7 } == before.labels)
            let bits = after.labels.indices.filter { after.labels[$0] & 8 != 0 }
            #expect(!bits.isEmpty && bits.allSatisfy { before.labels[$0] & 6 != 0 })
            let changed = before.image.indices.filter { after.image[$0] > dense && before.labels[$0] & 6 != 0 }
            #expect(masses * fluid == 1 || Set(changed).isSubset(of: bits), "seed \(seed)")
        }
        recipe.augmentation.probability = 1
        recipe.augmentation.flipLeftRight = 1
        let mirrored = marked(seed: 3).labels
        #expect(mirrored.contains { $0 & 8 != 0 } && mirrored.allSatisfy { $0 & 8 == 0 || $0 & 6 != 0 })
    }

    @Test func fluidLiesAtTheBack() {
        let recipe = recipe(masses: 0, fluid: 1)
        let before = slice(recipe)
        for seed in 0..<20 {
            let after = painted(recipe, seed: UInt64(seed)).image
            let changed = before.image.indices.filter { after[$0] != before.image[$0] }
            #expect(changed.contains { $0 / size == 51 })
            // The upper half of the lung's middle columns keeps its air.
            #expect(changed.allSatisfy { $0 / size >= 28 || ![15, 16, 47, 48].contains($0 % size) })
        }
    }

    @Test func twoInThreeMassesLieAtTheWall() {
        let recipe = recipe(masses: 1, fluid: 0)
        let before = slice(recipe)
        let atWall = (0..<200).filter { seed in
            let after = painted(recipe, seed: UInt64(seed)).image
            return before.image.indices.contains { place in
                after[place] != before.image[place]
                    && [place - 1, place + 1, place - size, place + size].contains { before.labels[$0] & 6 == 0 }
            }
        }
        #expect((120...199).contains(atWall.count), "large ones in the middle reach it as well: \(atWall.count)")
    }

    /// A lung of 60 pixels is painted where nothing is marked, whatever their size; marked, it has to have 200 mm².
    @Test(arguments: [(1.5, false, true), (3, false, true), (1.5, true, false), (3, true, true)])
    func smallLungsStayAsTheyAre(step: Double, isMarked: Bool, isPainted: Bool) {
        var recipe = recipe(masses: 1, fluid: 1)
        recipe.preprocessing.spacing = Spacing(x: step, y: step, z: 3)
        var random = SeededRandom(7)
        var labels = [UInt8](repeating: 0, count: size * size)
        for place in 0..<60 { labels[20 * size + place] = 2 | 4 }
        let before = [Float](repeating: recipe.preprocessing.normalised(-850), count: size * size)
        var image = before
        image.withUnsafeMutableBufferPointer { image in
            labels.withUnsafeMutableBufferPointer { labels in
                guard let image = image.baseAddress, let labels = labels.baseAddress else { return }
                Augmenter(recipe).apply(
                    [SlicePlane(image: image, labels: labels, distance: 0)], marksDisease: isMarked, random: &random)
            }
        }
        #expect((image != before) == isPainted)
        #expect(labels.contains { $0 & 8 != 0 } == (isMarked && isPainted))
    }

    @Test func nothingIsPaintedUnasked() {
        let none = recipe(masses: 0, fluid: 0)
        let hearts = recipe(masses: 1, fluid: 1, structures: [.heart])
        for recipe in [none, hearts] {
            var (image, labels) = slice(recipe)
            if recipe.structures == [.heart] { labels = labels.map { $0 & 1 } }
            let original = image
            var random = SeededRandom(1)
            image.withUnsafeMutableBufferPointer { image in
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let image = image.baseAddress, let labels = labels.baseAddress else { return }
                    Augmenter(recipe).apply(image: image, labels: labels, random: &random)
                }
            }
            #expect(image == original)
        }
    }

    @Test func paintingLeavesTheOtherVariationsAlone() {
        func varied(_ masses: Double) -> [UInt8] {
            var recipe = recipe(masses: masses, fluid: 0)
            recipe.augmentation.probability = 1
            recipe.augmentation.rotation = 20
            recipe.augmentation.shift = 10
            return painted(recipe, seed: 5).labels
        }
        #expect(varied(0) == varied(1))
    }

    /// What is painted on a slice goes on in its neighbours: a mass as a ball, fluid to the same level.
    @Test(arguments: [(1.0, 0.0), (0, 1)])
    func diseaseReachesTheNeighbours(masses: Double, fluid: Double) {
        let recipe = recipe(masses: masses, fluid: fluid)
        let before = slice(recipe)
        let count = size * size
        var smaller = 0
        for seed in 0..<30 {
            var images = before.image + before.image + before.image
            var labels = before.labels + before.labels + before.labels
            var random = SeededRandom(UInt64(seed))
            images.withUnsafeMutableBufferPointer { images in
                labels.withUnsafeMutableBufferPointer { labels in
                    guard let images = images.baseAddress, let labels = labels.baseAddress else { return }
                    let planes = [0.0, 4, 50].enumerated().map { index, distance in
                        SlicePlane(
                            image: images + index * count, labels: labels + index * count, distance: distance)
                    }
                    Augmenter(recipe).apply(planes, random: &random)
                }
            }
            #expect(Array(images[..<count]) == painted(recipe, seed: UInt64(seed)).image)
            #expect(labels == before.labels + before.labels + before.labels)
            let changed = (0..<3).map { plane in
                Set((0..<count).filter { images[plane * count + $0] != before.image[$0] })
            }
            if fluid > 0 {
                #expect(!changed[0].isEmpty && changed[1] == changed[0] && changed[2] == changed[0])
            } else {
                #expect(changed[1].isSubset(of: changed[0]))
                smaller += changed[1].count < changed[0].count ? 1 : 0
                #expect(!changed[1].isEmpty, "a mass has a radius of at least 5 mm, seed \(seed)")
                #expect(changed[2].isEmpty, "and of at most 40 mm")
            }
        }
        #expect(fluid > 0 || smaller > 20, "only what fills the lung is as large 4 mm away")
    }
}
