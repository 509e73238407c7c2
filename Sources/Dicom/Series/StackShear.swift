import Volumes

/// Shifts the slices of a tilted stack within their planes so that they lie straight above one another.
struct StackShear {
    /// The grid that holds all of them: wider or higher by what they are shifted.
    let grid: GridGeometry
    /// For each layer, which of its pixels the grid's first pixel is, as a fraction.
    private let starts: [(x: Double, y: Double)]

    /// - Parameters:
    ///   - sideways: how far each layer lies beside the lowest one, mm; empty for a straight stack, which gives `nil`.
    ///   - plain: the grid of the lowest layer, continued straight.
    init?(_ sideways: [(x: Double, y: Double)], on plain: GridGeometry) throws(VolumesError) {
        guard !sideways.isEmpty else { return nil }
        let shifts = sideways.map { (x: $0.x / plain.spacing.x, y: $0.y / plain.spacing.y) }
        func reach(_ values: [Double]) throws(VolumesError) -> (low: Int, extra: Int) {
            // A hundredth of a pixel is rounding and needs no further column.
            let low = ((values.min() ?? 0) + 0.01).rounded(.down)
            let high = ((values.max() ?? 0) - 0.01).rounded(.up)
            guard abs(low) < 65_536, abs(high) < 65_536 else {
                throw .invalidGeometry(reason: "the slices are shifted by more than an image is wide")
            }
            return (Int(min(low, 0)), Int(max(high, 0)) - Int(min(low, 0)))
        }
        let (x, y) = (try reach(shifts.map(\.x)), try reach(shifts.map(\.y)))
        let origin = plain.point(at: ContinuousIndex(x: Double(x.low), y: Double(y.low), z: 0))
        grid = try GridGeometry(
            size: GridSize(x: plain.size.x + x.extra, y: plain.size.y + y.extra, z: plain.size.z),
            spacing: plain.spacing, origin: origin, direction: plain.direction)
        starts = shifts.map { (x: Double(x.low) - $0.x, y: Double(y.low) - $0.y) }
    }

    /// One layer on the grid; what was outside its image is air.
    func shifted(_ slice: VolumeSlice, layer: Int) -> VolumeSlice {
        let (width, height) = (grid.size.x, grid.size.y)
        let start = starts[layer]
        var result = VolumeSlice(width: width, height: height, filledWith: .air)
        let columns = (0..<width).map { Tap(start.x + Double($0), count: slice.width) }
        for y in 0..<height {
            guard let row = Tap(start.y + Double(y), count: slice.height) else { continue }
            for x in 0..<width {
                guard let column = columns[x] else { continue }
                func value(_ i: Int, _ j: Int) -> Double { Double(slice.values[j * slice.width + i]) }
                let top = value(column.low, row.low) * (1 - column.share) + value(column.high, row.low) * column.share
                let bottom =
                    value(column.low, row.high) * (1 - column.share) + value(column.high, row.high) * column.share
                let mixed = top * (1 - row.share) + bottom * row.share
                result[x, y] = HounsfieldUnit(Int16(mixed.rounded(.toNearestOrEven)))
            }
        }
        return result
    }

    /// Two neighbouring pixels and how far from the lower to the upper; `nil` beyond the outer pixels' own area.
    private struct Tap {
        let low, high: Int
        let share: Double

        init?(_ place: Double, count: Int) {
            guard place >= -0.5, place <= Double(count) - 0.5 else { return nil }
            let inside = min(max(place, 0), Double(count - 1))
            low = Int(inside)
            high = min(low + 1, count - 1)
            share = inside - Double(low)
        }
    }
}
