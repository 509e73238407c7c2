import Anatomy
import Cases
import Foundation
import Models

/// Paints masses, fluid and consolidation into the lungs of a slice. The labels stay as they are: what replaces lung,
/// or fills its space, belongs to it, and a network that never saw that leaves it out.
///
/// Only pixels of the lungs change, so that a mass against the chest wall ends where the lung ended. One in three
/// masses lies anywhere, the others on the wall.
///
/// Where a bit is given for it, what is painted is marked with that bit as well: a mass with what is hollow in it, or else
/// the fluid. So a tumour or an effusion can be asked about like any structure.
struct DiseasePainter {
    /// Smaller lungs stay as they are: pixels of the slice where nothing is marked, which is what networks that segment have
    /// always been trained with, so that a recipe makes the model that it made; mm² where disease is marked to be asked
    /// about, since pixels are of any size there.
    private static let smallest = (pixels: 50, area: 200.0)

    private let masses: Double
    private let fluid: Double
    private let width: Int
    private let height: Int
    /// Millimetres a column and a row.
    private let step: (x: Double, y: Double)
    private let preparation: PreprocessingRecipe
    /// The bits of the labels that are lungs, one for each lung.
    private let lungs: [UInt8]

    /// A painter for slices as a recipe prepares them. It paints nothing where the recipe has no lung.
    init(_ recipe: Recipe) {
        masses = recipe.augmentation.masses
        fluid = recipe.augmentation.fluid
        preparation = recipe.preprocessing
        (width, height) = (preparation.columns, preparation.rows)
        step = (preparation.spacing.x, preparation.spacing.y)
        lungs = recipe.structures.indices.filter {
            StructureCatalogue.current.isLung(recipe.structures[$0])
        }.map { 1 << UInt8($0) }
    }

    /// Paints what is drawn for the first of some slices, most often nothing, and what of it reaches the others.
    /// - Parameter mark: the bit of the labels that what is painted gets; 0 for none.
    func paint(_ planes: [SlicePlane], marking mark: UInt8 = 0, random: inout SeededRandom) {
        // As in Augmenter, draws are made whether they are used or not.
        let (paintsMass, paintsFluid) = (random.chance(masses), random.chance(fluid))
        var massRandom = SeededRandom(random.next(), 1)
        var fluidRandom = SeededRandom(random.next(), 2)
        guard paintsMass || paintsFluid, !lungs.isEmpty else { return }
        let side = lungs[Int(random.next() % UInt64(lungs.count))]
        guard let first = planes.first else { return }
        let lung = lung(side, of: first)
        let isLarge =
            mark == 0
            ? lung.count > Self.smallest.pixels : Double(lung.count) * step.x * step.y > Self.smallest.area
        guard isLarge else { return }
        // The first slice comes first, so that its draws are the same whatever is beside it.
        let lungs = [lung] + planes.dropFirst().map { self.lung(side, of: $0) }
        if paintsFluid { paintFluid(planes, lungs, paintsMass ? 0 : mark, &fluidRandom) }
        if paintsMass { paintMass(planes, lungs, (side, mark), &massRandom) }
    }

    private func lung(_ side: UInt8, of plane: SlicePlane) -> [Int] {
        (0..<width * height).filter { plane.labels[$0] & side != 0 }
    }

    private func paintMass(
        _ planes: [SlicePlane], _ lungs: [[Int]], _ bits: (side: UInt8, mark: UInt8), _ random: inout SeededRandom
    ) {
        let lung = lungs[0]
        let isAtWall = random.chance(2 / 3)
        let edge = isAtWall ? lung.filter { isEdge($0, planes[0].labels, bits.side) } : []
        let places = edge.isEmpty ? lung : edge
        let centre = places[Int(random.next() % UInt64(places.count))]
        let (centreX, centreY) = (Double(centre % width), Double(centre / width))
        // From 5 to 40 mm, small ones more often.
        let radius = 5 * pow(8, random.unit())
        let lobes = (2...5).map { order in
            (order: Double(order), size: 0.15 * random.unit(), phase: 2 * .pi * random.unit())
        }
        let tissue = Tissue(hu: random.between(-20, 70), grain: random.between(5, 25))
        let hole = random.chance(0.15) ? random.between(0.3, 0.6) : 0
        for (plane, lung) in zip(planes, lungs) {
            // A ball: the farther a slice is from its middle, the smaller it is there.
            let share = 1 - (plane.distance / radius) * (plane.distance / radius)
            guard share > 0 else { continue }
            let radius = radius * share.squareRoot()
            for place in lung {
                let x = (Double(place % width) - centreX) * step.x
                let y = (Double(place / width) - centreY) * step.y
                let distance = (x * x + y * y).squareRoot()
                guard distance < 1.7 * radius else { continue }
                let angle = atan2(y, x)
                let reach = radius * lobes.reduce(1) { $0 + $1.size * cos($1.order * angle + $1.phase) }
                let whole = cover(reach - distance)
                let share = whole * (1 - cover(hole * reach - distance))
                if whole >= 0.5 { plane.labels[place] |= bits.mark }
                blend(plane.image, place, tissue, share, &random)
            }
        }
    }

    private func paintFluid(
        _ planes: [SlicePlane], _ lungs: [[Int]], _ mark: UInt8, _ random: inout SeededRandom
    ) {
        let lung = lungs[0]
        let rows = lung.map { $0 / width }
        let columns = lung.map { $0 % width }
        guard let top = rows.min(), let bottom = rows.max(), let first = columns.min(), let last = columns.max()
        else { return }
        // Patients lie on their backs: fluid gathers at the back, which is the last row, and rises along the walls.
        let depth = random.between(0.05, 0.55) * Double(bottom - top + 1) * step.y
        let rise = random.between(0, 0.6) * depth
        let tilt = random.between(-0.15, 0.15)
        let isFluid = random.chance(0.6)
        let tissue =
            isFluid
            ? Tissue(hu: random.between(-10, 25), grain: random.between(3, 12))
            : Tissue(hu: random.between(10, 70), grain: random.between(10, 60))
        let middle = Double(first + last) / 2
        let half = max(1, Double(last - first) / 2)
        for (plane, lung) in zip(planes, lungs) {
            for place in lung {
                let across = (Double(place % width) - middle) / half
                let level = depth + rise * across * across + tilt * depth * across
                let height = Double(bottom - place / width) * step.y
                let share = cover(level - height)
                if share >= 0.5 { plane.labels[place] |= mark }
                blend(plane.image, place, tissue, share, &random)
            }
        }
    }

    private struct Tissue {
        /// The mean, HU.
        let hu: Double
        /// The deviation from pixel to pixel, HU.
        let grain: Double
    }

    /// The share of a pixel that is covered by what ends at a distance from its middle, mm.
    private func cover(_ distance: Double) -> Double { min(max(distance / step.x + 0.5, 0), 1) }

    private func blend(
        _ image: UnsafeMutablePointer<Float>, _ place: Int, _ tissue: Tissue, _ share: Double,
        _ random: inout SeededRandom
    ) {
        guard share > 0 else { return }
        let value = preparation.normalised(tissue.hu + tissue.grain * random.bell())
        image[place] += (value - image[place]) * Float(share)
    }

    private func isEdge(_ place: Int, _ labels: UnsafeMutablePointer<UInt8>, _ side: UInt8) -> Bool {
        let (x, y) = (place % width, place / width)
        guard x > 0, y > 0, x + 1 < width, y + 1 < height else { return true }
        return [place - 1, place + 1, place - width, place + width].contains { labels[$0] & side == 0 }
    }
}
