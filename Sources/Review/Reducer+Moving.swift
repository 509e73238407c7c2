import Cases
import Editing
import Volumes

extension ReviewState {
    /// Moves through the slices and over them.
    mutating func move(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .moveSlices(let count): return go(to: view.slice + count)
        case .goToSlice(let z): return go(to: z)
        case .goToEnd(let last): return go(to: last ? Int.max : 0)
        case .goToNext(let kind, let backwards):
            guard let z = nextSlice(of: kind, backwards: backwards) else {
                return warn(Self.absence(of: kind))
            }
            return go(to: z)
        case .moveCursor(let columns, let halfRows): return moveCursor(columns: columns, halfRows: halfRows)
        case .point(let point):
            cursor = clamped(point)
            return []
        case .togglePointer:
            let effects = mode == .pointer ? endStroke() : []
            mode = mode == .pointer ? .normal : .pointer
            return effects
        case .togglePen:
            return stroke == nil ? beginStroke(at: cursor, with: nil) : endStroke()
        default: return []
        }
    }

    /// Goes to a slice, ending a stroke first: a stroke lives on one slice.
    mutating func go(to z: Int) -> [ReviewEffect] {
        guard let geometry else { return [] }
        let target = min(max(0, z), geometry.size.z - 1)
        guard target != view.slice else { return [] }
        let ended = endStroke()
        view.slice = target
        noteSeen()
        return ended + marksForSlice() + [.saveProgress(progress)]
    }

    /// The slice on screen counts as seen once there is something to see on it.
    mutating func noteSeen() {
        if let image, image.slices.indices.contains(view.slice), image.slices[view.slice] != nil, !structures.isEmpty {
            seenSlices.insert(view.slice)
        }
    }

    private mutating func moveCursor(columns: Int, halfRows: Int) -> [ReviewEffect] {
        guard let viewport, let geometry else { return [] }
        // A step is one screen position, but never less than a voxel, and it lands on a voxel's centre.
        func step(_ from: Double, _ units: Int, _ spacing: Double) -> Double {
            guard units != 0 else { return from }
            let voxels = max(1, viewport.millimetresPerUnit / spacing)
            let target = (from + Double(units) * voxels).rounded()
            return target == from.rounded() ? target + Double(units.signum()) : target
        }
        cursor = clamped(
            PlanePoint(
                x: step(cursor.x, viewport.isFlippedAcross ? -columns : columns, geometry.spacing.x),
                y: step(cursor.y, viewport.isFlippedDown ? -halfRows : halfRows, geometry.spacing.y)))
        if let shown = self.viewport?.centreShowing(cursor), shown != self.viewport?.centre { view.centre = shown }
        return stroke == nil ? [] : continueStroke(to: cursor)
    }

    private func clamped(_ point: PlanePoint) -> PlanePoint {
        guard let size = geometry?.size else { return point }
        return PlanePoint(
            x: min(max(0, point.x), Double(size.x - 1)), y: min(max(0, point.y), Double(size.y - 1)))
    }

    private func nextSlice(of kind: SliceKind, backwards: Bool) -> Int? {
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
        case .worst: "no slice disagrees with the reference"
        case .uncertain: "the model was unsure on no slice, or did not say"
        case .unseen: "every other slice has been seen"
        case .edited: "no other slice differs from the prediction"
        case .structure: "the structure is on no other slice"
        }
    }
}
