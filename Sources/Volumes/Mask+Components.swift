/// Which voxels count as neighbours.
public enum Connectivity: Hashable, Sendable, CaseIterable {
    /// In 3D, voxels that share a face.
    case faces6
    /// In 3D, voxels that share a face or an edge.
    case edges18
    /// In 3D, voxels that share a face, an edge or a corner.
    case corners26
    /// Within each slice, voxels that share a side; slices are not linked.
    case sides4
    /// Within each slice, voxels that share a side or a corner; slices are not linked.
    case corners8
}

/// Faces of a grid's box.
public struct GridFaces: OptionSet, Hashable, Sendable {
    /// One bit a face.
    public let rawValue: UInt8
    /// Faces by their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Column 0.
    public static let lowX = GridFaces(rawValue: 1)
    /// The last column.
    public static let highX = GridFaces(rawValue: 2)
    /// Row 0.
    public static let lowY = GridFaces(rawValue: 4)
    /// The last row.
    public static let highY = GridFaces(rawValue: 8)
    /// Slice 0.
    public static let lowZ = GridFaces(rawValue: 16)
    /// The last slice.
    public static let highZ = GridFaces(rawValue: 32)
    /// The four faces that bound each slice.
    public static let inPlane: GridFaces = [.lowX, .highX, .lowY, .highY]
    /// All six.
    public static let all: GridFaces = [.inPlane, .lowZ, .highZ]

    /// The faces that a box touches on a grid of this size.
    init(of box: VoxelBox, on size: GridSize) {
        var faces: GridFaces = []
        if box.x.lowerBound == 0 { faces.insert(.lowX) }
        if box.x.upperBound == size.x { faces.insert(.highX) }
        if box.y.lowerBound == 0 { faces.insert(.lowY) }
        if box.y.upperBound == size.y { faces.insert(.highY) }
        if box.z.lowerBound == 0 { faces.insert(.lowZ) }
        if box.z.upperBound == size.z { faces.insert(.highZ) }
        self = faces
    }
}

/// The connected components of a mask, largest first; of equal ones, the one whose first voxel comes first.
public struct ConnectedComponents: Sendable {
    /// What is known of one component.
    public struct Component: Hashable, Sendable {
        /// How many voxels it has.
        public internal(set) var voxelCount: Int
        /// The smallest box that holds it.
        public internal(set) var box: VoxelBox
        /// Which faces of the grid it touches.
        public internal(set) var faces: GridFaces
        /// The mean of its voxel indices.
        public internal(set) var centroid: ContinuousIndex
    }

    /// The grid of the mask.
    public let geometry: GridGeometry
    /// The components, largest first. Other members name a component by its place in this list.
    public let components: [Component]

    /// The runs of the mask in voxel order.
    let runs: RunTable
    /// The component of each run.
    let labels: [Int32]

    /// How many components there are.
    public var count: Int { components.count }

    /// The volume of a component in millilitres.
    public func millilitres(of component: Int) -> Double {
        Double(components[component].voxelCount) * geometry.voxelVolume / 1000
    }

    /// The component at a voxel, which must be on the grid, or `nil` outside the mask.
    /// - Complexity: O(runs of the row).
    public func component(at voxel: VoxelIndex) -> Int? {
        precondition(geometry.size.contains(voxel), "voxel off the grid")
        let row = voxel.z * geometry.size.y + voxel.y
        for run in Int(runs.rowStarts[row])..<Int(runs.rowStarts[row + 1])
        where runs.starts[run] <= voxel.x && voxel.x < runs.ends[run] {
            return Int(labels[run])
        }
        return nil
    }

