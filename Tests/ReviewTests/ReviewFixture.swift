import Cases
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// A tiny case: 8×6×5 voxels of 1×1×2 mm, two structures with a square each on slices 1 to 3.
enum Fixture {
    static func geometry() throws -> GridGeometry {
        try GridGeometry(
            size: GridSize(x: 8, y: 6, z: 5), spacing: Spacing(x: 1, y: 1, z: 2),
            origin: PatientPoint(x: -4, y: -3, z: -10))
    }

    static func square(_ columns: Range<Int>) throws -> Mask {
        Mask(geometry: try geometry()) { columns.contains($0.x) && (2..<4).contains($0.y) && (1...3).contains($0.z) }
    }

    static func structure(_ name: StructureName, _ columns: Range<Int>) throws -> StructureState {
        let mask = try square(columns)
        return StructureState(name: name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
    }

    static func opened(left: LeftReview? = nil, readOnly: String? = nil) throws -> OpenedReview {
        OpenedReview(
            model: .baseline, referenceSource: .prediction,
            structures: [try structure(.lungLeft, 5..<7), try structure(.lungRight, 1..<3)], left: left,
            readOnly: readOnly)
    }

    /// A case that is open, on slice 2, which was looked at, with brush radius 0.5 mm: a dab is one voxel.
    static func state() throws -> ReviewState {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.3"), title: "case 1.2.3")
        let volume = Volume(geometry: try geometry(), filledWith: -800)
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        setUp(&state, .opened(try opened()))
        setUp(&state, .setBrushRadius(0.5))
        state.look()
        return state
    }
}

extension ReviewState {
    /// Stands on the slice on screen for as long as it takes to see it.
    mutating func look() { setUp(&self, .drawn(slice: view.slice, milliseconds: Self.seenAfter)) }
}

/// Applies an action and asserts everything it changes: `expected` makes the changes on a copy.
func expect(
    _ state: inout ReviewState, _ action: ReviewAction, effects: [ReviewEffect] = [],
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    changes expected: (inout ReviewState) throws -> Void = { _ in }
) rethrows {
    var wanted = state
    let found = reduce(&state, action)
    wanted.idleSeconds = 0
    wanted.message = nil
    // What keys leave behind has tests of its own.
    wanted.keys = state.keys
    try expected(&wanted)
    // So has what was said before.
    wanted.messages = state.messages
    #expect(state == wanted, comment, sourceLocation: sourceLocation)
    #expect(found == effects, comment, sourceLocation: sourceLocation)
}

/// Applies news and asserts everything they change: `expected` makes the changes on a copy.
func expect(
    _ state: inout ReviewState, _ news: ReviewNews, effects: [ReviewEffect] = [],
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    changes expected: (inout ReviewState) throws -> Void = { _ in }
) rethrows {
    var wanted = state
    let found = reduce(&state, news)
    try expected(&wanted)
    wanted.messages = state.messages
    #expect(state == wanted, comment, sourceLocation: sourceLocation)
    #expect(found == effects, comment, sourceLocation: sourceLocation)
}
