import Dispatch
import Synchronization
import Volumes

/// The distance of every surfel of one mask to the nearest surfel of the other, exactly.
///
/// From each surfel, rows of the other surface are searched in order of their distance, each by looking for the
/// nearest set bit, until no row can be nearer than what was found. Squared distances are added as
/// `((dx·sx)² + (dy·sy)²) + (dz·sz)²`, each step rounded: rounding keeps order, so that the least sum is found.
/// Slices are shared out to both cores; what is counted are integers, so that the order does not matter.
struct ExactDistances {
    let sweep: SurfaceSweep
    let spacing: Spacing
    let dimensions: SurfaceDimensions

    /// A row at some offset, for all four signs.
    private struct Offset {
        var dy: Int
        var dz: Int
        var square: Double
    }

    /// Both directions, or `nil` if `isCancelled` said so.
    func measure(areas: SurfelAreas, isCancelled: @Sendable () -> Bool) -> SurfaceDistances? {
        guard let forward = directed(from: 0, areas: areas, isCancelled: isCancelled),
            let backward = directed(from: 1, areas: areas, isCancelled: isCancelled)
        else { return nil }
        return SurfaceDistances(referenceToTest: forward, testToReference: backward)
    }

    private func directed(
        from mask: Int, areas: SurfelAreas, isCancelled: @Sendable () -> Bool
    ) -> DirectedDistances? {
        var tally = DistanceTally()
        if sweep.counts.isEmpty(1 - mask) {
            let codes = CodeWords.byNeighbourCode(sweep.counts.total(mask), dimensions: dimensions)
            for (code, count) in codes.enumerated() where count > 0 {
                tally.add(squared: .infinity, code: UInt8(code), count: count)
            }
            return DirectedDistances(counts: tally.entries, areas: areas)
        }
        let offsets = rowOffsets()
        for z in 0..<sweep.kernel.shape.planes {
            if isCancelled() { return nil }
            tallyPlane(z, mask: mask, offsets: offsets, into: &tally)
        }
        return DirectedDistances(counts: tally.entries, areas: areas)
    }

    private func rowOffsets() -> [Offset] {
        var result: [Offset] = []
        for dz in 0..<sweep.kernel.shape.planes {
            let z = Double(dz) * spacing.z
            for dy in 0..<sweep.kernel.shape.rows {
                let y = Double(dy) * spacing.y
                result.append(Offset(dy: dy, dz: dz, square: y * y + z * z))
            }
        }
        return result.sorted { $0.square < $1.square }
    }

    private func tallyPlane(_ z: Int, mask: Int, offsets: [Offset], into tally: inout DistanceTally) {
        let kernel = sweep.kernel
        let own = sweep.surfels[mask][z]
        let (below, above) = sweep.neighbours(mask: mask, z: z)
        for y in own.low..<own.high {
            let points = own.storedRow(y, kernel.stride)
            for i in 0..<kernel.shape.words where points[i] != 0 {
                let codes = CodeWords(
                    below.row(y - 1, kernel.stride, or: kernel.emptyRow),
                    above.row(y - 1, kernel.stride, or: kernel.emptyRow),
                    below.row(y, kernel.stride, or: kernel.emptyRow),
                    above.row(y, kernel.stride, or: kernel.emptyRow), i)
                var rest = points[i]
                while rest != 0 {
                    let bit = rest.trailingZeroBitCount
                    rest &= rest &- 1
                    let squared = nearest(x: 64 * i + bit, y: y, z: z, to: 1 - mask, offsets: offsets)
                    tally.add(
                        squared: squared,
                        code: CodeWords.neighbourCode(codes[UInt64(bit)], dimensions: dimensions))
                }
            }
        }
    }

    private func nearest(x: Int, y: Int, z: Int, to mask: Int, offsets: [Offset]) -> Double {
        var best = Double.infinity
        for offset in offsets {
            if offset.square > best { break }
            for zz in offset.dz == 0 ? [z] : [z - offset.dz, z + offset.dz]
            where zz >= 0 && zz < sweep.kernel.shape.planes {
                let plane = sweep.surfels[mask][zz]
                for yy in offset.dy == 0 ? [y] : [y - offset.dy, y + offset.dy] where yy >= plane.low && yy < plane.high
                {
                    let row = plane.storedRow(yy, sweep.kernel.stride)
                    guard let dx = nearestBit(row, x: x) else { continue }
                    let dxs = Double(dx) * spacing.x
                    let dys = Double(offset.dy) * spacing.y
                    let dzs = Double(offset.dz) * spacing.z
                    best = min(best, (dxs * dxs + dys * dys) + dzs * dzs)
                }
            }
        }
        return best
    }

    private func nearestBit(_ row: UnsafeMutablePointer<UInt64>, x: Int) -> Int? {
        let words = sweep.kernel.shape.words
        var best: Int?
        for i in 0..<words where row[i] != 0 {
            var rest = row[i]
            while rest != 0 {
                let distance = abs(64 * i + rest.trailingZeroBitCount - x)
                rest &= rest - 1
                best = min(best ?? distance, distance)
            }
        }
        return best
    }
}
