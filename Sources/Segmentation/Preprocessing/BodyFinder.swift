import Volumes

/// Finds the patient on a CT, roughly and quickly: on a coarse axial grid, what is denser than a threshold, parted
/// from couch and clothes, largest piece.
enum BodyFinder {
    /// The coarse grid's spacing in the plane, mm, and at least along the slices.
    private static let coarse = (plane: 4.0, slices: 6.0)

    /// Where the body's middle lies; `nil` if nothing is body. The middle of the box that leaves half a per cent of
    /// the body outside on each side, so that a hand or a piece of couch does not move it.
    static func centre(of volume: Volume, in frame: GridGeometry, threshold: Double) -> PatientPoint? {
        let spacing = Spacing(
            x: max(coarse.plane, frame.spacing.x), y: max(coarse.plane, frame.spacing.y),
            z: max(coarse.slices, frame.spacing.z))
        guard let grid = try? frame.resampled(to: spacing) else { return nil }
        let seen = ResampledVolume(volume, onto: grid, outside: -3000)
        var tissue = Mask(geometry: grid)
        for z in 0..<grid.size.z {
            let values = seen.slice(z)
            for y in 0..<grid.size.y {
                for x in 0..<grid.size.x where values[y * grid.size.x + x] > threshold {
                    tissue[slice: z][x, y] = true
                }
            }
        }
        let opened = (try? tissue.opened(by: Millimetres(2 * coarse.plane), in: .slice)) ?? tissue
        let body = (opened.isEmpty ? tissue : opened).keepingLargestComponent(.faces6)
        guard let columns = middle(of: body, \.x), let rows = middle(of: body, \.y) else { return nil }
        return grid.point(at: ContinuousIndex(x: columns, y: rows, z: Double(grid.size.z - 1) / 2))
    }

    private static func middle(of body: Mask, _ axis: KeyPath<VoxelIndex, Int>) -> Double? {
        let size = body.geometry.size
        var counts = [Int](repeating: 0, count: max(size.x, size.y))
        for (z, slice) in body.slices.enumerated() where !slice.isEmpty {
            for y in 0..<size.y {
                for x in 0..<size.x where slice[x, y] { counts[VoxelIndex(x: x, y: y, z: z)[keyPath: axis]] += 1 }
            }
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        let spare = total / 200
        func first(_ order: [Int]) -> Int {
            var seen = 0
            for place in order {
                seen += counts[place]
                if seen > spare { return place }
            }
            return 0
        }
        let places = Array(counts.indices)
        return Double(first(places) + first(places.reversed())) / 2
    }
}
