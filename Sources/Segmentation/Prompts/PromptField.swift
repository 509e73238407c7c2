import Foundation
import Models
import Networks

/// What of a slice a network that answers prompts is shown, all of it on one grid: a slice's own, or the one on which
/// patients are prepared for training.
public struct PromptScene: Sendable {
    /// A neighbouring slice that was corrected.
    public struct Guide: Sendable {
        /// Its values, normalised in the first window.
        public var values: [Float]
        /// Its mask before the correction.
        public var before: [UInt8]
        /// And after it.
        public var after: [UInt8]

        /// A guide from its parts, each on the scene's grid.
        public init(values: [Float], before: [UInt8], after: [UInt8]) {
            self.values = values
            self.before = before
            self.after = after
        }

        /// What the correction changed.
        var change: [UInt8] { zip(before, after).map { $0 ^ $1 } }
    }

    /// The pixels.
    public var grid: PixelGrid
    /// The slice's values, normalised in the first window.
    public var values: [Float]
    /// The mask as it stands.
    public var mask: [UInt8]
    /// What is marked as surely inside.
    public var inside: [UInt8]
    /// What is marked as surely outside.
    public var outside: [UInt8]
    /// What the newest prompt marks, part of ``inside`` or ``outside``. Empty where a correction is carried on.
    public var newest: [UInt8]
    /// A corrected neighbouring slice, where a correction is carried on.
    public var guide: Guide?

    /// A scene without prompts.
    public init(grid: PixelGrid, values: [Float], mask: [UInt8], guide: Guide? = nil) {
        let none = [UInt8](repeating: 0, count: grid.count)
        self.grid = grid
        self.values = values
        self.mask = mask
        inside = none
        outside = none
        newest = none
        self.guide = guide
    }

    /// The middle of what the answer is about: of the newest prompt, or of what the guide's correction changed, by columns
    /// and rows; `nil` where there is neither.
    public var middle: (x: Double, y: Double)? {
        let marked = newest.contains(1) ? newest : guide?.change ?? []
        var (left, right, top, bottom) = (Int.max, Int.min, Int.max, Int.min)
        for i in marked.indices where marked[i] != 0 {
            let (x, y) = (i % grid.width, i / grid.width)
            (left, right) = (min(left, x), max(right, x))
            (top, bottom) = (min(top, y), max(bottom, y))
        }
        return left > right ? nil : (Double(left + right) / 2, Double(top + bottom) / 2)
    }
}

/// The field that such a network sees, laid on a scene.
public struct PromptField: Sendable {
    /// The recipe of the network.
    public let recipe: Recipe
    private let prompts: PromptRecipe
    private let grid: PixelGrid
    /// Where the field's middle lies, by columns and rows of the scene.
    private let middle: (x: Double, y: Double)
    /// Columns and rows of the scene for each of the field.
    private let step: (x: Double, y: Double)

    /// A field around a place of a grid, of whole pixels where both grids have the same spacing.
    public init(_ recipe: Recipe, _ prompts: PromptRecipe, on grid: PixelGrid, around middle: (x: Double, y: Double)) {
        self.recipe = recipe
        self.prompts = prompts
        self.grid = grid
        step = (recipe.preprocessing.spacing.x / grid.stepX, recipe.preprocessing.spacing.y / grid.stepY)
        // Half a pixel off where the field has an even number of them.
        self.middle = (
            (middle.x - step.x / 2).rounded() + step.x / 2, (middle.y - step.y / 2).rounded() + step.y / 2
        )
    }

    /// Pixels of the field.
    public var count: Int { prompts.columns * prompts.rows }

    /// Where a pixel of the field lies on the scene, by columns or rows.
    private func placeX(_ column: Int) -> Double {
        middle.x + (Double(column) - Double(prompts.columns - 1) / 2) * step.x
    }
    private func placeY(_ row: Int) -> Double { middle.y + (Double(row) - Double(prompts.rows - 1) / 2) * step.y }

    /// Fills the network's channels: the slice in each window, its mask, what is marked inside and outside, then of the
    /// guide its first window, its mask after the correction, and what that added (1) and took away (−1); 0 without one.
    /// - Parameter target: room for `channels × rows × columns` values.
    public func fill(_ scene: PromptScene, _ target: UnsafeMutablePointer<Float>) {
        let background: Float = recipe.preprocessing.normalisation == .unit ? 0 : -1
        let windows = recipe.preprocessing.windowCount
        sample(scene.values, outside: background, target)
        recipe.preprocessing.fillSecondChannel(target, count: count)
        let own = target + windows * count
        sample(scene.mask, own)
        mark(scene.inside, own + count)
        mark(scene.outside, own + 2 * count)
        let guided = own + 3 * count
        guard let guide = scene.guide else {
            guided.update(repeating: 0, count: 3 * count)
            return
        }
        sample(guide.values, outside: background, guided)
        sample(guide.after, guided + count)
        sample(guide.before, guided + 2 * count)
        for i in 0..<count { guided[2 * count + i] = guided[count + i] - guided[2 * count + i] }
    }

    /// A mask on the field: each pixel the nearest of the scene, 0 beyond it.
    public func sample(_ mask: [UInt8], _ target: UnsafeMutablePointer<Float>) {
        let columns = (0..<prompts.columns).map { Int(placeX($0).rounded()) }
        for row in 0..<prompts.rows {
            let y = Int(placeY(row).rounded())
            for (column, x) in columns.enumerated() {
                let isOn = x >= 0 && y >= 0 && x < grid.width && y < grid.height && mask[y * grid.width + x] != 0
                target[row * prompts.columns + column] = isOn ? 1 : 0
            }
        }
    }

