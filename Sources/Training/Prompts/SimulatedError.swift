import Foundation
import Segmentation

/// An error such as masks have before somebody corrects them, drawn at random and painted into the truth.
package struct SimulatedError: Hashable, Sendable {
    /// What is wrong.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A bite out of the border, such as a mass at the wall.
        case bite
        /// A bump on the border.
        case bump
        /// What is as bright as what lies behind the border, connected to it: a dome, a bronchus, bowel gas.
        case leak
        /// What is not as bright as the structure, within a region of it: a tumour, an effusion, vessels.
        case odd
        /// Nothing is marked.
        case missing
        /// The mask of another slice.
        case stale
        /// A piece apart from the structure.
        case island
        /// A side of the structure is cut off.
        case cut
        /// The border is too far in or out, on one side of the structure.
        case margin
        /// A part of another structure: sides mixed up.
        case mixed
    }

    /// A slice with what an error is painted from.
    package struct Canvas {
        /// Its pixels.
        package let grid: PixelGrid
        /// Normalised values.
        package let values: [Float]
        /// The structure.
        package let truth: [UInt8]
        /// Other structures.
        package let others: [UInt8]
        /// The same structure on another slice, for ``Kind/stale``.
        package let stale: [UInt8]

        /// A canvas from its parts, all on one grid.
        package init(grid: PixelGrid, values: [Float], truth: [UInt8], others: [UInt8], stale: [UInt8]) {
            (self.grid, self.values, self.truth, self.others, self.stale) = (grid, values, truth, others, stale)
        }
    }

    /// What is wrong.
    package let kind: Kind
    /// Where, by columns and rows.
    private let (x, y): (Double, Double)
    /// How far it reaches, mm.
    private let radius: Double
    /// The direction of what has one, and phases of a blob's waves.
    private let (angle, wave, ripple): (Double, Double, Double)
    /// What counts as equally bright, normalised.
    private let tolerance: Float

    /// Draws an error for a slice.
    /// - Parameters:
    ///   - kind: what is wrong.
    ///   - perHU: what one HU is in normalised values.
    /// - Returns: `nil` where there is nothing of the structure that could be wrong in this way.
    package init?(_ kind: Kind, on canvas: Canvas, perHU: Double, random: inout SeededRandom) {
        self.kind = kind
        let grid = canvas.grid
        let range: (Double, Double) =
            switch kind {
            case .bite, .bump: (4, 22)
            case .leak: (10, 50)
            case .odd, .mixed: (10, 50)
            case .island: (4, 15)
            case .margin: (2, 6)
            case .missing, .stale, .cut: (0, 0)
            }
        // More small ones than large ones.
        let share = random.unit()
        radius = range.0 + (range.1 - range.0) * share * share
        (angle, wave, ripple) = (
            random.between(-.pi, .pi), random.between(-.pi, .pi), random.between(-.pi, .pi)
        )
        tolerance = Float(random.between(40, 160) * perHU)
        let places: [Int]
        switch kind {
        case .bite, .bump, .leak, .odd, .cut, .mixed, .margin:
            places = canvas.truth.indices.filter { i in
                canvas.truth[i] == 1 && grid.touchesOutside(canvas.truth, i)
            }
        case .island: places = canvas.values.indices.filter { canvas.truth[$0] == 0 && canvas.values[$0] > 0.02 }
        case .missing, .stale: places = canvas.truth.indices.filter { canvas.truth[$0] == 1 }
        }
        // Structures are corrected on slices where they end, too.
        guard !places.isEmpty || kind == .stale else { return nil }
        let place = places.isEmpty ? 0 : places[Int(random.next() % UInt64(places.count))]
        (x, y) = (Double(place % grid.width), Double(place / grid.width))
    }

    /// The mask with the error painted into it.
    package func painted(into mask: [UInt8], of canvas: Canvas) -> [UInt8] {
        let (grid, truth) = (canvas.grid, canvas.truth)
        var result = mask
        switch kind {
        case .missing: return [UInt8](repeating: 0, count: mask.count)
        case .stale: return canvas.stale
        case .bite: eachOfBlob(grid) { result[$0] = 0 }
        case .bump, .island: eachOfBlob(grid) { result[$0] = 1 }
        case .mixed: eachOfBlob(grid) { if canvas.others[$0] == 1 { result[$0] = 1 } }
        case .cut:
            let (u, v) = (cos(angle), sin(angle))
            for i in result.indices where truth[i] == 1 {
                let side = (Double(i % grid.width) - x) * grid.stepX * u + (Double(i / grid.width) - y) * grid.stepY * v
                if side > 0 { result[i] = 0 }
            }
        case .margin:
            let moved = wave > 0 ? grid.dilated(truth, by: radius) : grid.eroded(truth, by: radius)
            let (u, v) = (cos(angle), sin(angle))
            for i in result.indices where moved[i] != truth[i] {
                let side = (Double(i % grid.width) - x) * grid.stepX * u + (Double(i / grid.width) - y) * grid.stepY * v
                if side > -4 * radius { result[i] = moved[i] }
            }
        case .odd:
            let inside = truth.indices.filter { truth[$0] == 1 }.map { canvas.values[$0] }.sorted()
            guard let median = inside.isEmpty ? nil : inside[inside.count / 2] else { break }
            eachOfBlob(grid) { if abs(canvas.values[$0] - median) > tolerance { result[$0] = 0 } }
        case .leak: leak(&result, canvas)
        }
        return result
    }

    /// Adds what hangs together behind the border and is as bright as the pixel there.
    private func leak(_ result: inout [UInt8], _ canvas: Canvas) {
        let grid = canvas.grid
        var blob = [UInt8](repeating: 0, count: grid.count)
        eachOfBlob(grid) { blob[$0] = 1 }
        let (column, row) = (Int(x), Int(y))
        // The first pixel outside, looking along the drawn direction and then all around.
        let steps = (0..<8).map { angle + Double($0) * .pi / 4 }
        for direction in steps {
            let (i, j) = (column + Int((2 * cos(direction)).rounded()), row + Int((2 * sin(direction)).rounded()))
            guard i >= 0, j >= 0, i < grid.width, j < grid.height, canvas.truth[j * grid.width + i] == 0 else {
                continue
            }
            let seed = j * grid.width + i
            var like = [UInt8](repeating: 0, count: grid.count)
            for p in like.indices
            where blob[p] == 1 && canvas.truth[p] == 0 && abs(canvas.values[p] - canvas.values[seed]) <= tolerance {
                like[p] = 1
            }
            for piece in grid.pieces(like) where piece.contains(seed) { for p in piece { result[p] = 1 } }
            return
        }
    }

    /// The pixels of a disc whose rim is wavy.
    private func eachOfBlob(_ grid: PixelGrid, _ body: (Int) -> Void) {
        let reach = 1.4 * radius
        let (across, down) = (Int(reach / grid.stepX) + 1, Int(reach / grid.stepY) + 1)
        let (column, row) = (Int(x), Int(y))
        guard column - across < grid.width, row - down < grid.height else { return }
        for j in max(0, row - down)...min(grid.height - 1, row + down) {
            for i in max(0, column - across)...min(grid.width - 1, column + across) {
                let (u, v) = ((Double(i) - x) * grid.stepX, (Double(j) - y) * grid.stepY)
                let direction = atan2(v, u)
                let rim = radius * (1 + 0.25 * sin(2 * direction + wave) + 0.15 * sin(3 * direction + ripple))
                if u * u + v * v < rim * rim { body(j * grid.width + i) }
            }
        }
    }
}

extension PixelGrid {
    /// Whether a pixel has a side neighbour that is not in a mask.
    func touchesOutside(_ mask: [UInt8], _ i: Int) -> Bool {
        let x = i % width
        return x > 0 && mask[i - 1] == 0 || x + 1 < width && mask[i + 1] == 0 || i >= width && mask[i - width] == 0
            || i + width < count && mask[i + width] == 0
    }
}
