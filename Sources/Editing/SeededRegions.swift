import Volumes

/// Divides a box of the image between inside and outside, from voxels of which it is known: each other voxel goes
/// with the seed from which the cheapest path leads to it. A step costs its length and the square of the change in
/// CT number, so that borders follow edges, and where there is no edge they run half-way between.
///
/// Seeds are the scribbles, and on the rim of the box (not where it is the rim of the grid) the mask as it stands, so
/// that what is found goes on seamlessly outside of the box. After Falcão, Stolfi and Lotufo, The image foresting
/// transform (2004), with additive costs as in fast GrowCut (Zhu and others, 2014); exact, by Dial's buckets.
struct SeededRegions {
    /// The most voxels a box may have: five bytes of memory each.
    static let maximumVoxels = 24_000_000
    /// No step costs more.
    private static let maximumCost = 4096
    /// The weight of a step over the shortest side of a voxel.
    private static let shortestStep = 4

    private enum Label {
        static let none: UInt8 = 0
        static let inside: UInt8 = 1
        static let outside: UInt8 = 2
    }

    private let box: VoxelBox
    private let (width, height, depth): (Int, Int, Int)
    private var values: [Int16]
    private var labels: [UInt8]
    private var costs: [UInt32]

    /// Takes the CT numbers of a box and the seeds in it.
    init(box: VoxelBox, image: Volume, mask: Mask, scribbles: Scribbles) {
        self.box = box
        (width, height, depth) = (box.x.count, box.y.count, box.z.count)
        let count = width * height * depth
        values = []
        values.reserveCapacity(count)
        labels = [UInt8](repeating: Label.none, count: count)
        costs = [UInt32](repeating: .max, count: count)
        let size = image.geometry.size
        var i = 0
        for z in box.z {
            let isRimOfDepth =
                depth > 1 && (z == box.z.lowerBound && z > 0 || z == box.z.upperBound - 1 && z < size.z - 1)
            for y in box.y {
                let isRimOfHeight = y == box.y.lowerBound && y > 0 || y == box.y.upperBound - 1 && y < size.y - 1
                for x in box.x {
                    values.append(image.slices[z].values[y * size.x + x])
                    let isRim =
                        isRimOfDepth || isRimOfHeight || x == box.x.lowerBound && x > 0
                        || x == box.x.upperBound - 1 && x < size.x - 1
                    if scribbles.inside.slices[z][x, y] {
                        labels[i] = Label.inside
                    } else if scribbles.outside.slices[z][x, y] {
                        labels[i] = Label.outside
                    } else if isRim {
                        labels[i] = mask.slices[z][x, y] ? Label.inside : Label.outside
                    }
                    i += 1
                }
            }
        }
    }

    /// Spreads the labels over the box.
    /// - Returns: whether it went through to the end.
    mutating func spread(spacing: Spacing, progress: WorkProgress) -> Bool {
        let shortest = min(spacing.x, spacing.y, depth > 1 ? spacing.z : .infinity)
        func length(_ step: Double) -> Int {
            min(Self.maximumCost / 8, max(1, Int((step / shortest * Double(Self.shortestStep)).rounded())))
        }
        let (along, down, deep) = (length(spacing.x), length(spacing.y), length(spacing.z))
        let (width, height, depth, area) = (width, height, depth, width * height)
        var queue = VoxelQueue(largestCost: Self.maximumCost)
        for i in labels.indices where labels[i] != Label.none {
            costs[i] = 0
            queue.push(i, at: 0)
        }
        let total = labels.count
        var settled = 0
        return values.withUnsafeBufferPointer { values in
            labels.withUnsafeMutableBufferPointer { labels in
                costs.withUnsafeMutableBufferPointer { costs in
                    while let (i, cost) = queue.pop() {
                        // A voxel that was reached more cheaply since was dealt with then.
                        guard costs[i] == UInt32(cost) else { continue }
                        settled += 1
                        if settled & 0xffff == 0, !progress(min(0.99, Double(settled) / Double(total))) { return false }
                        let label = labels[i]
                        let own = Int(values[i])
                        func visit(_ next: Int, _ length: Int) {
                            let change = Int(values[next]) - own
                            let step = min(Self.maximumCost, length + change * change / 64)
                            let sum = UInt32(cost + step)
                            guard sum < costs[next] else { return }
                            costs[next] = sum
                            labels[next] = label
                            queue.push(next, at: Int(sum))
                        }
                        let x = i % width
                        let y = i / width % height
                        let z = i / area
                        if x > 0 { visit(i - 1, along) }
                        if x + 1 < width { visit(i + 1, along) }
                        if y > 0 { visit(i - width, down) }
                        if y + 1 < height { visit(i + width, down) }
                        if z > 0 { visit(i - area, deep) }
                        if z + 1 < depth { visit(i + area, deep) }
                    }
                    return true
                }
            }
        }
    }

