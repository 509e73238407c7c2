/// How far a surface moves, by the direction of the patient in which it lies: all of it outwards, or all of it inwards.
///
/// Between the directions the lengths go over into one another as the half-axes of an ellipsoid, octant by octant: see
/// ``Mask/changed(by:in:)``.
public struct DirectionalMargin: Hashable, Sendable {
    /// A direction of the patient.
    public enum Direction: Character, Hashable, Sendable, CaseIterable {
        /// The patient's left: +x.
        case left = "L"
        /// The patient's right: −x.
        case right = "R"
        /// The front: −y.
        case anterior = "A"
        /// The back: +y.
        case posterior = "P"
        /// The head: +z.
        case superior = "S"
        /// The feet: −z.
        case inferior = "I"
    }

    /// The length in each direction, 0 or more; 0 where none is given.
    private var lengths: [Direction: Millimetres]
    /// Whether the surface moves inwards.
    public var shrinks: Bool

    /// A margin from lengths by direction, 0 or more.
    public init(_ lengths: [Direction: Millimetres], shrinks: Bool = false) {
        self.lengths = lengths.filter { $0.value.value != 0 }
        self.shrinks = shrinks
    }

    /// The same in all directions: outwards, or inwards where negative.
    public init(_ length: Millimetres) {
        self.init(
            Dictionary(uniqueKeysWithValues: Direction.allCases.map { ($0, Millimetres(abs(length.value))) }),
            shrinks: length.value < 0)
    }

    /// The length in a direction, 0 or more.
    public subscript(direction: Direction) -> Millimetres { lengths[direction] ?? 0 }

    /// The length in all directions, negative inwards; `nil` where they differ.
    public var uniform: Millimetres? {
        let length = self[.left]
        guard Direction.allCases.allSatisfy({ self[$0] == length }) else { return nil }
        return Millimetres(shrinks ? -length.value : length.value)
    }

    /// The longest of all.
    public var longest: Millimetres { lengths.values.max() ?? 0 }

    /// The lengths of the patient's axes: towards +x, −x, +y and so on.
    fileprivate var halfAxes: [(positive: Double, negative: Double)] {
        [(.left, .right), (.posterior, .anterior), (.superior, .inferior)].map { (plus: Direction, minus: Direction) in
            (self[plus].value, self[minus].value)
        }
    }
}

extension Mask {
    /// The mask with its surface moved by a margin.
    ///
    /// Growing adds every voxel v for which a voxel m of the mask has v − m within the margin; shrinking keeps the voxels
    /// v for which no voxel o of the grid outside the mask has o − v within it. An offset d, taken from centre to centre
    /// along the patient's axes in mm, is within the margin if (dx/a)² + (dy/b)² + (dz/c)² ≤ 1, where a is the length to
    /// the left for dx > 0 and that to the right for dx < 0, and so on: an ellipsoid in each octant.
    ///
    /// A length of less than half a step of the grid (along the axis nearest to its direction) is none: d may then be off
    /// by half a step that way, so that a margin to the left goes along the left on an oblique grid as well. Where all
    /// lengths are equal it is ``dilated(by:in:)`` or ``eroded(by:in:)``, and the edge of the grid counts as it does
    /// there. For `.slice`, offsets lie within the slice.
    /// - Throws: ``VolumesError/invalidParameter(reason:)`` for a length that is negative, infinite or above 100 mm.
    public func changed(by margin: DirectionalMargin, in domain: MaskDomain = .volume) throws(VolumesError) -> Mask {
        for direction in DirectionalMargin.Direction.allCases {
            let length = margin[direction].value
            guard length.isFinite, (0...100).contains(length) else {
                throw .invalidParameter(
                    reason: "a margin of \(length) mm towards \(direction.rawValue); it must be 0 to 100")
            }
        }
        if let length = margin.uniform {
            return length.value < 0 || margin.shrinks
                ? try eroded(by: Millimetres(abs(length.value)), in: domain) : try dilated(by: length, in: domain)
        }
        guard let box = boundingBox else { return self }
        let reach = MarginKernel(margin, on: geometry, in: domain)
        if margin.shrinks {
            let kernel = reach.mirrored
            let near = box.dilated(
                x: 0, y: max(-reach.y.lowerBound, reach.y.upperBound),
                z: max(-reach.z.lowerBound, reach.z.upperBound)
            ).intersection(geometry.size.bounds)
            var outside = BitBlock(self, rows: near.y, slices: near.z)
            outside.invert()
            var kept = kernel.dilate(outside, rows: box.y, slices: box.z)
            kept.invert()
            return kept.mask(on: geometry)
        }
        let source = BitBlock(self, rows: box.y, slices: box.z)
        let rows = box.y.lowerBound + reach.y.lowerBound..<box.y.upperBound + reach.y.upperBound
        let slices = box.z.lowerBound + reach.z.lowerBound..<box.z.upperBound + reach.z.upperBound
        return reach.dilate(
            source, rows: rows.clamped(to: 0..<geometry.size.y), slices: slices.clamped(to: 0..<geometry.size.z)
        ).mask(on: geometry)
    }
}

