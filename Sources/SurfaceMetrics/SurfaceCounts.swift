/// How often each code occurs among the surfels of the two masks (0 reference, 1 test), in all and within each
/// tolerance; codes in fetch order. These integers are all that a surface Dice depends on.
///
/// Sendable because it is written only by its one owner, as ``BitPlaneStorage`` is.
final class SurfaceCounts: @unchecked Sendable {
    let tolerances: Int
    private let counts: UnsafeMutablePointer<Int>

    init(tolerances: Int) {
        self.tolerances = tolerances
        counts = .allocate(capacity: 2 * (tolerances + 1) * 256)
        counts.initialize(repeating: 0, count: 2 * (tolerances + 1) * 256)
    }

    deinit { counts.deallocate() }

    /// All surfels of a mask.
    func total(_ mask: Int) -> UnsafeMutablePointer<Int> { counts + mask * (tolerances + 1) * 256 }

    /// The surfels of a mask within the tolerance of a rank.
    func within(_ mask: Int, _ rank: Int) -> UnsafeMutablePointer<Int> {
        counts + (mask * (tolerances + 1) + rank + 1) * 256
    }

    /// Whether a mask has no surfel.
    func isEmpty(_ mask: Int) -> Bool { !(0..<256).contains { total(mask)[$0] != 0 } }

    /// Forgets everything.
    func clear() { counts.update(repeating: 0, count: 2 * (tolerances + 1) * 256) }

    /// A copy with memory of its own.
    func copy() -> SurfaceCounts {
        let result = SurfaceCounts(tolerances: tolerances)
        result.counts.update(from: counts, count: 2 * (tolerances + 1) * 256)
        return result
    }

    /// The same counts by neighbour code.
    func byNeighbourCode(dimensions: SurfaceDimensions) -> SurfaceHistograms {
        SurfaceHistograms(
            totals: (0..<2).map { CodeWords.byNeighbourCode(total($0), dimensions: dimensions) },
            within: (0..<tolerances).map { rank in
                (0..<2).map { CodeWords.byNeighbourCode(within($0, rank), dimensions: dimensions) }
            })
    }
}

/// ``SurfaceCounts`` by neighbour code.
struct SurfaceHistograms: Hashable, Sendable {
    /// By mask.
    var totals: [[Int]]
    /// By rank of the tolerance, then mask.
    var within: [[[Int]]]
}
