import Dispatch
import Foundation
import Synchronization
import Volumes

/// The distance of every surfel of one mask to the nearest surfel of the other, exactly.
///
/// Near ones are found 64 at a time, by trying offsets in order of distance on whole words; the few that have no
/// surfel within some millimetres are looked up in a tree. Squared distances are added as
/// `((dx·sx)² + (dy·sy)²) + (dz·sz)²`, each step rounded: rounding keeps order, so that the least sum is found.
/// Planes are shared out to all cores; what is counted are integers, so that the order does not matter.
struct ExactDistances {
    let sweep: SurfaceSweep
    let spacing: Spacing
    let dimensions: SurfaceDimensions

    /// Both directions, or `nil` if `isCancelled` said so.
    func measure(areas: SurfelAreas, isCancelled: @Sendable () -> Bool) -> SurfaceDistances? {
        let isEmpty = (0..<2).map { sweep.counts.isEmpty($0) }
        guard !isEmpty[0] && !isEmpty[1] else {
            let directed = (0..<2).map { DirectedDistances(counts: unreachable(mask: $0), areas: areas) }
            return SurfaceDistances(referenceToTest: directed[0], testToReference: directed[1])
        }
        let shells = DistanceShells(spacing: spacing, lattice: sweep.kernel.shape)
        let planes = sweep.kernel.shape.planes
        let workers = Self.inParallel(jobs: 2 * planes, isCancelled) {
            NearDistances(sweep: sweep, shells: shells)
        } work: { worker, job in
            worker.tally(mask: job % 2, z: job / 2)
        }
        guard !isCancelled() else { return nil }
        let directed = (0..<2).map { mask -> DirectedDistances? in
            let far = workers.flatMap { $0.far[mask] }
            guard let tally = tallyFar(far, to: 1 - mask, isCancelled) else { return nil }
            let near = workers.flatMap { $0.counts(mask: mask, dimensions: dimensions) }
            return DirectedDistances(counts: near + tally, areas: areas)
        }
        guard let forward = directed[0], let backward = directed[1] else { return nil }
        return SurfaceDistances(referenceToTest: forward, testToReference: backward)
    }

    /// All surfels of a mask, where the other mask has none or neither has.
    private func unreachable(mask: Int) -> [DistanceCount] {
        FetchOrder.byCode(sweep.counts.total(mask), dimensions).enumerated().compactMap {
            $1 == 0 ? nil : DistanceCount(squared: .infinity, code: UInt8($0), count: $1)
        }
    }

    private func tallyFar(
        _ far: [NearDistances.Far], to mask: Int, _ isCancelled: @Sendable () -> Bool
    ) -> [DistanceCount]? {
        guard !far.isEmpty else { return [] }
        let tree = SurfelTree(planes: sweep.surfels[mask], shape: sweep.kernel.shape, spacing: spacing)
        let batch = 2048
        let workers = Self.inParallel(jobs: (far.count + batch - 1) / batch, isCancelled) {
            FarDistances(tree: tree, dimensions: dimensions)
        } work: { worker, job in
            worker.tally(far[job * batch..<min((job + 1) * batch, far.count)])
        }
        return isCancelled() ? nil : workers.flatMap(\.tally.entries)
    }

    /// Does numbered jobs on all cores, each core with a worker of its own; the workers hold the results.
    private static func inParallel<Worker: Sendable>(
        jobs: Int, _ isCancelled: @Sendable () -> Bool, make: () -> Worker, work: @Sendable (Worker, Int) -> Void
    ) -> [Worker] {
        let workers = (0..<max(1, min(jobs, ProcessInfo.processInfo.activeProcessorCount))).map { _ in make() }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: workers.count) { number in
            while true {
                let job = next.add(1, ordering: .relaxed).oldValue
                if job >= jobs || isCancelled() { return }
                work(workers[number], job)
            }
        }
        return workers
    }
}

/// One core's share of the surfels that have another near by.
///
/// Sendable because only one core writes to it, and the sweep is only read.
final class NearDistances: @unchecked Sendable {
    /// A surfel with none of the other mask's near by.
    struct Far {
        var point: SurfelTree.Point
        /// In fetch order.
        var code: UInt8
    }

    private let sweep: SurfaceSweep
    private let shells: DistanceShells
    /// By mask: how many surfels have each squared distance and each code, in fetch order.
    private let tallies: [UnsafeMutableBufferPointer<Int32>]
    /// By word of a row: whether no surfel of the last one looked at had another near by.
    private var isLonely: [Bool]
    /// By mask: how many shells to look at for what was counted.
    private var shellsUsed = [0, 0]
    /// By mask: the surfels that are left.
    private(set) var far: [[Far]] = [[], []]

