import Cases
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// A case on which contours have room: 64×48×9 voxels of 1×1×3 mm, air but for a bright disc of 12 mm around (40, 24);
/// `Lung_L` a square on slices 2 to 6, `Lung_R` another beside it. A cell of the view is one voxel wide, half a row one
/// voxel high.
enum ContourFixture {
    static func state() throws -> ReviewState {
        let grid = try GridGeometry(size: GridSize(x: 64, y: 48, z: 9), spacing: Spacing(x: 1, y: 1, z: 3))
        var slice = VolumeSlice(width: 64, height: 48, filledWith: -1000)
        for y in 0..<48 {
            for x in 0..<64 where (x - 40) * (x - 40) + (y - 24) * (y - 24) <= 144 { slice[x, y] = 40 }
        }
        func square(_ columns: Range<Int>) -> Mask {
            Mask(geometry: grid) {
                columns.contains($0.x) && (10..<20).contains($0.y) && (2...6).contains($0.z)
            }
        }
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.4"), title: "case 1.2.4")
        setUp(&state, .resizeView(columns: 64, rows: 24))
        let volume = try Volume(geometry: grid, slices: Array(repeating: slice, count: 9))
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: grid.size.bounds))
        setUp(
            &state,
            .opened(
                OpenedReview(
                    model: .baseline, referenceSource: .prediction,
                    structures: [(StructureName.lungLeft, 10..<20), (.lungRight, 50..<60)].map { name, columns in
                        let mask = square(columns)
                        return StructureState(
                            name: name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
                    })))
        setUp(&state, .goToSlice(4))
        return state
    }

    static func point(_ x: Double, _ y: Double) -> PlanePoint { PlanePoint(x: x, y: y) }
}

extension ReviewState {
    /// Does what is typed after `:`, and asserts which effects it has.
    @discardableResult
    mutating func run(
        _ command: String, _ effects: EffectNames..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ReviewEffect] {
        let found = reduce(&self, try ReviewCommands.table.action(for: command))
        found.expect(effects, sourceLocation)
        return found
    }

    /// Presses, drags and lets go, and asserts which effects that has.
    mutating func drag(
        _ points: [(Double, Double)], tool: Tool? = nil, _ effects: EffectNames...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var found = reduce(&self, .beginStroke(at: PlanePoint(x: points[0].0, y: points[0].1), tool: tool))
        for point in points.dropFirst() {
            found += reduce(&self, .continueStroke(to: PlanePoint(x: point.0, y: point.1)))
        }
        // A button that goes up means something only where one went down to some effect.
        if isDragging { found += reduce(&self, .endStroke) }
        found.expect(effects, sourceLocation)
    }

    /// The active structure on the slice on screen.
    var slice: MaskSlice { structures[activeIndex].mask.slices[view.slice] }

    /// The steps that stand, as undo would name them.
    var steps: [String] { history.done.map { "\($0.name) \($0.structure) z\($0.slice)" } }
}
