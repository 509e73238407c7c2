import Cases
import Editing
import MaskChecks
import Review
import TestSupport
import Testing
import Volumes

/// What is said of two organs in one place, and of organs that are nowhere.
@Suite struct ConcernTests {
    private func grid() throws -> GridGeometry {
        try GridGeometry(size: GridSize(x: 12, y: 10, z: 6), spacing: Spacing(x: 10, y: 10, z: 10))
    }

    private func box(_ x: Range<Int>, _ z: Range<Int> = 1..<5) throws -> Mask {
        Mask(geometry: try grid()) { x.contains($0.x) && (3..<7).contains($0.y) && z.contains($0.z) }
    }

    @Test func anOverlapIsSaidOnceAndGoesWithEitherOfTheTwo() throws {
        var state = try Fixture.state()
        func overlap(_ other: StructureName) -> SanityWarning {
            SanityWarning(.overlap(with: other, millilitres: 1), slice: 3)
        }
        send(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [overlap(.lungRight)])))
        send(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: [overlap(.lungLeft)])))
        #expect(state.warnings.map(\.structure) == [.lungRight])
        send(&state, .showWarnings)
        send(&state, .confirm, .slice)
        #expect(state.view.slice == 3, "Enter goes there")
        // The left one was mended.
        send(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [])))
        #expect(state.warnings.isEmpty)
    }

    @Test func swappedSidesAreSaidOnceAndGoWithEitherOfTheTwo() throws {
        var state = try Fixture.state()
        func swapped(_ other: StructureName) -> SanityReport {
            SanityReport(edit: 0, warnings: [SanityWarning(.sidesSwapped(with: other))])
        }
        send(&state, .checked(.lungLeft, swapped(.lungRight)))
        send(&state, .checked(.lungRight, swapped(.lungLeft)))
        #expect(state.warnings.map(\.structure) == [.lungRight])
        send(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [])))
        #expect(state.warnings.isEmpty)
    }

    @Test func acceptingAsksEvenBeforeTheCheckHasCome() throws {
        let volume = Volume(geometry: try grid(), filledWith: -800)
        func state(_ left: Mask, _ right: Mask) throws -> ReviewState {
            var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
            send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
            let structures = [(StructureName.lungLeft, left), (.lungRight, right)].map { name, mask in
                StructureState(name: name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
            }
            send(
                &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: structures)),
                .opening)
            for z in 0..<6 {
                send(&state, .goToSlice(z), .slice)
                state.look()
            }
            return state
        }
        func question(_ state: ReviewState) -> ReviewMode {
            var state = state
            send(&state, .accept)
            return state.mode
        }
        var apart = try state(try box(7..<10), try box(2..<5))
        send(&apart, .accept, "file")
        #expect(apart.mode == .normal)
        let both = try state(try box(4..<10), try box(2..<6))
        #expect(
            question(both) == .question(.accept(["Lung_L: overlaps Lung_R by 32.0 ml (slice 2)"], comment: "")))
        let empty = try state(try box(7..<10), Mask(geometry: try grid()))
        #expect(question(empty) == .question(.accept(["Lung_R: empty"], comment: "")))
    }
}