    /// The voxels of the components for which `isWanted` says yes; it is asked once for each, by place in the list.
    public func mask(where isWanted: (Int) -> Bool) -> Mask {
        let wanted = components.indices.map(isWanted)
        let size = geometry.size
        var result = Mask(geometry: geometry)
        for z in 0..<size.z {
            let first = Int(runs.rowStarts[z * size.y])
            let last = Int(runs.rowStarts[(z + 1) * size.y])
            guard (first..<last).contains(where: { wanted[Int(labels[$0])] }) else { continue }
            result[slice: z].withMutableWords { words in
                let stride = (size.x + 63) / 64
                for y in 0..<size.y {
                    let row = z * size.y + y
                    for run in Int(runs.rowStarts[row])..<Int(runs.rowStarts[row + 1]) where wanted[Int(labels[run])] {
                        setBits(words, from: y * stride, Int(runs.starts[run]), Int(runs.ends[run]))
                    }
                }
            }
        }
        return result
    }

    /// How many voxels of another mask on the same grid each component holds.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func voxelCounts(of mask: Mask) throws(VolumesError) -> [Int] {
        try geometry.requireSame(as: mask.geometry)
        let (width, height) = (geometry.size.x, geometry.size.y)
        var counts = [Int](repeating: 0, count: components.count)
        for (z, slice) in mask.slices.enumerated() where !slice.isEmpty {
            slice.words.withUnsafeBufferPointer { words in
                for y in 0..<height {
                    let row = z * height + y
                    for run in Int(runs.rowStarts[row])..<Int(runs.rowStarts[row + 1]) {
                        let set = countBits(
                            words, from: y * ((width + 63) / 64), Int(runs.starts[run]), Int(runs.ends[run]))
                        counts[Int(labels[run])] += set
                    }
                }
            }
        }
        return counts
    }

    /// The voxels of one component.
    public func mask(of component: Int) -> Mask { mask { $0 == component } }
}

/// Sets bits `start..<end` of the row that begins at word `base`.
private func setBits(_ words: UnsafeMutableBufferPointer<UInt64>, from base: Int, _ start: Int, _ end: Int) {
    let (first, last) = (start >> 6, (end - 1) >> 6)
    let head = ~UInt64(0) << UInt64(start & 63)
    let tail = ~UInt64(0) >> UInt64(63 - (end - 1) & 63)
    if first == last {
        words[base + first] |= head & tail
    } else {
        words[base + first] |= head
        for word in first + 1..<last { words[base + word] = ~0 }
        words[base + last] |= tail
    }
}

/// How many of the bits `start..<end` of the row that begins at word `base` are set.
private func countBits(_ words: UnsafeBufferPointer<UInt64>, from base: Int, _ start: Int, _ end: Int) -> Int {
    let (first, last) = (start >> 6, (end - 1) >> 6)
    let head = ~UInt64(0) << UInt64(start & 63)
    let tail = ~UInt64(0) >> UInt64(63 - (end - 1) & 63)
    if first == last { return (words[base + first] & head & tail).nonzeroBitCount }
    var count = (words[base + first] & head).nonzeroBitCount + (words[base + last] & tail).nonzeroBitCount
    for word in first + 1..<last { count += words[base + word].nonzeroBitCount }
    return count
}

extension Mask {
    /// Finds the connected components: runs of each row joined by union-find.
    /// - Complexity: O(words + runs), nearly. Sixteen bytes of memory a run.
    public func connectedComponents(_ connectivity: Connectivity = .corners26) -> ConnectedComponents {
        RunTable(self).components(connectivity, on: geometry)
    }

    /// The largest component alone; empty if the mask is. Of equal ones the first in voxel order.
    public func keepingLargestComponent(_ connectivity: Connectivity = .corners26) -> Mask {
        let found = connectedComponents(connectivity)
        return found.count < 2 ? self : found.mask(of: 0)
    }

    /// The mask without its components that are smaller than a volume in millilitres. For the 2D connectivities
    /// a component is a region of one slice, with the slice's thickness.
    public func removingComponents(
        smallerThan millilitres: Double, _ connectivity: Connectivity = .corners26
    ) -> Mask {
        let found = connectedComponents(connectivity)
        let keep = found.components.indices.map { found.millilitres(of: $0) >= millilitres }
        return keep.allSatisfy { $0 } ? self : found.mask { keep[$0] }
    }
}
