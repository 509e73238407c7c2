import Volumes

/// A tube of air that runs from slice to slice: the trachea, a main bronchus, sometimes a loop of bowel.
struct AirTube {
    /// The centres of its cross-sections, from the head down.
    var centres: [ContinuousIndex]
    /// Its length along z, mm.
    var length: Double
}

/// Finds tubes: round regions of air with a wall all round, one below the other.
struct TubeFinder {
    private let volume: Volume
    private let lumen: Mask

    /// Areas of a cross-section, mm²: a disc of 8 mm to one of 32 mm.
    private static let areas = 50.0...800.0
    /// The shortest tube, mm.
    private static let shortest = 10.0
    /// From this HU on a voxel is wall.
    private static let wall: Int16 = -400

    init(_ volume: Volume, lumen: Mask) {
        self.volume = volume
        self.lumen = lumen
    }

    /// The tubes, longest first. No cross-section is in two of them.
    func tubes() -> [AirTube] {
        let (size, step) = (volume.geometry.size, volume.geometry.spacing)
        let regions = lumen.connectedComponents(.corners8)
        var bySlice = [[(centre: ContinuousIndex, area: Double)]](repeating: [], count: size.z)
        for region in regions.components {
            let area = Double(region.voxelCount) * step.x * step.y
            guard Self.areas.contains(area) else { continue }
            let (width, height) = (Double(region.box.x.count) * step.x, Double(region.box.y.count) * step.y)
            guard max(width, height) <= 2.5 * min(width, height), area >= 0.5 * width * height,
                hasWall(around: region.centroid)
            else { continue }
            bySlice[region.box.z.lowerBound].append((region.centroid, area))
        }
        // Each cross-section goes on to the nearest one below that is about as large.
        var open: [(tube: AirTube, area: Double)] = []
        var finished: [AirTube] = []
        for z in (0..<size.z).reversed() {
            var sections = bySlice[z]
            var next: [(tube: AirTube, area: Double)] = []
            for (begun, area) in open.sorted(by: { $0.tube.centres.count > $1.tube.centres.count }) {
                var tube = begun
                let end = tube.centres[tube.centres.count - 1]
                func gap(_ centre: ContinuousIndex) -> Double {
                    let (x, y) = ((centre.x - end.x) * step.x, (centre.y - end.y) * step.y)
                    return (x * x + y * y).squareRoot()
                }
                let fits = sections.indices.filter {
                    gap(sections[$0].centre) <= max(6, step.z) && (0.4...2.5).contains(sections[$0].area / area)
                }
                guard let best = fits.min(by: { gap(sections[$0].centre) < gap(sections[$1].centre) }) else {
                    finished.append(tube)
                    continue
                }
                tube.centres.append(sections[best].centre)
                tube.length += step.z
                next.append((tube, sections[best].area))
                sections.remove(at: best)
            }
            open = next + sections.map { (AirTube(centres: [$0.centre], length: step.z), $0.area) }
        }
        finished += open.map(\.tube)
        return finished.filter { $0.length >= Self.shortest && $0.centres.count > 1 }
            .sorted { ($0.length, $0.centres[0].x) > ($1.length, $1.centres[0].x) }
    }

    /// Whether rays from the centre meet tissue within 5 mm of leaving the lumen, all but one in eight of them. Rays
    /// that leave the image do not count, if they are fewer than half.
    private func hasWall(around centre: ContinuousIndex) -> Bool {
        let (size, step) = (volume.geometry.size, volume.geometry.spacing)
        let z = Int(centre.z)
        let pace = min(step.x, step.y) / 2
        var (met, lost) = (0, 0)
        for (cosine, sine) in Self.directions {
            var (travelled, left): (Double, Double?) = (0, nil)
            while travelled < 40 {
                let x = Int((centre.x + cosine * travelled / step.x).rounded())
                let y = Int((centre.y + sine * travelled / step.y).rounded())
                guard x >= 0, y >= 0, x < size.x, y < size.y else {
                    lost += 1
                    break
                }
                if left == nil && !lumen.slices[z][x, y] && travelled > 0 { left = travelled }
                if let left {
                    if volume.slices[z].values[y * size.x + x] >= Self.wall {
                        met += 1
                        break
                    }
                    if travelled - left > 5 { break }
                }
                travelled += pace
            }
        }
        return 2 * lost <= Self.directions.count && met >= Self.directions.count - lost - 2
    }

    /// Sixteen directions of a slice.
    private static let directions: [(Double, Double)] = {
        let eighth = [(1.0, 0.0), (0.923_879_532_5, 0.382_683_432_4), (0.707_106_781_2, 0.707_106_781_2)]
        let quarter = eighth + [(0.382_683_432_4, 0.923_879_532_5)]
        return quarter.flatMap { c, s in [(c, s), (-s, c), (-c, -s), (s, -c)] }
    }()
}
