import Anatomy
import Cases
import Volumes

/// Looks for what is seldom right about a mask (``SanityWarning``). Takes tenths of a second for a CT: not for the UI
/// thread.
public struct SanityCheck: Hashable, Sendable {
    /// By how many per cent a mask may differ in volume from its prediction.
    public var volumeChangeLimit = 20.0
    /// How large a cavity is before it counts as a hole, ml: vessels leave single voxels.
    public var smallestHole = 0.05
    /// How much may lie outside of the body, ml: the skin is a voxel or two thick.
    public var outsideLimit = 0.05

    /// How much may be two structures' that exclude one another, ml.
    public var overlapLimit = 0.0

    /// What is known of structures.
    private let catalogue: StructureCatalogue

    /// A check with the usual limits.
    public init(catalogue: StructureCatalogue = .current) { self.catalogue = catalogue }

    /// What is suspicious about a structure's mask, the most serious first.
    /// - Parameters:
    ///   - prediction: what was proposed, on the same grid; `nil` leaves its check out, as for what follows.
    ///   - partner: the other side's structure and mask, see ``partner(of:)``.
    ///   - others: the case's other structures and masks; those that may overlap with it are left alone, see
    ///     ``excludes(_:_:)``.
    ///   - body: where the body is, see ``body(in:)``.
    ///   - isCancelled: asked between the checks; `nil` is returned when it says yes.
    /// - Throws: ``VolumesError/gridsDiffer(_:)``.
    public func warnings(
        of name: StructureName, mask: Mask, prediction: Mask?, partner: (name: StructureName, mask: Mask)?,
        others: [(name: StructureName, mask: Mask)] = [], body: Mask?, isCancelled: () -> Bool = { false }
    ) throws(VolumesError) -> [SanityWarning]? {
        // Of nothing there is nothing more to say.
        if let warning = emptiness(name, mask, prediction) { return [warning] }
        var warnings: [SanityWarning] = []
        for other in others {
            if isCancelled() { return nil }
            if let warning = try overlap(name, mask, other) { warnings.append(warning) }
        }
        if let partner, let warning = sides(name, mask, partner) { warnings.append(warning) }
        if let body, let warning = try outside(mask, body) { warnings.append(warning) }
        if isCancelled() { return nil }
        if let count = catalogue[name]?.pieces, let warning = Self.components(mask, count) {
            warnings.append(warning)
        }
        if isCancelled() { return nil }
        if let warning = try holes(mask) { warnings.append(warning) }
        if let warning = Self.skipped(mask) { warnings.append(warning) }
        if let prediction, let warning = volumeChange(mask, prediction) { warnings.append(warning) }
        return isCancelled() ? nil : warnings
    }

    /// The name of the same organ on the other side: `Lung_R` for `Lung_L`; `nil` for what has no side.
    public static func partner(of name: StructureName) -> StructureName? {
        StructureCatalogue.current.partner(of: name)
    }

    /// Whether no voxel can be of both structures: two organs, unless one is a part of the other, and left and right of
    /// anything. Targets, margins, planning structures and parts of organs overlap with others on purpose, and so does
    /// whatever else the catalogue does not call an organ.
    public static func excludes(_ one: StructureName, _ other: StructureName) -> Bool {
        StructureCatalogue.current.excludes(one, other)
    }

    /// Where the body is, with everything it encloses on each slice. Slices on which the body reaches the edge of the
    /// image, where it may be open, are full: nothing on them counts as outside.
    public static func body(in volume: Volume) throws(VolumesError) -> Mask {
        let tissue = try volume.mask(of: -400...HounsfieldUnit(.max)).keepingLargestComponent(.faces6)
        var body = tissue.fillingHoles(in: .slice)
        let (width, height) = (volume.geometry.size.x, volume.geometry.size.y)
        for z in body.slices.indices {
            let slice = body.slices[z]
            let isAtEdge =
                (0..<width).contains { slice[$0, 0] || slice[$0, height - 1] }
                || (0..<height).contains { slice[0, $0] || slice[width - 1, $0] }
            guard isAtEdge else { continue }
            body[slice: z].withMutableWords { words in for i in words.indices { words[i] = ~0 } }
        }
        return body
    }

