/// How the axes of one grid run along those of another: the same lines in another order, each in either sense.
///
/// Masks of dcm2niix, nibabel or nnU-Net have the voxels of their CT in another order of axes (RAS for LPS, rows from
/// below): nothing has to be interpolated to put them onto it.
struct GridReorientation: Hashable {
    /// For each axis of the target, which axis of the source runs along it.
    let axes: [Int]
    /// Whether it runs the other way.
    let isReversed: [Bool]

    /// Whether nothing changes.
    var isIdentity: Bool { axes == [0, 1, 2] && !isReversed.contains(true) }

    /// The axes of `source` that lie nearest to those of `target`; `nil` where one would be nearest to two.
    init?(from source: GridGeometry, to target: GridGeometry) {
        let own = [source.direction.x, source.direction.y, source.direction.z]
        let wanted = [target.direction.x, target.direction.y, target.direction.z]
        var axes: [Int] = []
        var isReversed: [Bool] = []
        for axis in wanted {
            let cosines = own.map { $0.dot(axis) }
            let best = cosines.indices.max { abs(cosines[$0]) < abs(cosines[$1]) } ?? 0
            axes.append(best)
            isReversed.append(cosines[best] < 0)
        }
        guard Set(axes).count == 3 else { return nil }
        self.axes = axes
        self.isReversed = isReversed
    }

    /// The source's grid with its axes in the target's order and sense: the same voxels at the same places.
    func applied(to source: GridGeometry) -> GridGeometry? {
        let counts = [source.size.x, source.size.y, source.size.z]
        let steps = [source.spacing.x, source.spacing.y, source.spacing.z]
        let directions = [source.direction.x, source.direction.y, source.direction.z]
        var origin = source.origin
        var turned: [PatientVector] = []
        for (axis, reversed) in zip(axes, isReversed) {
            if reversed { origin = origin + directions[axis] * (steps[axis] * Double(counts[axis] - 1)) }
            turned.append(directions[axis] * (reversed ? -1 : 1))
        }
        return try? GridGeometry(
            size: GridSize(x: counts[axes[0]], y: counts[axes[1]], z: counts[axes[2]]),
            spacing: Spacing(x: steps[axes[0]], y: steps[axes[1]], z: steps[axes[2]]), origin: origin,
            direction: GridDirection(x: turned[0], y: turned[1], z: turned[2]))
    }

    /// The slices of a mask in the target's order, on a target of this size.
    func applied(to slices: [MaskSlice], size: GridSize) -> [MaskSlice] {
        let empty = MaskSlice(width: size.x, height: size.y)
        let counts = [size.x, size.y, size.z]
        if axes == [0, 1, 2], !isReversed[0] {
            // Whole rows keep their words.
            let ordered = isReversed[2] ? slices.reversed() : slices
            guard isReversed[1] else { return ordered }
            return ordered.map { slice in
                guard !slice.isEmpty else { return empty }
                var turned = empty
                let (width, words) = (slice.wordsPerRow, slice.words)
                turned.withMutableWords { target in
                    for y in 0..<size.y {
                        for i in 0..<width { target[y * width + i] = words[(size.y - 1 - y) * width + i] }
                    }
                }
                return turned
            }
        }
        // Which axis of the target each of the source's goes to.
        var place = [0, 0, 0]
        for (target, source) in axes.enumerated() { place[source] = target }
        var result = Array(repeating: empty, count: size.z)
        var voxel = [0, 0, 0]
        for (z, slice) in slices.enumerated() where !slice.isEmpty {
            for (index, word) in slice.words.enumerated() where word != 0 {
                let (y, part) = index.quotientAndRemainder(dividingBy: slice.wordsPerRow)
                var bits = word
                while bits != 0 {
                    let x = part * 64 + bits.trailingZeroBitCount
                    bits &= bits - 1
                    for (source, value) in [x, y, z].enumerated() {
                        let axis = place[source]
                        voxel[axis] = isReversed[axis] ? counts[axis] - 1 - value : value
                    }
                    result[voxel[2]][voxel[0], voxel[1]] = true
                }
            }
        }
        return result
    }
}

extension GridGeometry {
    /// How far the corners of two statements of one grid may be apart, in mm: a fiftieth of a voxel. Formats round
    /// positions to float32 (NIfTI) or to 16 characters (DICOM), and a rotation in float32 moves the far corner most.
    var roundingTolerance: Millimetres { Millimetres(max(0.001, 0.02 * min(spacing.x, spacing.y, spacing.z))) }

    /// Whether two grids have the same voxels at the same places but for rounding, be it with axes in another order or
    /// sense.
    public func hasSameVoxels(as other: GridGeometry) -> Bool {
        if agrees(with: other) { return true }
        guard let turned = GridReorientation(from: self, to: other)?.applied(to: self) else { return false }
        return turned.agrees(with: other, within: other.roundingTolerance)
    }

    /// In what two grids differ, for people: size, spacing, direction and origin, as far as they do.
    public func difference(from other: GridGeometry) -> String {
        let turning = GridReorientation(from: self, to: other)
        let own = turning?.applied(to: self) ?? self
        var parts: [String] = []
        if own.size != other.size {
            parts.append(
                "\(own.size.x)×\(own.size.y)×\(own.size.z) against \(other.size.x)×\(other.size.y)×\(other.size.z) voxels"
            )
        }
        let steps = [
            (own.spacing.x, other.spacing.x), (own.spacing.y, other.spacing.y), (own.spacing.z, other.spacing.z),
        ]
        if steps.contains(where: { abs($0 - $1) > 1e-4 * $1 }) {
            parts.append(
                "spacing \(Self.list(steps.map(\.0), "×")) against \(Self.list(steps.map(\.1), "×")) mm")
        }
        let cosines = [
            own.direction.x.dot(other.direction.x), own.direction.y.dot(other.direction.y),
            own.direction.z.dot(other.direction.z),
        ]
        // acos through the machine's library would need Foundation; small angles are near the chord.
        let chord = cosines.map { max(0, 2 - 2 * min(1, max(-1, $0))).squareRoot() }.max() ?? 0
        if chord > 1e-3 { parts.append("direction by \(Self.text(chord * 57.29578))°") }
        let shift = (own.origin - other.origin).length
        if shift > other.roundingTolerance.value {
            let places = [own.origin, other.origin].map { "(" + Self.list([$0.x, $0.y, $0.z], ", ") + ")" }
            parts.append("origin by \(Self.text(shift)) mm (\(places[0]) against \(places[1]), LPS)")
        }
        return parts.isEmpty ? "positions by more than rounding" : parts.joined(separator: "; ")
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    private static func list(_ values: [Double], _ separator: String) -> String {
        values.map(text).joined(separator: separator)
    }
}