    init(sweep: SurfaceSweep, shells: DistanceShells) {
        self.sweep = sweep
        self.shells = shells
        isLonely = Array(repeating: false, count: sweep.kernel.shape.words)
        tallies = (0..<2).map { _ in
            let buffer = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 256 * shells.squares.count)
            buffer.initialize(repeating: 0)
            return buffer
        }
    }

    deinit {
        for buffer in tallies { buffer.deallocate() }
    }

    /// What was counted of a mask.
    func counts(mask: Int, dimensions: SurfaceDimensions) -> [DistanceCount] {
        var result: [DistanceCount] = []
        for shell in 0..<shellsUsed[mask] {
            for fetched in 0..<256 where tallies[mask][256 * shell + fetched] != 0 {
                result.append(
                    DistanceCount(
                        squared: shells.squares[shell], code: FetchOrder.code(of: fetched, dimensions),
                        count: Int(tallies[mask][256 * shell + fetched])))
            }
        }
        return result
    }

    /// Counts the surfels of one plane of a mask.
    func tally(mask: Int, z: Int) {
        let kernel = sweep.kernel
        let stride = kernel.stride
        let own = sweep.surfels[mask][z]
        let (below, above) = sweep.neighbours(mask: mask, z: z)
        for y in own.low..<own.high {
            let points = own.storedRow(y, stride)
            let a = below.row(y - 1, stride, or: kernel.emptyRow)
            let b = above.row(y - 1, stride, or: kernel.emptyRow)
            let c = below.row(y, stride, or: kernel.emptyRow)
            let d = above.row(y, stride, or: kernel.emptyRow)
            for i in 0..<kernel.shape.words where points[i] != 0 {
                tally(points[i], CodeWords(a, b, c, d, i), mask: mask, word: i, y: y, z: z)
            }
        }
    }

    private func tally(_ points: UInt64, _ codes: CodeWords, mask: Int, word i: Int, y: Int, z: Int) {
        guard let others = sweep.surfels[1 - mask].baseAddress, let tally = tallies[mask].baseAddress else { return }
        let (stride, planes) = (sweep.kernel.stride, sweep.kernel.shape.planes)
        var rest = points
        // Where the word before in this column had nothing near, little is tried before the tree is asked, which is as
        // exact.
        let patience = isLonely[i] ? min(64, shells.steps.count) : shells.steps.count
        for step in UnsafeBufferPointer(rebasing: shells.steps[..<patience]) {
            let zz = z &+ Int(step.dz)
            if zz < 0 || zz >= planes { continue }
            let plane = others + zz
            let yy = y &+ Int(step.dy)
            if yy < plane.pointee.low || yy >= plane.pointee.high { continue }
            let row = UnsafePointer(plane.pointee.first + (yy &- plane.pointee.low) &* stride)
            var hits = row[i]
            if step.dx != 0 {
                let shift = UInt64(step.dx)
                hits =
                    (hits &<< shift) | (row[i &- 1] &>> (64 &- shift)) | (hits &>> shift)
                    | (row[i &+ 1] &<< (64 &- shift))
            }
            hits &= rest
            if hits == 0 { continue }
            rest &= ~hits
            let slot = tally + Int(step.shell) &* 256
            while hits != 0 {
                slot[codes[UInt64(truncatingIfNeeded: hits.trailingZeroBitCount)]] &+= 1
                hits &= hits &- 1
            }
            if rest == 0 {
                shellsUsed[mask] = max(shellsUsed[mask], Int(step.shell) &+ 1)
                isLonely[i] = false
                return
            }
        }
        isLonely[i] = rest == points
        shellsUsed[mask] = shells.squares.count
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            rest &= rest &- 1
            far[mask].append(
                Far(
                    point: SurfelTree.Point(x: Int32(64 * i + bit), y: Int32(y), z: Int32(z)),
                    code: UInt8(truncatingIfNeeded: codes[UInt64(bit)])))
        }
    }
}

/// One core's share of the surfels that are far from the other surface.
///
/// Sendable because only one core writes to it.
final class FarDistances: @unchecked Sendable {
    private let tree: SurfelTree
    private let dimensions: SurfaceDimensions
    private(set) var tally = DistanceTally()

    init(tree: SurfelTree, dimensions: SurfaceDimensions) {
        self.tree = tree
        self.dimensions = dimensions
    }

    /// Looks up neighbouring surfels, each starting from what was nearest to the one before.
    func tally(_ far: ArraySlice<NearDistances.Far>) {
        var hint = 0
        for entry in far {
            let nearest = tree.nearest(to: entry.point, hint: hint)
            hint = nearest.surfel
            tally.add(
                squared: nearest.square, code: FetchOrder.code(of: Int(entry.code), dimensions))
        }
    }
}
