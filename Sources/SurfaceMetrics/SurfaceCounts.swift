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

    /// The surface of a mask, or the part within the tolerance of a rank: each code's area times how often it occurs,
    /// added in order of code. All sums are made here, so that equal counts give equal numbers to the last bit.
    func area(_ mask: Int, within rank: Int? = nil, _ areas: SurfelAreas) -> Double {
        sum(rank.map { within(mask, $0) } ?? total(mask), nil, areas)
    }

    /// The surface Dice at the tolerance of a rank.
    func score(rank: Int, _ areas: SurfelAreas) -> SurfaceScore {
        SurfaceScore(
            agreeing: sum(within(0, rank), within(1, rank), areas), total: sum(total(0), total(1), areas))
    }

    /// The part of a mask's surface within the tolerance of a rank; `nil` if it has none.
    func overlap(_ mask: Int, rank: Int, _ areas: SurfelAreas) -> Double? {
        let whole = area(mask, areas)
        return whole == 0 ? nil : area(mask, within: rank, areas) / whole
    }

    private func sum(_ first: UnsafePointer<Int>, _ second: UnsafePointer<Int>?, _ areas: SurfelAreas) -> Double {
        let positions = FetchOrder.positions(areas.dimensions)
        var sum = 0.0
        for code in 0..<areas.values.count {
            let count = first[positions[code]] &+ (second.map { $0[positions[code]] } ?? 0)
            if count != 0 { sum += areas.values[code] * Double(count) }
        }
        return sum
    }
}
