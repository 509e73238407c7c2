import Cases
import Foundation
import Models

/// A slice on its way into a batch, with the memory of whoever calls.
public struct SlicePlane {
    /// `columns × rows` normalised values, columns fastest.
    let image: UnsafeMutablePointer<Float>
    /// The labels of the same pixels, a bit a structure.
    let labels: UnsafeMutablePointer<UInt8>
    /// How far the slice is from the one that is segmented, mm along the slices, positive to the head.
    let distance: Double

    /// A slice from its parts.
    public init(image: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<UInt8>, distance: Double) {
        self.image = image
        self.labels = labels
        self.distance = distance
    }
}

/// Varies slices: disease painted into lungs, position, shape, then brightness, sharpness and noise. Image and labels
/// move together; labels take the nearest pixel.
///
/// Not for use by several threads at once: it keeps its scratch memory.
public final class Augmenter {
    private let recipe: AugmentationRecipe
    private let width: Int
    private let height: Int
    /// Millimetres a column and a row.
    private let step: (x: Float, y: Float)
    /// What one HU is in normalised values.
    private let perHU: Double
    /// The window's middle and its lower end, normalised.
    private let middle: Float
    private let background: Float
    /// What a byte of labels becomes when left and right change places.
    private let swapped: [UInt8]
    /// The first bit of the labels that no structure uses; 0 if all are used.
    public let spare: UInt8
    private var scratch: [Float]
    private var scratchLabels: [UInt8]
    private var bend: ElasticField
    private let painter: DiseasePainter

    /// An augmenter for slices as a recipe prepares them. The labels' bits are the recipe's structures.
    public init(_ recipe: Recipe) {
        self.recipe = recipe.augmentation
        let preparation = recipe.preprocessing
        width = preparation.columns
        height = preparation.rows
        step = (Float(preparation.spacing.x), Float(preparation.spacing.y))
        let isUnit = preparation.normalisation == .unit
        perHU = (isUnit ? 1 : 2) / (preparation.windowHigh - preparation.windowLow)
        middle = isUnit ? 0.5 : 0
        background = isUnit ? 0 : -1
        swapped = Self.swap(recipe.structures)
        spare = recipe.structures.count < 8 ? 1 << UInt8(recipe.structures.count) : 0
        scratch = [Float](repeating: 0, count: width * height)
        scratchLabels = [UInt8](repeating: 0, count: width * height)
        painter = DiseasePainter(recipe)
        bend = ElasticField(
            width: width, height: height,
            step: max(4, Int((recipe.augmentation.elasticGrid / preparation.spacing.x).rounded())))
    }

    /// For every byte of labels, the byte of the mirrored patient. Bits that are no structure's stay.
    static func swap(_ structures: [StructureName]) -> [UInt8] {
        let partners = structures.map { structures.firstIndex(of: $0.mirrored) }
        return (0..<256).map { byte in
            var result = UInt8((byte >> structures.count) << structures.count)
            for (bit, partner) in partners.enumerated() where byte >> bit & 1 == 1 {
                if let partner { result |= 1 << UInt8(partner) }
            }
            return result
        }
    }

    /// Varies a slice in place.
    /// - Parameters:
    ///   - image: `columns × rows` normalised values.
    ///   - labels: the labels of the same pixels.
    ///   - isSymmetric: as in ``apply(_:isSymmetric:random:)``.
    public func apply(
        image: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<UInt8>, isSymmetric: Bool = true,
        random: inout SeededRandom
    ) {
        apply([SlicePlane(image: image, labels: labels, distance: 0)], isSymmetric: isSymmetric, random: &random)
    }

    /// Varies a slice and its neighbours in place, all in the same way; only their noise is their own.
    /// - Parameters:
    ///   - planes: the slice, then its neighbours, which change nothing about the slice itself.
    ///   - isSymmetric: whether the labels speak of both or neither side of every pair; a patient with labels of one
    ///     side alone is not mirrored.
    ///   - marksDisease: whether painted disease is marked in the labels with the bit ``spare``.
    public func apply(
        _ planes: [SlicePlane], isSymmetric: Bool = true, marksDisease: Bool = false, random: inout SeededRandom
    ) {
        // Every draw is made whether it is used or not, so that changing one number leaves the others' draws alone.
        let (movesIt, shadesIt) = (random.chance(recipe.probability), random.chance(recipe.probability))
        let mirrors = random.chance(recipe.flipLeftRight)
        let flips = (mirrors && isSymmetric, random.chance(recipe.flipFrontBack))
        let placing = SeededRandom(random.next(), 1)
        let shadingSeed = random.next()
        var painting = SeededRandom(random.next(), 3)
        painter.paint(planes, marking: marksDisease ? spare : 0, random: &painting)
        for (index, plane) in planes.enumerated() {
            // The same draws for each.
            if movesIt {
                var placing = placing
                move(plane.image, plane.labels, flips, &placing)
            }
            guard shadesIt else { continue }
            var shading = SeededRandom(shadingSeed, 2)
            shade(plane.image, &shading)
            blur(plane.image, millimetres: shading.unit() * recipe.blur)
            let deviation = Float(shading.unit() * recipe.noise * perHU)
            if index > 0 { shading = SeededRandom(shadingSeed, 4, UInt64(index)) }
            addNoise(plane.image, deviation: deviation, &shading)
        }
    }

