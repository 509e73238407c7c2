import Cases
import PatientView
import SurfaceMetrics
import Volumes

/// A part of a slice around one structure, in grey, with contours: what a report shows.
package struct SlicePicture: Sendable {
    /// Why this slice and no other was chosen.
    package enum Reason: Sendable, Equatable {
        /// Its surface Dice against the proposal is the lowest of all slices as they were acquired.
        case lowestScore
        /// Most voxels were edited here: in a plane across the slices, whose worst cut would graze a surface, and where all
        /// slices are within tolerance.
        case mostEdited
        /// Nothing was edited: the structure is largest here.
        case largest
    }

    /// Whose contour it is.
    package enum Line: Sendable, Equatable {
        /// The structure as it is now.
        case mask
        /// The structure as it was proposed.
        case proposal
        /// Another structure as it is now.
        case other(StructureName)
    }

    /// A contour's loops, in mm from the top left corner of the picture.
    package struct Contour: Sendable {
        /// Whose it is.
        package let line: Line
        /// Closed walks along voxel edges; the first corner is not repeated.
        package let loops: [[(x: Double, y: Double)]]
    }

    /// What it is about.
    package let structure: StructureName
    /// How the patient is cut.
    package let plane: ViewPlane
    /// The slice, from 1 in the file's order.
    package let slice: Int
    /// How many slices the plane has.
    package let count: Int
    /// Why this one.
    package let reason: Reason
    /// Its surface Dice against the proposal, by the 2D definition in this plane; `nil` without a proposal to judge.
    package let surfaceDice: Double?
    /// How many voxels of the structure on it are not as they were proposed.
    package let editedVoxels: Int
    /// Columns of the picture.
    package let width: Int
    /// Rows of the picture.
    package let height: Int
    /// 0 black to 255 white, x fastest.
    package let grey: [UInt8]
    /// The size of a pixel, mm.
    package let pixel: (width: Double, height: Double)
    /// What is drawn over it, others first.
    package let contours: [Contour]
    /// What lies beyond its edges.
    package let letters: OrientationLetters

    /// How much of the image is shown around the structure, mm.
    static let margin = 25.0
    /// How much of the image is shown at least, mm.
    static let leastExtent = 100.0
}

/// An image in one plane, of which pictures are made.
struct PlanePictures {
    let grid: PlaneGrid
    let volume: Volume
    /// All structures as they are now, turned into the plane.
    private let masks: [StructureName: Mask]

    /// - Throws: ``VolumesError`` where a mask is not on the image's grid.
    init(_ plane: ViewPlane, of volume: Volume, masks: [StructureName: Mask]) throws(VolumesError) {
        let grid = try PlaneGrid(plane, of: volume.geometry)
        var turned: [StructureName: Mask] = [:]
        for (name, mask) in masks { turned[name] = try mask.adopting(grid.geometry) }
        (self.grid, self.volume, self.masks) = (grid, volume, turned)
    }

    /// The picture of the slice on which a structure is worst; `nil` where it has no voxel, neither now nor as proposed.
    /// - Parameters:
    ///   - proposal: on the image's grid; `nil` where nothing was proposed or nobody has judged it yet.
    ///   - window: which HU are shown.
    func worst(
        _ name: StructureName, proposal: Mask?, tolerance: Millimetres, window: WindowLevel
    ) throws(VolumesError) -> SlicePicture? {
        guard let mask = masks[name] else { return nil }
        let proposed = try proposal?.adopting(grid.geometry)
        guard let (z, reason) = try choose(mask, proposed, tolerance) else { return nil }
        let (now, before) = (mask.slices[z], proposed?.slices[z])
        let shown = zip(now.words, before?.words ?? now.words).map { $0 | $1 }
        guard let box = crop(shown, wordsPerRow: now.wordsPerRow) else { return nil }
        var grey: [UInt8] = []
        grey.reserveCapacity(box.x.count * box.y.count)
        for y in box.y {
            for x in box.x {
                let voxel = grid.voxel(VoxelIndex(x: x, y: y, z: z))
                grey.append(window.grey(of: Double(volume[voxel].value)))
            }
        }
        var contours = masks.keys.sorted().filter { $0 != name }.compactMap { other in
            masks[other].flatMap { contour(.other(other), $0.slices[z], box) }
        }
        if let before, let line = contour(.proposal, before, box) { contours.append(line) }
        if let line = contour(.mask, now, box) { contours.append(line) }
        let spacing = grid.geometry.spacing
        return SlicePicture(
            structure: name, plane: grid.plane, slice: z + 1, count: grid.geometry.size.z, reason: reason,
            surfaceDice: try proposed.flatMap { (proposed) throws(VolumesError) in
                try Self.score(mask, proposed, z, tolerance).value
            },
            editedVoxels: before.map { Self.differing(now, $0) } ?? 0, width: box.x.count, height: box.y.count,
            grey: grey, pixel: (spacing.x, spacing.y), contours: contours, letters: grid.letters)
    }

