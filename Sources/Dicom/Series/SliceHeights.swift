import Volumes

/// Where images of one orientation lie along their normal.
struct SliceHeights {
    /// The height of each image, mm.
    private let heights: [Double]
    /// For each image, the first with the same SOP instance and frame: copies of a file count as one image.
    private let originals: [Int]

    init(_ members: [SliceStack.Member]) {
        let first = members.first?.header
        let cross = (first?.columnStep ?? PatientVector(x: 1, y: 0, z: 0))
            .cross(first?.rowStep ?? PatientVector(x: 0, y: 1, z: 0))
        let normal = cross * (1 / cross.length)
        let origin = first?.position ?? PatientPoint(x: 0, y: 0, z: 0)
        heights = members.map { ($0.header.position - origin).dot(normal) }
        var seen: [String: Int] = [:]
        originals = members.indices.map { index in
            let member = members[index]
            guard !member.header.sopInstanceUID.isEmpty else { return index }
            let key = "\(member.header.sopInstanceUID) \(member.frame ?? 0)"
            if let known = seen[key] { return known }
            seen[key] = index
            return index
        }
    }

    /// The heights of some images in order, copies once.
    func sorted(_ images: [Int]) -> [Double] { Set(images.map { originals[$0] }).map { heights[$0] }.sorted() }

    /// How near two images may be that are no neighbours in one volume.
    private static func nearness(_ sorted: [Double]) -> Double {
        guard let low = sorted.first, let high = sorted.last, sorted.count > 1 else { return 0 }
        return max(SliceStack.positionTolerance, 0.15 * (high - low) / Double(sorted.count - 1))
    }

    /// Whether some of the images lie at one position, or so near to it that they cannot be neighbours.
    func isCrowded(_ images: [Int]) -> Bool {
        let sorted = sorted(images)
        let near = Self.nearness(sorted)
        return zip(sorted.dropFirst(), sorted).contains { $0 - $1 < near }
    }

    /// How many images lie at one position at most.
    func most(_ images: [Int]) -> Int {
        let sorted = sorted(images)
        let near = Self.nearness(sorted)
        var (most, run) = (1, 1)
        for (next, before) in zip(sorted.dropFirst(), sorted) {
            run = next - before < near ? run + 1 : 1
            most = max(most, run)
        }
        return most
    }

    /// The lowest and the highest of the images.
    func range(_ images: [Int]) -> ClosedRange<Double>? {
        let all = images.map { heights[$0] }
        guard let low = all.min(), let high = all.max() else { return nil }
        return low...high
    }

    /// Images in the order of time, cut where one would lie at the position of one that the run has already.
    func runs(_ images: [Int], near all: [Int]) -> [[Int]] {
        let near = Self.nearness(sorted(all))
        var runs: [[Int]] = []
        var taken: [Double] = []
        for image in images {
            let height = heights[image]
            if taken.isEmpty || taken.contains(where: { abs($0 - height) < near }) {
                runs.append([image])
                taken = [height]
            } else {
                runs[runs.count - 1].append(image)
                taken.append(height)
            }
        }
        return runs
    }
}