    /// The mask with the box replaced by what was found.
    func replacing(in mask: Mask) -> Mask {
        var result = mask
        var i = 0
        for z in box.z {
            for y in box.y {
                for x in box.x {
                    let isInside = labels[i] == Label.inside
                    if isInside != result.slices[z][x, y] { result[slice: z][x, y] = isInside }
                    i += 1
                }
            }
        }
        return result
    }
}

/// A priority queue for whole costs that never fall behind the last one taken by more than nothing, nor lie ahead of
/// it by more than `largestCost`: a ring of buckets, first in first out.
struct VoxelQueue {
    private var buckets: [[Int32]]
    private var heads: [Int]
    private var cost = 0
    private var count = 0

    init(largestCost: Int) {
        buckets = Array(repeating: [], count: largestCost + 1)
        heads = Array(repeating: 0, count: largestCost + 1)
    }

    mutating func push(_ item: Int, at cost: Int) {
        buckets[cost % buckets.count].append(Int32(truncatingIfNeeded: item))
        count += 1
    }

    mutating func pop() -> (item: Int, cost: Int)? {
        guard count > 0 else { return nil }
        while true {
            let place = cost % buckets.count
            if heads[place] < buckets[place].count {
                let item = Int(buckets[place][heads[place]])
                heads[place] += 1
                count -= 1
                return (item, cost)
            }
            buckets[place].removeAll(keepingCapacity: buckets[place].count < 4096)
            heads[place] = 0
            cost += 1
        }
    }
}

extension Mask {
    /// The mask redrawn between scribbles: in a box around them it becomes what the scribbles and the mask on the
    /// box's rim say (see `SeededRegions`), elsewhere it stays.
    /// - Parameters:
    ///   - image: the CT, on the mask's grid.
    ///   - margin: how far the box goes beyond the scribbles.
    ///   - z: the slice to stay on; `nil` works through all slices of the box.
    /// - Throws: ``RegionError``; refused if nothing is marked, or only what is so already, or the box is too large.
    /// - Complexity: O(voxels of the box).
    public func redrawn(
        between scribbles: Scribbles, image: Volume, margin: Millimetres, onSlice z: Int?,
        progress: WorkProgress = { _ in true }
    ) throws(RegionError) -> Mask {
        do {
            try geometry.requireSame(as: image.geometry)
            try geometry.requireSame(as: scribbles.inside.geometry)
        } catch { throw .volumes(error) }
        let marked = [scribbles.inside, scribbles.outside].compactMap { (z.map($0.only) ?? $0).boundingBox }
        guard let first = marked.first else {
            throw .refused(z == nil ? "nothing is scribbled yet" : "nothing is scribbled on this slice")
        }
        let step = geometry.spacing
        func voxels(_ step: Double) -> Int { max(2, Int((margin.value / step).rounded(.up))) }
        var box = marked.dropFirst().reduce(first) { $0.union($1) }
            .dilated(x: voxels(step.x), y: voxels(step.y), z: z == nil ? voxels(step.z) : 0)
            .intersection(geometry.size.bounds)
        if let z { box.z = z..<z + 1 }
        let count = box.x.count * box.y.count * box.z.count
        guard count <= SeededRegions.maximumVoxels else {
            throw .refused("the scribbles are too far apart: scribble on fewer slices, or closer together")
        }
        var regions = SeededRegions(box: box, image: image, mask: self, scribbles: scribbles)
        guard regions.spread(spacing: step, progress: progress) else { throw .cancelled }
        return regions.replacing(in: self)
    }
}