    private static func differing(_ a: MaskSlice, _ b: MaskSlice) -> Int {
        zip(a.words, b.words).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    private static func score(
        _ mask: Mask, _ proposed: Mask, _ z: Int, _ tolerance: Millimetres
    ) throws(VolumesError) -> SurfaceScore {
        try SurfaceMeasurement.measureSlice(
            z, reference: proposed, test: mask, tolerances: [tolerance], contents: .scores
        ).agreements[0].score
    }

    /// Which slice is worst, and why.
    private func choose(
        _ mask: Mask, _ proposed: Mask?, _ tolerance: Millimetres
    ) throws(VolumesError) -> (z: Int, reason: SlicePicture.Reason)? {
        if let proposed {
            var edited: (z: Int, count: Int)?
            var lowest: (z: Int, score: Double, disagreeing: Double)?
            let isAcquired = grid.plane == ViewPlane.ofSlices(volume.geometry.direction)
            for z in mask.slices.indices where mask.slices[z] != proposed.slices[z] {
                let count = Self.differing(mask.slices[z], proposed.slices[z])
                if count > edited?.count ?? 0 { edited = (z, count) }
                guard isAcquired else { continue }
                let score = try Self.score(mask, proposed, z, tolerance)
                guard let value = score.value, value < 1 else { continue }
                // Of equal scores the one with more contour out of tolerance, then the lower slice, as on the screen.
                if lowest.map({ (value, -score.disagreeing) < ($0.score, -$0.disagreeing) }) ?? true {
                    lowest = (z, value, score.disagreeing)
                }
            }
            if let lowest { return (lowest.z, .lowestScore) }
            if let edited { return (edited.z, .mostEdited) }
        }
        let counts = mask.slices.map(\.count)
        guard let most = counts.max(), most > 0, let z = counts.firstIndex(of: most) else { return nil }
        return (z, .largest)
    }

    /// The rectangle around voxels with a margin, cut at the image's edges.
    private func crop(_ words: [UInt64], wordsPerRow: Int) -> (x: Range<Int>, y: Range<Int>)? {
        var (left, right, top, bottom) = (Int.max, Int.min, Int.max, Int.min)
        for (index, word) in words.enumerated() where word != 0 {
            let (y, part) = index.quotientAndRemainder(dividingBy: wordsPerRow)
            (top, bottom) = (min(top, y), max(bottom, y))
            left = min(left, part * 64 + word.trailingZeroBitCount)
            right = max(right, part * 64 + 63 - word.leadingZeroBitCount)
        }
        guard left <= right else { return nil }
        let (size, spacing) = (grid.geometry.size, grid.geometry.spacing)
        func widened(_ low: Int, _ high: Int, _ step: Double, _ count: Int) -> Range<Int> {
            let extent = Double(high + 1 - low) * step
            let margin = Int(
                (max(SlicePicture.margin, (SlicePicture.leastExtent - extent) / 2) / step).rounded(.up))
            return max(0, low - margin)..<min(count, high + 1 + margin)
        }
        return (widened(left, right, spacing.x, size.x), widened(top, bottom, spacing.y, size.y))
    }

    private func contour(
        _ line: SlicePicture.Line, _ slice: MaskSlice, _ box: (x: Range<Int>, y: Range<Int>)
    ) -> SlicePicture.Contour? {
        let spacing = grid.geometry.spacing
        let loops = slice.outlineLoops().map { loop in
            loop.corners.map {
                (
                    x: Double($0.x - box.x.lowerBound) * spacing.x, y: Double($0.y - box.y.lowerBound) * spacing.y
                )
            }
        }
        return loops.isEmpty ? nil : SlicePicture.Contour(line: line, loops: loops)
    }
}
