import Anatomy
import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// Does something to a region at once.
    mutating func changeRegion(_ action: RegionAction) -> [ReviewEffect] {
        switch action {
        case .fill(let target, let reach):
            guard let voxel = voxel(target) else { return warnOffGrid(target) }
            return operate(.fill(at: voxel), "fill", reach, slice: voxel.z)
        case .fillHoles(let millilitres, let reach):
            guard millilitres.map({ $0.isFinite && $0 > 0 }) ?? true else {
                return warn("holes are up to a volume in ml")
            }
            return operate(.fillHoles(upTo: millilitres ?? .infinity), "fill holes", reach)
        case .threshold(let range, let place, let reach): return threshold(range, place, reach)
        case .margin(let length, let reach):
            guard length.value.isFinite, length.value != 0, abs(length.value) <= 50 else {
                return warn("a margin must be −50 to 50 mm, and not 0")
            }
            return operate(
                .margin(length), "margin \(length.value > 0 ? "+" : "−")\(Self.number(abs(length.value)))mm", reach)
        case .directionalMargin(let margin, let reach): return changeMargin(margin, reach)
        case .set(let name, let expression, let reach): return set(name, to: expression, reach)
        case .smooth(let filter, let length, let keepingVolume, let reach):
            guard length.value.isFinite, length.value > 0, length.value <= 20 else {
                return warn("smoothing must be more than 0 and at most 20 mm")
            }
            return operate(
                .smooth(filter, length, keepingVolume: keepingVolume), "smooth \(Self.number(length.value))mm", reach)
        case .largest(let reach): return operate(.largest, "keep largest", reach)
        case .removeIslands(let millilitres, let reach):
            guard millilitres.isFinite, millilitres > 0 else { return warn("islands are under a volume in ml") }
            return operate(.removeIslands(millilitres: millilitres), "remove islands", reach)
        case .combine(let operation, let name, let reach): return combine(operation, name, reach)
        case .copySlice(let neighbour): return copySlice(neighbour)
        case .restore(let reach):
            guard let active else { return warn(obstacle ?? "there is no structure to edit") }
            return operate(.combine(.copy, active.prediction), "restore", reach)
        case .grow(let target, let range, let reach): return grow(from: target, range, reach ?? region.reach)
        case .reach(let reach):
            region.reach = reach
            let (what, rest) =
                promptAnswerer.map { ("growing works", "; \($0) answers marks slice by slice") }
                ?? ("growing and scribbles work", "")
            message = StatusMessage("\(what) \(reach == .slice ? "on the slice" : "in 3D")\(rest)")
            return []
        case .guardLeaks(let radius, let millilitres, let neck): return guardLeaks(radius, millilitres, neck)
        case .scribble(let inside, let target): return scribble(inside: inside, at: target)
        case .applyScribbles(let reach, let byEdges): return applyScribbles(reach, byEdges: byEdges)
        case .clearScribbles: return clearScribbles()
        case .carry(let reach): return carry(reach)
        case .takeCarry(let slice): return takeCarry(to: slice)
        case .merge(let name): return merge(name)
        case .split(let left, let right): return split(left, right)
        case .acceptPreview: return acceptPreview()
        case .dropPreview: return dropRegionPreview()
        case .stop: return stopRegion(because: "stopped")
        }
    }

    private mutating func threshold(
        _ range: ClosedRange<HounsfieldUnit>, _ place: ThresholdPlace, _ reach: RegionReach
    ) -> [ReviewEffect] {
        let place: ThresholdRegion? =
            switch place {
            case .inside: .inside
            case .near(let distance): .near(distance)
            case .brush: cursorVoxel.map { .brush(brush, at: $0) }
            }
        guard let place else { return warn("the cursor is outside the slice") }
        return operate(
            .threshold(range, place), "threshold \(range.lowerBound.value) \(range.upperBound.value)", reach)
    }

    private mutating func combine(
        _ operation: SetOperation, _ name: StructureName, _ reach: RegionReach
    ) -> [ReviewEffect] {
        guard let other = structures.first(where: { $0.name == name }) else { return unknown(name) }
        guard name != active?.name else { return warn("\(name) is the structure being edited; name another") }
        let ended = endStroke()
        return ended + operate(.combine(operation, other.mask), "\(operation.rawValue) \(name)", reach)
    }

    private mutating func copySlice(_ neighbour: SliceNeighbour) -> [ReviewEffect] {
        guard let geometry else { return warn(obstacle ?? "there is no image yet") }
        // Slices are numbered towards the head where the direction across them points there.
        let up = geometry.direction.z.z >= 0 ? 1 : -1
        let step =
            switch neighbour {
            case .above: up
            case .below: -up
            case .next: 1
            case .previous: -1
            }
        let (from, to) = (view.slice + step, view.slice)
        guard (0..<geometry.size.z).contains(from) else {
            return warn("there is no slice \(neighbour.rawValue) this one")
        }
        return operate(.copySlice(from: from, to: to), "copy slice \(from + 1)", .slice)
    }

    private mutating func grow(
        from target: VoxelTarget?, _ range: ClosedRange<HounsfieldUnit>?, _ reach: RegionReach
    ) -> [ReviewEffect] {
        guard let voxel = voxel(target) else { return warnOffGrid(target) }
        var settings = region.growing
        settings.range = range
        let moved = go(to: voxel.z)
        view.position = ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z))
        return moved
            + operate(
                .grow(from: voxel, settings), "grow", reach == .slices ? .slice : reach, slice: voxel.z,
                isPreviewed: true)
    }

    private mutating func guardLeaks(
        _ radius: Millimetres?, _ millilitres: Double?, _ neck: Millimetres?
    ) -> [ReviewEffect] {
        if let radius { region.growing.radius = radius }
        if let millilitres { region.growing.millilitres = millilitres }
        if let neck { region.growing.neck = neck }
        let settings = region.growing
        let bridges = settings.neck.value > 0 ? "necks under \(Self.number(settings.neck.value * 2)) mm" : "no neck"
        message = StatusMessage(
            "growing stops at \(Self.number(settings.radius.value)) mm, \(Self.number(settings.millilitres)) ml, "
                + bridges)
        return []
    }

    private mutating func merge(_ name: StructureName?) -> [ReviewEffect] {
        guard let active else { return warn(obstacle ?? "there is no structure to edit") }
        guard let name = name ?? StructureCatalogue.current.partner(of: active.name) else {
            return warn("merge with which? :merge NAME")
        }
        guard let other = structures.firstIndex(where: { $0.name == name }) else { return unknown(name) }
        guard other != activeIndex else { return warn("\(name) is the structure being edited; name another") }
        return operate(.merge, "merge", .volume, on: [activeIndex, other])
    }

    private mutating func split(_ left: StructureName?, _ right: StructureName?) -> [ReviewEffect] {
        guard let active else { return warn(obstacle ?? "there is no structure to edit") }
        let catalogue = StructureCatalogue.current
        let sides = catalogue.wholes.first { $0.name == active.name }?.sides
        let (leftName, rightName) = (
            left ?? sides?.left ?? catalogue.lungs.left, right ?? sides?.right ?? catalogue.lungs.right
        )
        guard let l = structures.firstIndex(where: { $0.name == leftName }) else { return unknown(leftName) }
        guard let r = structures.firstIndex(where: { $0.name == rightName }) else { return unknown(rightName) }
        guard l != r else { return warn("a split needs two structures") }
        let targets = [activeIndex] + [l, r].filter { $0 != activeIndex }
        let place = Dictionary(targets.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        return operate(.split(left: place[l] ?? 0, right: place[r] ?? 0), "split", .volume, on: targets)
    }

    /// The voxel a command names, or the cursor's; `nil` off the grid.
    func voxel(_ target: VoxelTarget?) -> VoxelIndex? {
        guard let target else { return cursorVoxel }
        let voxel = VoxelIndex(x: target.x, y: target.y, z: target.z ?? view.slice)
        return geometry?.size.contains(voxel) == true ? voxel : nil
    }

    mutating func warnOffGrid(_ target: VoxelTarget?) -> [ReviewEffect] {
        guard let size = geometry?.size else { return warn(obstacle ?? "there is no image yet") }
        guard let target else { return warn("the cursor is outside the slice") }
        return warn(
            "voxel \(target.x) \(target.y) \(target.z ?? view.slice) is off the grid of \(size.x)×\(size.y)×\(size.z)")
    }

    /// A number without a needless fraction.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String((value * 100).rounded() / 100)
    }
}