/// The offsets within a margin on a grid, as runs along x. The set is convex, so there is one run in each row.
struct MarginKernel {
    /// Columns from one offset to another, both included.
    struct Run: Hashable {
        let first: Int
        let last: Int
    }

    /// Where a run lies.
    struct Place {
        let dy: Int
        let dz: Int
    }

    /// Where each run lies.
    private let places: [Run: [Place]]
    /// From the lowest to the highest row offset.
    let y: ClosedRange<Int>
    /// From the lowest to the highest slice offset.
    let z: ClosedRange<Int>

    private init(_ rows: [(run: Run, place: Place)]) {
        places = Dictionary(grouping: rows, by: \.run).mapValues { $0.map(\.place) }
        func range(_ offsets: [Int]) -> ClosedRange<Int> { (offsets.min() ?? 0)...(offsets.max() ?? 0) }
        (y, z) = (range(rows.map(\.place.dy)), range(rows.map(\.place.dz)))
    }

    /// The offsets within a margin; see ``Mask/changed(by:in:)``.
    init(_ margin: DirectionalMargin, on geometry: GridGeometry, in domain: MaskDomain) {
        let (step, size) = (geometry.spacing, geometry.size)
        let axes = [
            geometry.direction.x * step.x, geometry.direction.y * step.y, geometry.direction.z * step.z,
        ]
        let halfAxes = margin.halfAxes
        let slack = Self.halfSteps(axes)
        func isWithin(_ dx: Int, _ dy: Int, _ dz: Int) -> Bool {
            let offset = axes[0] * Double(dx) + axes[1] * Double(dy) + axes[2] * Double(dz)
            var sum = 0.0
            for (i, along) in [offset.x, offset.y, offset.z].enumerated() {
                let length = along > 0 ? halfAxes[i].positive : halfAxes[i].negative
                if length < slack[i] {
                    guard abs(along) <= slack[i] else { return false }
                } else {
                    sum += (along / length) * (along / length)
                }
            }
            // A voxel whose centre is as far away as the length belongs to it, whatever was lost by rounding.
            return sum <= 1 + 1e-9
        }
        let length = margin.longest.value + slack.reduce(0, +)
        func reach(_ step: Double, _ count: Int) -> Int { min(Int(length / step) + 1, count - 1) }
        let (x, y) = (reach(step.x, size.x), reach(step.y, size.y))
        let z = domain == .slice ? 0 : reach(step.z, size.z)
        var rows: [(run: Run, place: Place)] = []
        for dz in -z...z {
            for dy in -y...y {
                guard let first = (-x...x).first(where: { isWithin($0, dy, dz) }) else { continue }
                let last = (first...x).last { isWithin($0, dy, dz) } ?? first
                rows.append((Run(first: first, last: last), Place(dy: dy, dz: dz)))
            }
        }
        self.init(rows)
    }

