import Lists
import PatientView

/// A lesson of the tour. Each is over when the user has done what it asks for.
public enum Lesson: Int, Hashable, Sendable, CaseIterable {
    /// Going through the slices.
    case scroll
    /// Soft tissue window and back.
    case window
    /// Painting and taking it back.
    case paint
    /// Drawing a contour.
    case contour
    /// Interpolating between slices.
    case interpolate
    /// Going to the slice that disagrees most.
    case worst
    /// Filing the review.
    case accept
    /// What becomes of it.
    case fineTune

    /// From 1.
    public var number: Int { rawValue + 1 }
}

/// A hands-on tutorial on a sample case, in the manner of vimtutor: which lesson it is, and how far the user is in it.
///
/// A value: what the user did goes in, whether a lesson is over comes out. No clock and no screen.
public struct Tour: Hashable, Sendable {
    /// The lesson under way; `nil` when all are over.
    public private(set) var lesson: Lesson? = .scroll
    /// What of the lesson is done, of ``stepCount``.
    public private(set) var steps: Set<Int> = []
    /// The lesson that was over last.
    public private(set) var finished: Lesson?

    /// A tour that begins.
    public init() {}

    /// How many things a lesson asks for.
    public static func stepCount(of lesson: Lesson) -> Int {
        switch lesson {
        case .scroll: 5
        case .window, .paint, .fineTune: 2
        case .contour, .interpolate, .worst, .accept: 1
        }
    }

    /// Takes in what the user, or news, did to the review.
    /// - Parameter action: what the user wanted; `nil` for news.
    public mutating func observe(
        _ action: ReviewAction?, _ effects: [ReviewEffect], before: ReviewState, after: ReviewState
    ) {
        guard let lesson else { return }
        let made = effects.journalled
        switch lesson {
        case .scroll:
            // Slices that were not seen in this lesson yet.
            if after.view.slice != before.view.slice { add(after.view.slice) }
        case .window:
            guard after.view.window != before.view.window else { return }
            if after.view.window == WindowPreset.soft.window { add(0) }
            if after.view.window == WindowPreset.lung.window, steps.contains(0) { add(1) }
        case .paint:
            if made.contains(where: { $0.kind == .edit && $0.name == Tool.brush.rawValue }) { add(0) }
            if steps.contains(0), made.contains(where: { $0.kind == .undo }) { add(1) }
        case .contour:
            if made.contains(where: { $0.kind == .edit && Self.isContour($0.name) }) { add(0) }
        case .interpolate:
            if made.contains(where: { $0.kind == .edit && $0.name == StepName.interpolation }) { add(0) }
        case .worst:
            if case .goToNext(.worst, _) = action, after.view.slice != before.view.slice { add(0) }
        case .accept:
            if case .filed = after.phase { add(0) }
        case .fineTune: break
        }
    }

    /// Takes in which list the user looks at.
    public mutating func observe(_ page: WorklistPage) {
        guard lesson == .fineTune else { return }
        if page == .corrections { add(0) }
    }

    /// Takes in that the user looks at the queue or the models.
    public mutating func observe(_ page: TrainingPage) {
        if lesson == .fineTune, page == .queue { add(1) }
    }

    /// Whether a step of this name was drawn as a contour.
    private static func isContour(_ name: String) -> Bool {
        [Tool.contour, .livewire, .lasso].map(\.rawValue).contains(name)
    }

    private mutating func add(_ step: Int) {
        guard let lesson else { return }
        steps.insert(step)
        guard steps.count >= Self.stepCount(of: lesson) else { return }
        finished = lesson
        steps = []
        self.lesson = Lesson(rawValue: lesson.rawValue + 1)
    }
}
