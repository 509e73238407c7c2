import Volumes

/// How much of a structure receives how much dose: the cumulative dose-volume histogram and what is read off it.
///
/// Dose is interpolated linearly in three dimensions from the dose grid to the centres of the mask's voxels; voxels that
/// are long along the slices are cut into parts of at most ``longestPart`` first, since dose changes within them. Each part
/// counts with its volume. Doses are counted in steps of ``step``, within which volume is taken to rise evenly; minimum,
/// mean and maximum are of the interpolated doses themselves.
///
/// What of the structure lies beyond the dose grid (more than half a voxel outside) received a dose that nobody stated. It
/// is left out, and ``coveredShare`` says how much there is.
public struct DoseVolumeHistogram: Hashable, Sendable {
    /// The step in which doses are counted, Gy.
    public static let step = 0.001
    /// Voxels are cut along the slices into parts of this or less, mm.
    public static let longestPart = 1.5

    /// The volume of the whole structure, ml.
    public let millilitres: Double
    /// The share of the structure for which there is dose, 0…1; 0 of an empty structure.
    public let coveredShare: Double
    /// The lowest, mean and highest dose, Gy; `nil` where there is no dose at all.
    public let minimum, mean, maximum: Double?
    /// How many parts receive a dose of so many steps or more, from 0 to where there is none.
    private let cumulative: [Int]
    private var parts: Int { cumulative[0] }

    /// The histogram of a structure in a dose.
    /// - Complexity: O(voxels of the slices that the mask is on × parts of a voxel).
    public init(of mask: Mask, in dose: DoseGrid) throws(VolumesError) {
        let grid = mask.geometry
        let cuts = max(1, Int((grid.spacing.z / Self.longestPart - 1e-9).rounded(.up)))
        let sampler = try DoseSampler(dose, on: grid, cuts: cuts)
        var counts = [Int](repeating: 0, count: Int(dose.maximum / Self.step) + 3)
        var (inside, all, sum) = (0, 0, 0.0)
        var (lowest, highest) = (Double.infinity, -Double.infinity)
        for z in 0..<grid.size.z where mask.slices[z].count > 0 {
            let slice = mask.slices[z]
            let places = slice.places
            all += places.count * cuts
            for part in 0..<cuts {
                guard let doses = sampler.doses(slice: z, part: part) else { continue }
                var ownSum = 0.0
                for place in places {
                    guard doses[place] >= 0 else { continue }
                    let gray = doses[place] * dose.grayPerUnit
                    counts[min(Int(gray / Self.step), counts.count - 2)] += 1
                    ownSum += gray
                    inside += 1
                    lowest = min(lowest, gray)
                    highest = max(highest, gray)
                }
                sum += ownSum
            }
        }
        for place in counts.indices.dropLast().reversed() { counts[place] += counts[place + 1] }
        cumulative = counts
        millilitres = mask.millilitres
        coveredShare = all == 0 ? 0 : Double(inside) / Double(all)
        (minimum, mean, maximum) = inside == 0 ? (nil, nil, nil) : (lowest, sum / Double(inside), highest)
    }

    /// The share of the structure, as far as there is dose, that receives at least a dose, 0…1; `nil` where there is none.
    /// - Parameter gray: the dose, Gy.
    public func share(receiving gray: Double) -> Double? {
        guard parts > 0 else { return nil }
        guard gray > 0 else { return 1 }
        let place = gray / Self.step
        // A billionth, so that 20 Gy are not the end of the step before.
        let first = Int(place + 1e-9)
        guard first < cumulative.count - 1 else { return 0 }
        let above = cumulative[first + 1]
        let within = max(0, min(1, 1 - (place - Double(first))))
        return (Double(above) + Double(cumulative[first] - above) * within) / Double(parts)
    }

    /// The highest dose that at least a share of the structure receives, Gy; `nil` where there is no dose.
    /// - Parameter share: 0…1; of 0 it is the maximum, of 1 the minimum.
    public func dose(toShare share: Double) -> Double? {
        guard parts > 0, let minimum, let maximum else { return nil }
        let wanted = share * Double(parts)
        if wanted <= 0 { return maximum }
        if wanted >= Double(parts) { return minimum }
        // A millionth of a part, so that rounding in the share does not ask for one more.
        guard let place = cumulative.lastIndex(where: { Double($0) >= wanted - 1e-6 }) else { return minimum }
        let above = place + 1 < cumulative.count ? cumulative[place + 1] : 0
        let within = max(0, 1 - (wanted - Double(above)) / Double(cumulative[place] - above))
        return min(max((Double(place) + within) * Self.step, minimum), maximum)
    }

    /// The highest dose that at least a volume of the structure receives, Gy; the minimum where the structure is smaller.
    public func dose(toMillilitres volume: Double) -> Double? {
        let covered = millilitres * coveredShare
        return covered > 0 ? dose(toShare: volume / covered) : nil
    }

    /// The cumulative histogram: doses from 0 in even steps up to beyond the maximum, and the share that receives each.
    /// - Parameter every: the step, Gy; at least ``step``.
    public func curve(every interval: Double) -> [(gray: Double, share: Double)] {
        guard let maximum else { return [] }
        let interval = max(interval, Self.step)
        return (0...Int((maximum / interval).rounded(.down)) + 1).map { index in
            let gray = Double(index) * interval
            return (gray, share(receiving: gray) ?? 0)
        }
    }
}

/// Doses at the voxels of another grid, whose voxels may be cut along the slices.
private struct DoseSampler {
    private let seen: ResampledNumbers
    private let cuts: Int

    init(_ dose: DoseGrid, on grid: GridGeometry, cuts: Int) throws(VolumesError) {
        self.cuts = cuts
        let step = grid.spacing.z / Double(cuts)
        let fine = try GridGeometry(
            size: GridSize(x: grid.size.x, y: grid.size.y, z: grid.size.z * cuts),
            spacing: Spacing(x: grid.spacing.x, y: grid.spacing.y, z: step),
            origin: grid.origin + grid.direction.z * (-(grid.spacing.z - step) / 2), direction: grid.direction)
        seen = ResampledNumbers(dose.slices, on: dose.geometry, onto: fine)
    }

    /// The doses of one part of a slice as they are stored, −1 where there is none; `nil` if there is none anywhere.
    func doses(slice z: Int, part: Int) -> [Double]? { seen.slice(z * cuts + part, outside: -1) }
}

extension MaskSlice {
    /// The places of its pixels, row by row.
    fileprivate var places: [Int] {
        var places: [Int] = []
        places.reserveCapacity(count)
        for (index, word) in words.enumerated() where word != 0 {
            let first = index / wordsPerRow * width + index % wordsPerRow * 64
            var rest = word
            while rest != 0 {
                places.append(first + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return places
    }
}
