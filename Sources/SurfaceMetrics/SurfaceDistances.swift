/// The distances between two surfaces: averages and Hausdorff distances at any percentile.
///
/// Of every surfel of one mask, the distance to the nearest surfel of the other (between corner points, not between
/// triangles), weighted by the surfel's area; as google-deepmind/surface-distance defines them.
public struct SurfaceDistances: Hashable, Sendable {
    /// From the reference's surface to the test's.
    public let referenceToTest: DirectedDistances
    /// From the test's surface to the reference's.
    public let testToReference: DirectedDistances

    /// The larger of the two directed distances that `percent` per cent of each surface keep, mm.
    ///
    /// Infinite if a mask is empty, also if both are. No interpolation: always a distance that occurs.
    /// `hausdorff(percent: 100)` is the Hausdorff distance, `hausdorff(percent: 95)` is "HD95".
    public func hausdorff(percent: Double) -> Double {
        max(referenceToTest.percentile(percent), testToReference.percentile(percent))
    }
}

/// The distances from one surface to another, sorted, with the area that has each.
public struct DirectedDistances: Hashable, Sendable {
    /// Each distance that occurs, in mm, ascending; one infinite one if the other mask is empty.
    public let distances: [Double]
    /// The area at each distance or nearer, mm²; the last is the whole surface.
    public let cumulativeAreas: [Double]
    /// The average distance weighted by area, mm; infinite if the other mask is empty, `nil` if this one is.
    public let average: Double?

    /// The least distance that `percent` per cent of the surface keep, mm; infinite if either mask is empty.
    public func percentile(_ percent: Double) -> Double {
        guard let longest = distances.last, let total = cumulativeAreas.last else { return .infinity }
        if percent >= 100 { return longest }
        var low = 0
        var high = cumulativeAreas.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulativeAreas[middle] / total >= percent / 100 { high = middle } else { low = middle + 1 }
        }
        return distances[low]
    }

    /// Sorts and adds up what was counted.
    /// - Parameter counts: for each squared distance and code, how many surfels have them, in any order.
    init(counts: [DistanceCount], areas: SurfelAreas) {
        let sorted = counts.sorted {
            ($0.squared, areas[Int($0.code)], $0.code) < ($1.squared, areas[Int($1.code)], $1.code)
        }
        var distances: [Double] = []
        var cumulative: [Double] = []
        var area = 0.0
        var moment = 0.0
        var next = 0
        while next < sorted.count {
            let entry = sorted[next]
            // The cores count apart; their shares are put together before anything is rounded.
            var count = 0
            while next < sorted.count, sorted[next].squared == entry.squared, sorted[next].code == entry.code {
                count += sorted[next].count
                next += 1
            }
            let distance = entry.squared.squareRoot()
            let part = areas[Int(entry.code)] * Double(count)
            area += part
            moment += distance * part
            if distances.last == distance {
                cumulative[cumulative.count - 1] = area
            } else {
                distances.append(distance)
                cumulative.append(area)
            }
        }
        self.distances = distances
        self.cumulativeAreas = cumulative
        self.average = distances.isEmpty ? nil : moment / area
    }
}

/// How many surfels of one code have one distance.
struct DistanceCount {
    /// The distance squared, mm².
    var squared: Double
    /// The neighbour code.
    var code: UInt8
    /// How many.
    var count: Int
}
