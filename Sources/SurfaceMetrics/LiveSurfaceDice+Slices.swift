import Volumes

extension LiveSurfaceDice {
    /// A slice with its score.
    public struct RankedSlice: Hashable, Sendable {
        /// Which slice.
        public let z: Int
        /// Its surface Dice by the 2D definition.
        public let score: SurfaceScore
    }

    /// The surface Dice of one slice: the 2D definition on that slice, with in-plane spacing, at one of
    /// ``tolerances``. Equal to what ``SurfaceMeasurement`` gives for the slice, bit for bit.
    /// - Parameter z: a slice of the grid.
    /// - Complexity: O(1) for a slice that has not changed since it was last asked for, else O(words of the slice).
    public func sliceScore(_ z: Int, tolerance index: Int = 0) -> SurfaceScore {
        scores(of: z..<z + 1)[0][index]
    }

    /// The surface Dice of every slice, in order of z.
    public func sliceScores(tolerance index: Int = 0) -> [SurfaceScore] {
        scores(of: 0..<geometry.size.z).map { $0[index] }
    }

    /// The slices on which the masks disagree beyond tolerance, the lowest score first; of equal scores, the one with
    /// more contour out of tolerance, then the lower slice. Slices without contour, or in full agreement, are left out.
    public func worstSlices(tolerance index: Int = 0) -> [RankedSlice] {
        let ranked = sliceScores(tolerance: index).enumerated().compactMap { z, score in
            (score.value ?? 1) < 1 ? RankedSlice(z: z, score: score) : nil
        }
        return ranked.sorted {
            ($0.score.value ?? 1, -$0.score.disagreeing, $0.z) < ($1.score.value ?? 1, -$1.score.disagreeing, $1.z)
        }
    }

    private func scores(of range: Range<Int>) -> [[SurfaceScore]] {
        slices.scores(of: range) { z in [voxels[0][z], voxels[1][z]] }
    }
}
