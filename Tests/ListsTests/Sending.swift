import Lists
import Testing

/// Applies an action and asserts all of its effects, in order; none named means that it has none.
func send(
    _ state: inout TrainingState, _ action: TrainingAction, _ effects: TrainingEffect...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(reduce(&state, action) == effects, sourceLocation: sourceLocation)
}

/// Applies news and asserts all of their effects, in order; none named means that they have none.
func send(
    _ state: inout TrainingState, _ news: TrainingUpdate, _ effects: TrainingEffect...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(reduce(&state, news) == effects, sourceLocation: sourceLocation)
}

/// Applies an action and asserts all of its effects, in order; none named means that it has none.
func send(
    _ state: inout WorklistState, _ action: WorklistAction, _ effects: WorklistEffect...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(reduce(&state, action) == effects, sourceLocation: sourceLocation)
}

/// The question stands on the screen, and is answered; asserts all effects of that, in order.
func answer(
    _ state: inout TrainingState, _ yes: Bool, _ effects: TrainingEffect...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    send(&state, .questionShown, sourceLocation: sourceLocation)
    #expect(reduce(&state, .answer(yes)) == effects, sourceLocation: sourceLocation)
}
