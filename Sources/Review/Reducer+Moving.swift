import Cases
import Commands
import Editing
import PatientView
import Volumes

extension ReviewState {
    /// Moves the cursor by keys from now on, or no longer.
    mutating func togglePointer() -> [ReviewEffect] {
        let effects = mode == .pointer ? endStroke() : []
        mode = mode == .pointer ? .normal : .pointer
        return effects
    }

    /// Puts the pen down at the cursor, or lifts it.
    mutating func togglePen() -> [ReviewEffect] {
        guard stroke == nil else { return release() }
        let effects = press(at: cursor, with: nil)
        stroke?.isByKey = true
        return effects
    }

    /// Goes to the next slice of a kind, in the plane of the slices.
    mutating func goToNext(_ kind: SliceKind, _ backwards: Bool) -> [ReviewEffect] {
        if kind == .worst, nextSlice(of: .worst, backwards: backwards) == nil { return goToDoubt(backwards) }
        guard let geometry, let z = nextSlice(of: kind, backwards: backwards) else {
            return warn(Self.absence(of: kind))
        }
        var effects = choose(.ofSlices(geometry.direction))
        effects += go(to: z)
        return effects
    }

    /// Where no slice differs from what it is measured against there is still one on which the model was least sure.
    private mutating func goToDoubt(_ backwards: Bool) -> [ReviewEffect] {
        let isMeasured = structures.contains { $0.score != nil }
        guard let geometry, isMeasured else { return warn("the slices are still being measured; a moment") }
        let why =
            switch referenceSource {
            case .prediction: "nothing changed yet"
            case .file(let name): "no slice differs from \(name)"
            }
        let doubted = uncertainty.indices.prefix(geometry.size.z).max { uncertainty[$0] < uncertainty[$1] }
        let most = doubted.flatMap { uncertainty[$0] > 0 ? $0 : nil }
        guard let z = nextSlice(of: .uncertain, backwards: backwards) ?? most else {
            return warn("\(why), and the model did not say where it was unsure")
        }
        var effects = choose(.ofSlices(geometry.direction))
        effects += go(to: z)
        message = StatusMessage("\(why); going to where the model was least sure: slice \(z + 1)")
        return effects
    }

    /// Goes through the plane in hand along its normal, ending a stroke first: a stroke lives on one plane.
    mutating func goThrough(to depth: Int) -> [ReviewEffect] {
        let plane = gridPlane
        guard let geometry, !plane.isSlice else { return go(to: depth) }
        let target = min(max(0, depth), geometry.size[plane.normal] - 1)
        guard target != plane.depth else { return [] }
        let ended = endStroke()
        ruler = nil
        view.position[plane.normal] = Double(target)
        return ended
    }

    /// Goes to where a step has changed most, on the plane in hand.
    mutating func go(to step: EditStep<StructureName>) -> [ReviewEffect] {
        let moved = go(to: step.slice)
        let normal = gridPlane.normal
        guard normal != .z, let busiest = step.patch.busiestIndex(along: normal) else { return moved }
        return moved + goThrough(to: busiest)
    }

    /// Takes a plane in hand, ending a stroke first.
    mutating func choose(_ plane: ViewPlane) -> [ReviewEffect] {
        guard plane != view.plane else { return [] }
        let ended = endStroke()
        ruler = nil
        view.plane = plane
        let normal = gridPlane.normal
        view.position[normal] = Double(gridPlane.depth)
        return ended
    }

    /// Points at a position on the plane in hand; on planes other than slices that may lie on another slice.
    mutating func aim(at point: PlanePoint) -> [ReviewEffect] {
        let z = view.slice
        cursor = point
        continueRuler(to: point)
        guard view.slice != z else { return [] }
        return marksForSlice()
    }

    /// Goes to a slice, ending a stroke first: a stroke lives on one slice.
    mutating func go(to z: Int) -> [ReviewEffect] {
        guard let geometry else { return [] }
        let target = min(max(0, z), geometry.size.z - 1)
        guard target != view.slice else { return [] }
        let ended = endStroke()
        ruler = nil
        view.slice = target
        return ended + marksForSlice() + keepsProgress
    }

    mutating func moveCursor(columns: Int, halfRows: Int) -> [ReviewEffect] {
        guard let viewport else { return [] }
        let moved = aim(at: clamped(viewport.moved(cursor, columns: columns, halfRows: halfRows)))
        if let shown = self.viewport?.centreShowing(cursor), shown != self.viewport?.centre { view.centre = shown }
        guard stroke == nil else { return moved + continueStroke(to: cursor) }
        followWire()
        return moved
    }

    func clamped(_ point: PlanePoint) -> PlanePoint {
        guard let geometry else { return point }
        let size = gridPlane.size(of: geometry.size)
        return PlanePoint(
            x: min(max(0, point.x), Double(size.x - 1)), y: min(max(0, point.y), Double(size.y - 1)))
    }

    func nextSlice(of kind: SliceKind, backwards: Bool) -> Int? {
        guard let count = geometry?.size.z else { return nil }
        if kind == .worst || kind == .uncertain {
            func measure(_ z: Int) -> Double? {
                if kind == .worst { return disagreement(on: z) }
                guard uncertainty.indices.contains(z), uncertainty[z] >= Self.noticeableUncertainty else { return nil }
                return uncertainty[z]
            }
            let ranked = (0..<count)
                .compactMap { z in measure(z).flatMap { $0 > 0 ? (z: z, by: $0) : nil } }
                .sorted { ($0.by, -$0.z) > ($1.by, -$1.z) }
                .map(\.z)
            guard let here = ranked.firstIndex(of: view.slice) else { return ranked.first }
            return ranked[(here + (backwards ? ranked.count - 1 : 1)) % ranked.count]
        }
        let edited = editedSlices
        func qualifies(_ z: Int) -> Bool {
            switch kind {
            case .unseen: !seenSlices.contains(z)
            case .edited: edited.contains(z)
            case .structure: active.map { !$0.mask.slices[z].isEmpty } ?? false
            case .worst, .uncertain: false
            }
        }
        return (1..<max(2, count)).lazy
            .map { step in (self.view.slice + (backwards ? count - step : step)) % count }
            .first(where: qualifies)
    }

    private static func absence(of kind: SliceKind) -> String {
        switch kind {
        case .worst: "nothing changed yet; :next uncertain shows where the model was unsure"
        case .uncertain: "the model was sure of every slice, or stated no uncertainty"
        case .unseen: "every other slice has been seen"
        case .edited: "no other slice differs from the prediction"
        case .structure: "the structure is on no other slice"
        }
    }
}
