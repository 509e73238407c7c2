import Volumes

/// The offsets between corner points in order of distance, as far as they are worth trying one by one.
///
/// Immutable, so that threads may share it.
final class DistanceShells: @unchecked Sendable {
    /// The points ±dx along row (y + dy, z + dz); mirrored rows are steps of their own.
    struct Step {
        var dx: UInt32
        var dy: Int32
        var dz: Int32
        /// Which squared distance it has.
        var shell: Int32
    }

    /// The steps, the nearest first. Complete: no offset that is missing is nearer than the last one.
    let steps: UnsafeBufferPointer<Step>
    /// The squared distances that occur, mm², ascending; the first is 0.
    let squares: [Double]

    /// About how many points the ball has that is searched step by step: a reach of 7 mm at 0.7 × 0.7 × 1.25 mm.
    private static let ballSize = 3000.0

    init(spacing: Spacing, lattice: LatticeShape) {
        let flat = lattice.planes == 1
        let wish =
            flat
            ? (Self.ballSize * spacing.x * spacing.y / 3).squareRoot()
            : Self.cubeRoot(Self.ballSize * spacing.x * spacing.y * spacing.z / 4)
        // A step shifts within a word and its two neighbours, by 63 at most.
        let reach = min(wish, 63 * spacing.x)
        var found: [(square: Double, step: Step)] = []
        for dz in 0..<lattice.planes where latticeDistance(0, 0, dz, spacing) <= reach {
            for dy in 0..<lattice.rows where latticeDistance(0, dy, dz, spacing) <= reach {
                for dx in 0..<lattice.columns {
                    let square = latticeSquare(dx, dy, dz, spacing)
                    guard square.squareRoot() <= reach else { break }
                    for y in dy == 0 ? [0] : [-dy, dy] {
                        for z in dz == 0 ? [0] : [-dz, dz] {
                            found.append((square, Step(dx: UInt32(dx), dy: Int32(y), dz: Int32(z), shell: 0)))
                        }
                    }
                }
            }
        }
        found.sort { $0.square < $1.square }
        var squares: [Double] = []
        let buffer = UnsafeMutableBufferPointer<Step>.allocate(capacity: found.count)
        for (i, entry) in found.enumerated() {
            if squares.last != entry.square { squares.append(entry.square) }
            var step = entry.step
            step.shell = Int32(squares.count - 1)
            buffer.initializeElement(at: i, to: step)
        }
        self.squares = squares
        steps = UnsafeBufferPointer(buffer)
    }

    deinit { steps.deallocate() }

    private static func cubeRoot(_ value: Double) -> Double {
        var root = max(value, 1)
        for _ in 0..<60 { root = (2 * root + value / (root * root)) / 3 }
        return root
    }
}
