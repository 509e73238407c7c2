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
        _ = reduce(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [overlap(.lungRight)])))
        _ = reduce(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: [overlap(.lungLeft)])))
        #expect(state.warnings.map(\.structure) == [.lungRight])
        _ = reduce(&state, .showWarnings)
        _ = reduce(&state, .confirm)
        #expect(state.view.slice == 3, "Enter goes there")
        // The left one was mended.
        _ = reduce(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [])))
        #expect(state.warnings.isEmpty)
    }

    @Test func swappedSidesAreSaidOnceAndGoWithEitherOfTheTwo() throws {
        var state = try Fixture.state()
        func swapped(_ other: StructureName) -> SanityReport {
            SanityReport(edit: 0, warnings: [SanityWarning(.sidesSwapped(with: other))])
        }
        _ = reduce(&state, .checked(.lungLeft, swapped(.lungRight)))
        _ = reduce(&state, .checked(.lungRight, swapped(.lungLeft)))
        #expect(state.warnings.map(\.structure) == [.lungRight])
        _ = reduce(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [])))
        #expect(state.warnings.isEmpty)
    }

    @Test func acceptingAsksEvenBeforeTheCheckHasCome() throws {
        let volume = Volume(geometry: try grid(), filledWith: -800)
        func state(_ left: Mask, _ right: Mask) throws -> ReviewState {
            var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
            _ = reduce(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
            let structures = [(StructureName.lungLeft, left), (.lungRight, right)].map { name, mask in
                StructureState(name: name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
            }
            _ = reduce(
                &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: structures)))
            for z in 0..<6 {
                _ = reduce(&state, .goToSlice(z))
                state.look()
            }
            return state
        }
        func question(_ state: ReviewState) -> ReviewMode {
            var state = state
            _ = reduce(&state, .accept)
            return state.mode
        }
        #expect(question(try state(try box(7..<10), try box(2..<5))) == .normal)
        let both = try state(try box(4..<10), try box(2..<6))
        #expect(
            question(both) == .question(.accept(["Lung_L: overlaps Lung_R by 32.0 ml (slice 2)"], comment: "")))
        let empty = try state(try box(7..<10), Mask(geometry: try grid()))
        #expect(question(empty) == .question(.accept(["Lung_R: empty"], comment: "")))
    }
}