    /// That an organ is empty, or anything else that was predicted; `nil` for what is not.
    package func emptiness(_ name: StructureName, _ mask: Mask, _ prediction: Mask?) -> SanityWarning? {
        guard mask.isEmpty else { return nil }
        let predicted = prediction?.millilitres ?? 0
        guard predicted > 0 || catalogue[name]?.isOrgan ?? false else { return nil }
        return SanityWarning(.empty(predicted: predicted), slice: prediction?.fullestSlice)
    }

    /// What two structures that exclude one another both have.
    package func overlap(
        _ name: StructureName, _ mask: Mask, _ other: (name: StructureName, mask: Mask)
    ) throws(VolumesError) -> SanityWarning? {
        guard catalogue.excludes(name, other.name), mask.geometry.size == other.mask.geometry.size else { return nil }
        let shared = try mask.intersection(other.mask)
        let millilitres = shared.millilitres
        guard millilitres > overlapLimit else { return nil }
        return SanityWarning(.overlap(with: other.name, millilitres: millilitres), slice: shared.fullestSlice)
    }

    private func sides(
        _ name: StructureName, _ mask: Mask, _ partner: (name: StructureName, mask: Mask)
    ) -> SanityWarning? {
        guard let side = catalogue.side(of: name) else { return nil }
        let (left, right) = side == .left ? (mask, partner.mask) : (partner.mask, mask)
        return Mask.areSwapped(left: left, right: right) ? SanityWarning(.sidesSwapped(with: partner.name)) : nil
    }

    private func outside(_ mask: Mask, _ body: Mask) throws(VolumesError) -> SanityWarning? {
        let outside = try mask.subtracting(body)
        guard outside.millilitres > outsideLimit else { return nil }
        return SanityWarning(.outsideBody(millilitres: outside.millilitres), slice: outside.fullestSlice)
    }

    private static func components(_ mask: Mask, _ expected: Int) -> SanityWarning? {
        let found = mask.connectedComponents()
        guard found.count > expected else { return nil }
        let rest = (expected..<found.count).reduce(0) { $0 + found.millilitres(of: $1) }
        let largest = found.components[expected].box.z
        return SanityWarning(
            .components(found.count, expected: expected, millilitres: rest),
            slice: (largest.lowerBound + largest.upperBound) / 2)
    }

    private func holes(_ mask: Mask) throws(VolumesError) -> SanityWarning? {
        let holes = try mask.fillingHoles().subtracting(mask).connectedComponents(.faces6)
        let large = holes.components.indices.filter { holes.millilitres(of: $0) >= smallestHole }
        guard let first = large.first else { return nil }
        let box = holes.components[first].box.z
        return SanityWarning(
            .holes(large.count, millilitres: large.reduce(0) { $0 + holes.millilitres(of: $1) }),
            slice: (box.lowerBound + box.upperBound) / 2)
    }

    private static func skipped(_ mask: Mask) -> SanityWarning? {
        let filled = mask.slices.indices.filter { !mask.slices[$0].isEmpty }
        guard let first = filled.first, let last = filled.last, last - first + 1 > filled.count else { return nil }
        let empty = (first...last).first { mask.slices[$0].isEmpty }
        return SanityWarning(.skippedSlices(last - first + 1 - filled.count), slice: empty)
    }

    private func volumeChange(_ mask: Mask, _ prediction: Mask) -> SanityWarning? {
        let before = prediction.count
        guard before > 0 else { return nil }
        let percent = Double(mask.count - before) / Double(before) * 100
        return abs(percent) > volumeChangeLimit ? SanityWarning(.volumeChange(percent: percent)) : nil
    }
}