    /// Half a step of the grid along each axis of the patient, mm: that of the grid's axis nearest to it, each taken once.
    private static func halfSteps(_ axes: [PatientVector]) -> [Double] {
        func component(_ vector: PatientVector, _ i: Int) -> Double { [vector.x, vector.y, vector.z][i] }
        var best: (order: [Int], sum: Double) = ([0, 1, 2], -1)
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let sum = order.enumerated().reduce(0) {
                $0 + abs(component(axes[$1.element], $1.offset)) / axes[$1.element].length
            }
            if sum > best.sum + 1e-9 { best = (order, sum) }
        }
        return best.order.enumerated().map { abs(component(axes[$0.element], $0.offset)) / 2 }
    }

    /// The same offsets the other way.
    var mirrored: MarginKernel {
        MarginKernel(
            places.flatMap { run, places in
                places.map { (Run(first: -run.last, last: -run.first), Place(dy: -$0.dy, dz: -$0.dz)) }
            })
    }

    /// The union of the offsets from every voxel of `source`, on the rows and slices asked for.
    func dilate(_ source: BitBlock, rows outRows: Range<Int>, slices outSlices: Range<Int>) -> BitBlock {
        var result = BitBlock(like: source, rows: outRows, slices: outSlices)
        let sliceWords = result.sliceWords
        result.words.withUnsafeMutableBufferPointer { target in
            inParallel(outSlices.count) { part in
                let slices = outSlices.lowerBound + part.lowerBound..<outSlices.lowerBound + part.upperBound
                let base = part.lowerBound * sliceWords
                let own = UnsafeMutableBufferPointer(rebasing: target[base..<base + part.count * sliceWords])
                dilate(source, rows: outRows, slices: slices, into: own)
            }
        }
        return result
    }

    /// Widens the rows of each source slice near `part` by every run in turn, and adds them where the run lies.
    private func dilate(
        _ source: BitBlock, rows outRows: Range<Int>, slices part: Range<Int>,
        into target: UnsafeMutableBufferPointer<UInt64>
    ) {
        let (stride, keep) = (source.stride, source.lastWordMask)
        let near = (part.lowerBound - z.upperBound..<part.upperBound - z.lowerBound).clamped(to: source.slices)
        for slice in near {
            let base = (slice - source.slices.lowerBound) * source.sliceWords
            let words = source.words[base..<base + source.sliceWords]
            guard words.contains(where: { $0 != 0 }) else { continue }
            for (run, places) in places {
                let here = places.filter { part.contains(slice + $0.dz) }
                guard !here.isEmpty else { continue }
                for row in source.rows {
                    let start = base + (row - source.rows.lowerBound) * stride
                    var wide = Array(source.words[start..<start + stride])
                    guard wide.contains(where: { $0 != 0 }) else { continue }
                    wide.widen(by: run)
                    wide[stride - 1] &= keep
                    for place in here where outRows.contains(row + place.dy) {
                        let to =
                            ((slice + place.dz - part.lowerBound) * outRows.count + row + place.dy - outRows.lowerBound)
                            * stride
                        for i in 0..<stride { target[to + i] |= wide[i] }
                    }
                }
            }
        }
    }
}

extension [UInt64] {
    /// A row of bits becomes every bit together with those at a run of offsets from it; what leaves the row is gone.
    fileprivate mutating func widen(by run: MarginKernel.Run) {
        if run.first > 0 {
            shift(up: run.first, keeping: false)
            spread(run.last - run.first) { $0.shift(up: $1, keeping: true) }
        } else if run.last < 0 {
            shift(down: -run.last, keeping: false)
            spread(run.last - run.first) { $0.shift(down: $1, keeping: true) }
        } else {
            var left = self
            left.spread(-run.first) { $0.shift(down: $1, keeping: true) }
            spread(run.last) { $0.shift(up: $1, keeping: true) }
            for i in indices { self[i] |= left[i] }
        }
    }

    /// Bits at 0 to `length` steps, by doubling.
    private mutating func spread(_ length: Int, _ add: (inout [UInt64], Int) -> Void) {
        var covered = 0
        while covered < length {
            let step = Swift.min(covered + 1, length - covered)
            add(&self, step)
            covered += step
        }
    }

    /// Moves all bits to higher places, in place.
    private mutating func shift(up steps: Int, keeping: Bool) {
        let (far, near) = (steps / 64, UInt64(steps % 64))
        for i in indices.reversed() {
            var moved: UInt64 = 0
            if i >= far { moved = self[i - far] << near }
            if near > 0, i > far { moved |= self[i - far - 1] >> (64 - near) }
            self[i] = keeping ? self[i] | moved : moved
        }
    }

    /// Moves all bits to lower places, in place.
    private mutating func shift(down steps: Int, keeping: Bool) {
        let (far, near) = (steps / 64, UInt64(steps % 64))
        for i in indices {
            var moved: UInt64 = 0
            if i + far < count { moved = self[i + far] >> near }
            if near > 0, i + far + 1 < count { moved |= self[i + far + 1] << (64 - near) }
            self[i] = keeping ? self[i] | moved : moved
        }
    }
}
