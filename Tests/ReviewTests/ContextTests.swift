import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// Masks for orientation are shown; nothing else is ever done to them or with them.
@Suite struct ContextTests {
    private let target = StructureName(rawValue: "PTV_60")

    /// The tiny case with two masks for orientation, one of them named like a structure.
    private func state() throws -> ReviewState {
        var state = try Fixture.state()
        var review = try Fixture.opened()
        review.context = [
            ContextMask(name: target, mask: try Fixture.square(3..<5)),
            ContextMask(name: .lungLeft, mask: try Fixture.square(0..<2)),
        ]
        send(&state, .opened(review), .opening)
        state.look()
        return state
    }

    @Test func theyAreNamedApartFromStructures() throws {
        let state = try state()
        #expect(state.contextNames == ["PTV_60", "Lung_L (context)"])
        #expect(state.structures.map(\.name) == [.lungLeft, .lungRight] && state.context.allSatisfy { $0.isVisible })
    }

    @Test func theyAreShownAndHidden() throws {
        var state = try state()
        expect(&state, .toggleContext(target)) { $0.context[0].isVisible = false }
        // One is still there to be hidden; then none is, and all are shown.
        expect(&state, .toggleContext(nil)) { $0.context[1].isVisible = false }
        expect(&state, .toggleContext(nil)) {
            $0.context[0].isVisible = true
            $0.context[1].isVisible = true
        }
        expect(&state, .toggleContext(.heart)) {
            $0.message = StatusMessage(
                "no mask for orientation is called Heart; there are: PTV_60, Lung_L", kind: .warning)
        }
        var plain = try Fixture.state()
        expect(&plain, .toggleContext(nil)) {
            $0.message = StatusMessage(
                "there are no masks for orientation; review --context FILE loads them", kind: .warning)
        }
        #expect(try ReviewCommands.table.action(for: "context") == .toggleContext(nil))
        #expect(try ReviewCommands.table.action(for: "context PTV_60") == .toggleContext(target))
        #expect(state.completions(for: "context ").map(\.line).contains("context PTV_60"))
    }

    @Test func theyAreNoStructures() throws {
        var state = try state()
        for action in [ReviewAction.selectStructure(target), .toggleLock(target), .limitInside(target)] {
            expect(&state, action) {
                $0.message = StatusMessage(
                    "PTV_60 is shown for orientation alone; :context PTV_60 hides or shows it", kind: .warning)
            }
        }
        // Under the cursor there is one of them and no structure.
        send(&state, .point(PlanePoint(x: 3, y: 3)))
        expect(&state, .selectStructureAtCursor) {
            $0.message = StatusMessage("no structure under the cursor", kind: .warning)
        }
    }

    @Test func nothingOfThemIsEditedMeasuredJournalledExportedOrFiled() throws {
        var state = try state()
        let before = state.context
        var review = try Fixture.opened()
        review.context = before
        var effects = reduce(&state, .opened(review))
        // A stroke through the middle of the first, on its slices, and operations on everything.
        for command in ["paint 3 3 2", "erase 5 3 2", "margin +1mm slice", "undo", "export nifti out", "accept!"] {
            effects += reduce(&state, try ReviewCommands.table.action(for: command))
        }
        #expect(state.context == before)
        var (exported, filed) = (0, 0)
        for effect in effects {
            switch effect {
            case .journal(let entry, _): #expect([.lungLeft, .lungRight].contains(entry.structure))
            case .measure(let name, _, _), .mark(let name, _, _), .measureAll(let name, _, _, _):
                #expect([.lungLeft, .lungRight].contains(name))
            case .export(_, _, let masks):
                exported += 1
                #expect(masks == Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) }))
            case .file(let request):
                filed += 1
                #expect(Set(request.masks.keys) == [.lungLeft, .lungRight])
                #expect(Set(request.predictions.keys) == [.lungLeft, .lungRight])
            default: break
            }
        }
        #expect(exported == 1 && filed == 1 && effects.journalledSteps == 4)
    }

    @Test func aReviewThatIsTakenUpAgainKeepsThem() throws {
        var state = try state()
        send(&state, .toggleContext(target))
        let before = state.context
        send(&state, .opened(try Fixture.opened()), .opening)
        #expect(state.context == before && !before[0].isVisible)
    }
}

extension [ReviewEffect] {
    /// How many steps are journalled.
    fileprivate var journalledSteps: Int {
        count { if case .journal = $0 { true } else { false } }
    }
}