    private func move(
        _ image: UnsafeMutablePointer<Float>, _ labels: UnsafeMutablePointer<UInt8>,
        _ flips: (leftRight: Bool, frontBack: Bool), _ random: inout SeededRandom
    ) {
        let angle = random.between(-1, 1) * recipe.rotation * .pi / 180
        let zoom = 1 + random.between(-1, 1) * recipe.scale
        let shift = (random.between(-1, 1) * recipe.shift, random.between(-1, 1) * recipe.shift)
        let deviation = Float(random.unit() * recipe.elastic)
        let bends = recipe.elastic > 0
        if bends { bend.draw(deviation: deviation, &random) }
        guard flips != (false, false) || bends || angle != 0 || zoom != 1 || shift != (0, 0) else { return }
        // Where each pixel of the result comes from, in mm about the middle, so that pixels need not be square.
        let (sine, cosine) = (Float(sin(angle) / zoom), Float(cos(angle) / zoom))
        let centre = (x: Float(width - 1) / 2, y: Float(height - 1) / 2)
        let mirror: (x: Float, y: Float) = (flips.leftRight ? -1 : 1, flips.frontBack ? -1 : 1)
        let (dx, dy) = (Float(shift.0), Float(shift.1))
        let pixel = (x: 1 / step.x, y: 1 / step.y)
        scratch.withUnsafeMutableBufferPointer { scratch in
            scratchLabels.withUnsafeMutableBufferPointer { scratchLabels in
                scratch.baseAddress?.update(from: image, count: width * height)
                scratchLabels.baseAddress?.update(from: labels, count: width * height)
                for y in 0..<height {
                    if bends { bend.fill(row: y) }
                    let v = ((Float(y) - centre.y) * step.y - dy) * mirror.y
                    for x in 0..<width {
                        let u = ((Float(x) - centre.x) * step.x - dx) * mirror.x
                        var sourceX = cosine * u + sine * v
                        var sourceY = cosine * v - sine * u
                        if bends {
                            sourceX += bend.rowX[x]
                            sourceY += bend.rowY[x]
                        }
                        sourceX = sourceX * pixel.x + centre.x
                        sourceY = sourceY * pixel.y + centre.y
                        let place = y * width + x
                        image[place] = sample(scratch, sourceX, sourceY)
                        let (i, j) = (Int((sourceX + 0.5).rounded(.down)), Int((sourceY + 0.5).rounded(.down)))
                        let label = i >= 0 && j >= 0 && i < width && j < height ? scratchLabels[j * width + i] : 0
                        labels[place] = flips.leftRight ? swapped[Int(label)] : label
                    }
                }
            }
        }
    }

    /// Bilinear interpolation; beyond the edge is background.
    private func sample(_ source: UnsafeMutableBufferPointer<Float>, _ x: Float, _ y: Float) -> Float {
        guard x > -1, y > -1, x < Float(width), y < Float(height) else { return background }
        let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
        let (i, j) = (Int(floorX), Int(floorY))
        let (a, b) = (x - floorX, y - floorY)
        if i >= 0, j >= 0, i + 1 < width, j + 1 < height {
            let place = j * width + i
            let top = source[place] + (source[place + 1] - source[place]) * a
            let low = source[place + width] + (source[place + width + 1] - source[place + width]) * a
            return top + (low - top) * b
        }
        func at(_ i: Int, _ j: Int) -> Float {
            i >= 0 && j >= 0 && i < width && j < height ? source[j * width + i] : background
        }
        let top = at(i, j) + (at(i + 1, j) - at(i, j)) * a
        let low = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * a
        return top + (low - top) * b
    }

    private func shade(_ image: UnsafeMutablePointer<Float>, _ random: inout SeededRandom) {
        let shift = Float(random.between(-1, 1) * recipe.intensityShift * perHU)
        let factor = Float(1 + random.between(-1, 1) * recipe.intensityScale)
        guard shift != 0 || factor != 1 else { return }
        let offset = middle + shift - middle * factor
        for i in 0..<width * height { image[i] = image[i] * factor + offset }
    }

    private func addNoise(_ image: UnsafeMutablePointer<Float>, deviation: Float, _ random: inout SeededRandom) {
        guard deviation > 0 else { return }
        // Two pixels for each draw of 64 bits; the sum of two uniforms is near enough to a bell for grain this fine.
        let scale = deviation * (6 as Float).squareRoot() / 65_536
        var i = 0
        let count = width * height
        while i < count {
            let bits = random.next()
            image[i] += (Float(bits & 0xffff) + Float(bits >> 16 & 0xffff) - 65_535) * scale
            if i + 1 < count {
                image[i + 1] += (Float(bits >> 32 & 0xffff) + Float(bits >> 48) - 65_535) * scale
            }
            i += 2
        }
    }

    /// A separable bell; the edge repeats.
    private func blur(_ image: UnsafeMutablePointer<Float>, millimetres: Double) {
        let deviation = Float(millimetres) / step.x
        // Below this the neighbours' weight is under 1 %.
        guard deviation > 0.33 else { return }
        let reach = Int((2.5 * deviation).rounded(.up))
        var weights = (0...reach).map { exp(-Float($0 * $0) / (2 * deviation * deviation)) }
        let sum = weights[0] + 2 * weights[1...].reduce(0, +)
        for i in weights.indices { weights[i] /= sum }
        scratch.withUnsafeMutableBufferPointer { scratch in
            for y in 0..<height {
                for x in 0..<width {
                    var value = weights[0] * image[y * width + x]
                    for k in 1...reach {
                        value +=
                            weights[k]
                            * (image[y * width + max(x - k, 0)] + image[y * width + min(x + k, width - 1)])
                    }
                    scratch[y * width + x] = value
                }
            }
            for y in 0..<height {
                for x in 0..<width {
                    var value = weights[0] * scratch[y * width + x]
                    for k in 1...reach {
                        value +=
                            weights[k]
                            * (scratch[max(y - k, 0) * width + x] + scratch[min(y + k, height - 1) * width + x])
                    }
                    image[y * width + x] = value
                }
            }
        }
    }
}
