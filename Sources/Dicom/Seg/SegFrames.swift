import Volumes

/// Which slices of which segments become frames, and their bits.
struct SegFrames {
    /// A frame: a segment by its number from 1, on a slice.
    struct Place {
        let segment: Int
        let z: Int
    }

    /// The frames, segment by segment, each in order of z.
    let places: [Place]
    /// Counts the slices that have frames from 1, in order of z: the second dimension index.
    let planeIndex: [Int: Int]
    /// Whether a voxel belongs to two segments.
    let overlaps: Bool
    private let masks: [Mask]

    init(_ segments: [SegmentToWrite], grid: GridGeometry) {
        masks = segments.map(\.mask)
        var places: [Place] = []
        for (index, mask) in masks.enumerated() {
            let filled = mask.slices.indices.filter { !mask.slices[$0].isEmpty }
            places += filled.map { Place(segment: index + 1, z: $0) }
        }
        // An object without a frame is not allowed.
        if places.isEmpty { places = [Place(segment: 1, z: 0)] }
        self.places = places
        let planes = Set(places.map(\.z)).sorted()
        planeIndex = Dictionary(uniqueKeysWithValues: planes.enumerated().map { ($1, $0 + 1) })
        overlaps = Self.overlap(masks)
    }

    private static func overlap(_ masks: [Mask]) -> Bool {
        guard masks.count > 1 else { return false }
        for z in masks[0].slices.indices {
            var taken = [UInt64](repeating: 0, count: masks[0].slices[z].words.count)
            for mask in masks {
                let words = mask.slices[z].words
                for i in words.indices {
                    if taken[i] & words[i] != 0 { return true }
                    taken[i] |= words[i]
                }
            }
        }
        return false
    }

    /// The frames' bits one after the other, without a gap between rows or frames, lowest bit first (PS3.5 8.2).
    func packed() -> [UInt8] {
        guard let first = masks.first?.slices.first else { return [] }
        let (width, height, stride) = (first.width, first.height, first.wordsPerRow)
        let bitCount = places.count * width * height
        var words = [UInt64](repeating: 0, count: (bitCount + 63) / 64 + 1)
        var at = 0
        for place in places {
            let source = masks[place.segment - 1].slices[place.z].words
            for y in 0..<height {
                for part in 0..<stride {
                    // The bits behind the last column are zero, so that they do no harm where the next row begins.
                    let bits = source[y * stride + part]
                    let start = at + y * width + part * 64
                    guard bits != 0 else { continue }
                    words[start >> 6] |= bits << UInt64(start & 63)
                    if start & 63 != 0 { words[start >> 6 + 1] |= bits >> UInt64(64 - start & 63) }
                }
            }
            at += width * height
        }
        var bytes = words.withUnsafeBytes { Array($0.prefix((bitCount + 7) / 8)) }
        if bytes.count % 2 == 1 { bytes.append(0) }
        return bytes
    }
}
