import Volumes

/// The corner points within a tolerance of a corner point, as half-widths of rows.
///
/// Distances are worked out once, here, as `sqrt(((dx·sx)² + (dy·sy)²) + (dz·sz)²)` in double precision with every
/// product rounded, and compared as `d ≤ τ`: never `d² ≤ τ²`, which flips ties such as τ = 0.7 at 0.7 mm spacing.
/// After that everything is integer work. Immutable, so that threads may share it.
final class ToleranceBall: @unchecked Sendable {
    /// In row (y + dy, z + dz), the points from x − halfWidth to x + halfWidth are within tolerance.
    struct Row {
        var dy: Int32
        var dz: Int32
        var halfWidth: Int32
    }

    /// The tolerance, mm.
    let tolerance: Double
    /// The rows of the ball, the widest first: they settle most candidates.
    let rows: UnsafeBufferPointer<Row>
    /// How far the ball reaches along each axis.
    let reach: (x: Int, y: Int, z: Int)
    /// Whether nothing is within tolerance, not even the point itself (τ < 0 or not a number).
    let isNothing: Bool
    /// Whether every point of the lattice is within tolerance of every other.
    let isEverything: Bool

    /// - Parameter lattice: corner points along each axis; the ball need not reach further than across.
    init(tolerance: Double, spacing: Spacing, lattice: LatticeShape) {
        self.tolerance = tolerance
        let (nx, ny, nz) = (lattice.columns - 1, lattice.rows - 1, lattice.planes - 1)
        isNothing = !(tolerance >= 0)
        isEverything = latticeDistance(nx, ny, nz, spacing) <= tolerance
        var rows: [Row] = []
        var reach = (x: 0, y: 0, z: 0)
        if !isNothing && !isEverything {
            for dz in 0...nz where latticeDistance(0, 0, dz, spacing) <= tolerance {
                for dy in 0...ny where latticeDistance(0, dy, dz, spacing) <= tolerance {
                    // Distances grow with dx, also after rounding, so the half-width can be bisected.
                    var width = 0
                    var tooFar = nx + 1
                    while tooFar - width > 1 {
                        let middle = (width + tooFar) / 2
                        if latticeDistance(middle, dy, dz, spacing) <= tolerance {
                            width = middle
                        } else {
                            tooFar = middle
                        }
                    }
                    reach = (max(reach.x, width), max(reach.y, dy), max(reach.z, dz))
                    for y in dy == 0 ? [0] : [-dy, dy] {
                        for z in dz == 0 ? [0] : [-dz, dz] {
                            rows.append(Row(dy: Int32(y), dz: Int32(z), halfWidth: Int32(width)))
                        }
                    }
                }
            }
            rows.sort { ($0.halfWidth, -abs($0.dz), -abs($0.dy)) > ($1.halfWidth, -abs($1.dz), -abs($1.dy)) }
        }
        self.reach = reach
        let buffer = UnsafeMutableBufferPointer<Row>.allocate(capacity: rows.count)
        _ = buffer.initialize(from: rows)
        self.rows = UnsafeBufferPointer(buffer)
    }

    deinit { rows.deallocate() }
}

/// The distance between two corner points, mm, rounded step by step as NumPy does.
func latticeDistance(_ dx: Int, _ dy: Int, _ dz: Int, _ spacing: Spacing) -> Double {
    latticeSquare(dx, dy, dz, spacing).squareRoot()
}

/// The squared distance between two corner points, mm², each product and sum rounded.
@inline(__always)
func latticeSquare(_ dx: Int, _ dy: Int, _ dz: Int, _ spacing: Spacing) -> Double {
    let x = Double(dx) * spacing.x
    let y = Double(dy) * spacing.y
    let z = Double(dz) * spacing.z
    return (x * x + y * y) + z * z
}

extension [ToleranceBall] {
    /// One ball a tolerance, the smallest first, so that what is within one is within all that follow.
    static func ascending(
        _ tolerances: [Millimetres], spacing: Spacing, lattice: LatticeShape
    ) -> (balls: [ToleranceBall], position: [Int]) {
        func key(_ index: Int) -> Double { tolerances[index].value.isNaN ? -.infinity : tolerances[index].value }
        let order = tolerances.indices.sorted { (key($0), $0) < (key($1), $1) }
        var position = [Int](repeating: 0, count: tolerances.count)
        for (rank, index) in order.enumerated() { position[index] = rank }
        let balls = order.map { ToleranceBall(tolerance: tolerances[$0].value, spacing: spacing, lattice: lattice) }
        return (balls, position)
    }
}