    /// Values on the field: linear, and where the scene's pixels are finer the mean of several, so that noise is that of the
    /// field's own pixels.
    private func sample(_ values: [Float], outside: Float, _ target: UnsafeMutablePointer<Float>) {
        let parts = (x: max(1, Int(step.x.rounded())), y: max(1, Int(step.y.rounded())))
        let share = 1 / Float(parts.x * parts.y)
        func offsets(_ parts: Int, _ step: Double) -> [Double] {
            (0..<parts).map { ((Double($0) + 0.5) / Double(parts) - 0.5) * step }
        }
        let (across, down) = (offsets(parts.x, step.x), offsets(parts.y, step.y))
        values.withUnsafeBufferPointer { values in
            for row in 0..<prompts.rows {
                for column in 0..<prompts.columns {
                    var sum: Float = 0
                    for dy in down {
                        for dx in across { sum += linear(values, placeX(column) + dx, placeY(row) + dy, outside) }
                    }
                    target[row * prompts.columns + column] = sum * share
                }
            }
        }
    }

    private func linear(_ values: UnsafeBufferPointer<Float>, _ x: Double, _ y: Double, _ outside: Float) -> Float {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (i, j) = (Int(left), Int(top))
        let (a, b) = (Float(x - left), Float(y - top))
        func at(_ i: Int, _ j: Int) -> Float {
            i >= 0 && j >= 0 && i < grid.width && j < grid.height ? values[j * grid.width + i] : outside
        }
        let upper = at(i, j) + (at(i + 1, j) - at(i, j)) * a
        let lower = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * a
        return upper + (lower - upper) * b
    }

    /// A bell around every marked pixel; where several reach, the highest.
    private func mark(_ marked: [UInt8], _ target: UnsafeMutablePointer<Float>) {
        target.update(repeating: 0, count: count)
        let spacing = recipe.preprocessing.spacing
        let reach = 3 * prompts.reach
        let (across, down) = (Int(reach / spacing.x) + 1, Int(reach / spacing.y) + 1)
        for i in marked.indices where marked[i] != 0 {
            let column = (Double(i % grid.width) - middle.x) / step.x + Double(prompts.columns - 1) / 2
            let row = (Double(i / grid.width) - middle.y) / step.y + Double(prompts.rows - 1) / 2
            let (nearX, nearY) = (Int(column.rounded()), Int(row.rounded()))
            guard nearX + across >= 0, nearY + down >= 0, nearX - across < prompts.columns, nearY - down < prompts.rows
            else { continue }
            for y in max(0, nearY - down)...min(prompts.rows - 1, nearY + down) {
                for x in max(0, nearX - across)...min(prompts.columns - 1, nearX + across) {
                    let (u, v) = ((Double(x) - column) * spacing.x, (Double(y) - row) * spacing.y)
                    let value = Float(exp(-(u * u + v * v) / (2 * prompts.reach * prompts.reach)))
                    let place = y * prompts.columns + x
                    if value > target[place] { target[place] = value }
                }
            }
        }
    }

    /// Of a mask on the scene, what lies under the outermost two pixels of the field, but for those of the scene's own
    /// edge.
    func edge(of mask: [UInt8]) -> [UInt8] {
        var edge = [UInt8](repeating: 0, count: mask.count)
        let (left, right) = (placeX(2), placeX(prompts.columns - 3))
        let (top, bottom) = (placeY(2), placeY(prompts.rows - 3))
        for i in mask.indices where mask[i] != 0 {
            let (x, y) = (i % grid.width, i / grid.width)
            guard x > 0, y > 0, x < grid.width - 1, y < grid.height - 1 else { continue }
            if Double(x) < left || Double(x) > right || Double(y) < top || Double(y) > bottom { edge[i] = 1 }
        }
        return edge
    }

    /// Tells of the scene's pixels under the field what a value on the field is there, linearly.
    func spread(_ values: [Float], _ body: (_ pixel: Int, _ value: Float) -> Void) {
        let (firstX, lastX) = (placeX(0), placeX(prompts.columns - 1))
        let (firstY, lastY) = (placeY(0), placeY(prompts.rows - 1))
        let left = max(0, Int(firstX.rounded(.up)))
        let right = min(grid.width - 1, Int(lastX.rounded(.down)))
        let top = max(0, Int(firstY.rounded(.up)))
        let bottom = min(grid.height - 1, Int(lastY.rounded(.down)))
        guard left <= right, top <= bottom else { return }
        for y in top...bottom {
            let row = (Double(y) - firstY) / step.y
            let j = min(Int(row), prompts.rows - 2)
            let b = Float(row - Double(j))
            for x in left...right {
                let column = (Double(x) - firstX) / step.x
                let i = min(Int(column), prompts.columns - 2)
                let a = Float(column - Double(i))
                let place = j * prompts.columns + i
                let upper = values[place] + (values[place + 1] - values[place]) * a
                let below = place + prompts.columns
                let lower = values[below] + (values[below + 1] - values[below]) * a
                body(y * grid.width + x, upper + (lower - upper) * b)
            }
        }
    }
}
