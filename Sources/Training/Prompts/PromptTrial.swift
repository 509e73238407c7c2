import Segmentation
import SurfaceMetrics
import Volumes

/// One slice that a simulated user corrects, prompt by prompt.
package struct PromptTrial: Sendable {
    /// The pixels.
    package let grid: PixelGrid
    /// What is true.
    package let truth: [UInt8]
    /// The mask before the first prompt.
    package let start: [UInt8]

    /// What came of it.
    package struct Outcome: Sendable {
        /// Surface Dice of the slice at 2 mm before the first prompt and after each, up to the number asked for; the last
        /// one repeats where nothing was left to say.
        package var scores: [Double]
        /// How many prompts were given.
        package var prompts: Int
        /// After how many prompts the slice was worse than before them.
        package var worsened: Int
    }

    /// A trial from its parts, all on one grid.
    package init(grid: PixelGrid, truth: [UInt8], start: [UInt8]) {
        (self.grid, self.truth, self.start) = (grid, truth, start)
    }

    /// Plays it: each prompt is placed into the largest error that is left.
    /// - Parameter answer: the mask after a prompt, of the mask before it, all that is marked inside and outside, and what
    ///   the newest prompt marks.
    /// - Throws: what `answer` throws; ``Volumes/VolumesError``.
    package func run(
        prompts: Int,
        answer: (_ mask: [UInt8], _ inside: [UInt8], _ outside: [UInt8], _ newest: [UInt8]) throws -> [UInt8]
    ) throws -> Outcome {
        let none = [UInt8](repeating: 0, count: grid.count)
        var (mask, inside, outside) = (start, none, none)
        // The steady user draws nothing.
        var random = SeededRandom(0)
        var outcome = Outcome(scores: [try score(mask)], prompts: 0, worsened: 0)
        for _ in 0..<prompts {
            guard let prompt = SimulatedUser(.steady).prompt(mask, truth: truth, grid, random: &random) else {
                outcome.scores.append(outcome.scores[outcome.scores.count - 1])
                continue
            }
            var newest = none
            for i in prompt.pixels {
                newest[i] = 1
                if prompt.isInside { inside[i] = 1 } else { outside[i] = 1 }
            }
            mask = try answer(mask, inside, outside, newest)
            let score = try score(mask)
            if score < outcome.scores[outcome.scores.count - 1] - 1e-9 { outcome.worsened += 1 }
            outcome.scores.append(score)
            outcome.prompts += 1
        }
        return outcome
    }

    /// Surface Dice in two dimensions at 2 mm; 1 where both are empty.
    package func score(_ mask: [UInt8]) throws -> Double {
        let geometry = try GridGeometry(
            size: GridSize(x: grid.width, y: grid.height, z: 1), spacing: Spacing(x: grid.stepX, y: grid.stepY, z: 1))
        func slice(_ bytes: [UInt8]) throws -> Mask {
            try Mask(geometry: geometry, slices: [MaskSlice(width: grid.width, height: grid.height, bytes: bytes)])
        }
        let report = try SurfaceMeasurement.measureSlice(
            0, reference: try slice(truth), test: try slice(mask), tolerances: [2], contents: .scores)
        return report.agreements[0].surfaceDice ?? 1
    }
}
