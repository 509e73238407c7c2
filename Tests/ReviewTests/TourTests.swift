import Cases
import Editing
import Lists
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct TourTests {
    /// A tour on the tiny case.
    private struct Walk {
        var tour = Tour()
        var state: ReviewState

        mutating func act(_ actions: ReviewAction...) {
            for action in actions {
                let before = state
                let effects = reduce(&state, action)
                tour.observe(action, effects, before: before, after: state)
            }
        }
    }

    @Test func eachLessonIsOverWhenTheUserHasDoneIt() throws {
        var walk = Walk(state: try Fixture.state())
        #expect(walk.tour.lesson == .scroll)
        // Moving up and down between two slices is not going through them.
        walk.act(.moveSlices(1), .moveSlices(-1), .moveSlices(1), .moveSlices(-1), .moveSlices(1), .moveSlices(-1))
        #expect(walk.tour.steps.count == 2)
        walk.act(.goToSlice(0), .goToSlice(1), .goToSlice(4))
        #expect(walk.tour.lesson == .window && walk.tour.finished == .scroll)
        // The lung window is on already: soft tissue first.
        walk.act(.setWindow(WindowPreset.lung.window))
        #expect(walk.tour.steps.isEmpty)
        walk.act(.setWindow(WindowPreset.soft.window), .setWindow(WindowPreset.lung.window))
        #expect(walk.tour.lesson == .paint)
        walk.act(.undo)
        #expect(walk.tour.steps.isEmpty)
        walk.act(.dab(tool: .brush, x: 0, y: 0, z: 1), .undo)
        #expect(walk.tour.lesson == .contour)
        walk.act(.dab(tool: .brush, x: 0, y: 0, z: 1))
        #expect(walk.tour.lesson == .contour)
    }

    @Test func theLastLessonsAreAboutWhatBecomesOfIt() throws {
        var tour = Tour()
        let state = try Fixture.state()
        func end(_ lesson: Lesson) throws {
            var other = state
            switch lesson {
            case .scroll:
                for z in [0, 1, 3, 4, 2] {
                    let before = other
                    send(&other, .goToSlice(z), .slice)
                    tour.observe(.goToSlice(z), [], before: before, after: other)
                }
            case .window:
                for preset in [WindowPreset.soft, .lung] {
                    let before = other
                    let effects = send(&other, .setWindow(preset.window))
                    tour.observe(.setWindow(preset.window), effects, before: before, after: other)
                }
            case .paint:
                for action in [ReviewAction.dab(tool: .brush, x: 0, y: 0, z: 1), .undo] {
                    tour.observe(action, reduce(&other, action), before: state, after: other)
                }
            case .contour, .interpolate:
                let name = lesson == .contour ? "contour" : "interpolate"
                let entry = JournalEntry(
                    kind: .edit, structure: .lungLeft, name: name, slice: 1,
                    patch: try MaskPatch(from: state.structures[0].mask, to: state.structures[1].mask), digestAfter: 0)
                tour.observe(.cancel, [.journal(entry, sequence: 1)], before: state, after: state)
            case .worst:
                send(&other, .goToSlice(0), .slice)
                tour.observe(.goToNext(.worst, backwards: false), [], before: state, after: other)
            case .accept:
                other.phase = .filed(.corrected, revision: 1)
                tour.observe(nil, [], before: state, after: other)
            case .fineTune:
                tour.observe(TrainingPage.models)
                #expect(tour.lesson == .fineTune)
                tour.observe(WorklistPage.corrections)
                tour.observe(TrainingPage.queue)
            }
        }
        for lesson in Lesson.allCases {
            #expect(tour.lesson == lesson)
            tour.observe(lesson == .fineTune ? WorklistPage.cases : .corrections)
            try end(lesson)
        }
        #expect(tour.lesson == nil && tour.finished == .fineTune)
    }
}
