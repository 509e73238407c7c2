import Segmentation

/// Somebody who knows the truth and says where a mask is wrong, as people do: in the middle of an error, or by a stroke
/// through it.
package struct SimulatedUser: Sendable {
    /// One prompt.
    package struct Prompt: Hashable, Sendable {
        /// Whether it says "this belongs".
        package let isInside: Bool
        /// The pixels that it marks.
        package let pixels: [Int]
        /// The error that it is about.
        package let error: [Int]
    }

    /// How a prompt is placed.
    package enum Habit: Hashable, Sendable {
        /// A click into the middle of the largest error.
        case steady
        /// Of some error, the larger the likelier: a click somewhere in its inner half, or a stroke through it.
        case varied
    }

    private let habit: Habit

    /// An error smaller than this is not worth a prompt, mm².
    package static let smallest = 12.0
    /// How far a click marks, mm.
    private static let click = 1.6

    /// A user with a habit.
    package init(_ habit: Habit) { self.habit = habit }

    /// The errors of a mask, largest first: pieces that are missing or too much, each by itself.
    package static func errors(_ mask: [UInt8], truth: [UInt8], _ grid: PixelGrid) -> [(isMissing: Bool, pixels: [Int])] {
        var missing = truth
        var extra = mask
        for i in truth.indices {
            missing[i] = truth[i] & ~mask[i] & 1
            extra[i] = mask[i] & ~truth[i] & 1
        }
        let least = smallest / (grid.stepX * grid.stepY)
        let both = grid.pieces(missing).map { (true, $0) } + grid.pieces(extra).map { (false, $0) }
        return both.filter { Double($0.1.count) >= least }.sorted { $0.1.count > $1.1.count }
    }

    /// The next prompt; `nil` where nothing is wrong that is worth one.
    package func prompt(
        _ mask: [UInt8], truth: [UInt8], _ grid: PixelGrid, random: inout SeededRandom
    ) -> Prompt? {
        let errors = Self.errors(mask, truth: truth, grid)
        guard !errors.isEmpty else { return nil }
        var index = 0
        if habit == .varied {
            var left = random.unit() * Double(errors.reduce(0) { $0 + $1.pixels.count })
            while index + 1 < errors.count, left > Double(errors[index].pixels.count) {
                left -= Double(errors[index].pixels.count)
                index += 1
            }
        }
        let (isMissing, error) = errors[index]
        let depth = Self.depths(error, grid)
        let deepest = depth.values.max() ?? 0
        let inner = error.filter { (depth[$0] ?? 0) >= (habit == .steady ? deepest : max(1, deepest / 2)) }
        let centre =
            habit == .steady ? Self.middle(of: inner, grid) : inner[Int(random.next() % UInt64(inner.count))]
        let isStroke = habit == .varied && random.chance(0.35)
        let size = habit == .steady ? Self.click : random.between(0.8, 5)
        var pixels = Set<Int>()
        let own = Set(error)
        func touch(_ centre: Int, _ millimetres: Double) {
            let (x, y) = (centre % grid.width, centre / grid.width)
            for (dx, dy) in grid.disc(millimetres) {
                let (i, j) = (x + dx, y + dy)
                guard i >= 0, j >= 0, i < grid.width, j < grid.height else { continue }
                // Nobody paints over what is right, but for a pixel or so.
                if own.contains(j * grid.width + i) { pixels.insert(j * grid.width + i) }
            }
        }
        touch(centre, size)
        if isStroke {
            let end = inner[Int(random.next() % UInt64(inner.count))]
            let (x, y) = (centre % grid.width, centre / grid.width)
            let (u, v) = (end % grid.width - x, end / grid.width - y)
            let length = max(abs(u), abs(v), 1)
            for step in 0...length { touch((y + v * step / length) * grid.width + x + u * step / length, 1.6) }
        }
        return Prompt(isInside: isMissing, pixels: pixels.sorted(), error: error)
    }

    /// How deep in a piece each of its pixels lies: 1 at its border, in pixels by sides.
    private static func depths(_ piece: [Int], _ grid: PixelGrid) -> [Int: Int] {
        let own = Set(piece)
        var depth: [Int: Int] = [:]
        var layer = piece.filter { i in
            let x = i % grid.width
            return x == 0 || x == grid.width - 1 || !own.contains(i - 1) || !own.contains(i + 1)
                || !own.contains(i - grid.width) || !own.contains(i + grid.width)
        }
        var level = 1
        while !layer.isEmpty {
            for i in layer { depth[i] = level }
            var next = Set<Int>()
            for i in layer {
                let x = i % grid.width
                for j in [x > 0 ? i - 1 : i, x + 1 < grid.width ? i + 1 : i, i - grid.width, i + grid.width]
                where own.contains(j) && depth[j] == nil {
                    next.insert(j)
                }
            }
            layer = next.sorted()
            level += 1
        }
        return depth
    }

    /// Of some pixels the one nearest to their mean.
    private static func middle(of pixels: [Int], _ grid: PixelGrid) -> Int {
        let x = Double(pixels.reduce(0) { $0 + $1 % grid.width }) / Double(pixels.count)
        let y = Double(pixels.reduce(0) { $0 + $1 / grid.width }) / Double(pixels.count)
        func distance(_ i: Int) -> Double {
            let (u, v) = (Double(i % grid.width) - x, Double(i / grid.width) - y)
            return u * u + v * v
        }
        return pixels.min { distance($0) < distance($1) } ?? 0
    }
}
