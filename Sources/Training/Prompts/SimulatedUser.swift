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
    package static func errors(_ mask: [UInt8], truth: [UInt8], _ grid: PixelGrid) -> [(isMissing: Bool, pixels: [Int])]
    {
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
        prompt(about: Self.errors(mask, truth: truth, grid), grid, random: &random)
    }

    /// The next prompt about errors as ``errors(_:truth:_:)`` gives them; `nil` where there are none.
    package func prompt(
        about errors: [(isMissing: Bool, pixels: [Int])], _ grid: PixelGrid, random: inout SeededRandom
    ) -> Prompt? {
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
        let depths = Self.depths(error, grid)
        let deepest = depths.max() ?? 0
        let least = habit == .steady ? deepest : max(1, deepest / 2)
        let inner = zip(error, depths).filter { $0.1 >= least }.map(\.0)
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

    /// How deep in a piece each of its pixels lies, in the piece's order: 1 at its border, in steps by sides.
    private static func depths(_ piece: [Int], _ grid: PixelGrid) -> [Int] {
        let columns = piece.map { $0 % grid.width }
        let rows = piece.map { $0 / grid.width }
        guard let left = columns.min(), let right = columns.max(), let top = rows.min(), let bottom = rows.max() else {
            return []
        }
        // A frame of a pixel that is not in the piece, so that no neighbour has to be looked for.
        let (width, height) = (right - left + 3, bottom - top + 3)
        var depth = [Int](repeating: 0, count: width * height)
        let places = zip(columns, rows).map { ($1 - top + 1) * width + $0 - left + 1 }
        for place in places { depth[place] = width + height }
        for i in width..<depth.count - width where depth[i] > 0 {
            depth[i] = min(depth[i], 1 + min(depth[i - 1], depth[i - width]))
        }
        for i in stride(from: depth.count - width - 1, through: width, by: -1) where depth[i] > 0 {
            depth[i] = min(depth[i], 1 + min(depth[i + 1], depth[i + width]))
        }
        return places.map { depth[$0] }
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
