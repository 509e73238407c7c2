import Synchronization
import Volumes

/// The slice scores that have been worked out and still hold. Shared between copies of a live value until one is
/// edited; a lock guards it, since reading a score may fill it.
final class SliceScores: Sendable {
    private let shape: LatticeShape
    private let balls: [ToleranceBall]
    private let rank: [Int]
    private let areas: SurfelAreas
    private let known: Mutex<[[SurfaceScore]?]>

    /// - Parameter tolerances: in the order in which scores are asked for.
    init(size: GridSize, spacing: Spacing, tolerances: [Millimetres]) {
        shape = LatticeShape(size: size, dimensions: .two)
        (balls, rank) = [ToleranceBall].ascending(tolerances, spacing: spacing, lattice: shape)
        areas = SurfelAreas(spacing: spacing, dimensions: .two)
        known = Mutex(Array(repeating: nil, count: size.z))
    }

    private init(copying other: SliceScores) {
        (shape, balls, rank, areas) = (other.shape, other.balls, other.rank, other.areas)
        known = Mutex(other.known.withLock { $0 })
    }

    /// A copy that knows the same.
    func copy() -> SliceScores { SliceScores(copying: self) }

    /// Drops the scores of slices that have changed.
    func forget(_ slices: [Int]) {
        known.withLock { known in
            for z in slices { known[z] = nil }
        }
    }

    /// The scores of some slices, by tolerance in the order given.
    /// - Parameter planes: the voxels of reference and test on a slice.
    func scores(of slices: Range<Int>, planes: (Int) -> [BitPlaneStorage]) -> [[SurfaceScore]] {
        var sweep: SurfaceSweep?
        return slices.map { z in
            if let scores = known.withLock({ $0[z] }) { return scores }
            // Outside the lock, so that a reader of another copy never waits for more than its own slice.
            let used = sweep ?? SurfaceSweep(shape: shape, dimensions: .two, balls: balls, keepsAll: false)
            sweep = used
            let storage = planes(z)
            withExtendedLifetime(storage) { used.run(planes: storage.map { $0.plane() }) }
            let scores = rank.map { used.counts.score(rank: $0, areas) }
            known.withLock { $0[z] = scores }
            return scores
        }
    }
}
