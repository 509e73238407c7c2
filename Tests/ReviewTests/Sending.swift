import Review
import Testing

/// Names of effects, in order, without what they carry.
struct EffectNames: ExpressibleByStringLiteral {
    let names: [String]

    init(_ names: String...) { self.names = names }

    init(stringLiteral name: String) { names = [name] }

    /// No effect.
    static let nothing = EffectNames()

    /// A step of one structure: kept with where the review stands, journalled, measured, and its boundary marked anew.
    static let step = EffectNames("progressWithStep", "journal", "measure", "mark")

    /// Going to another slice where two structures are shown: both are marked there, and where the review stands is
    /// kept.
    static let slice = EffectNames("mark", "mark", "saveProgress")

    /// Opening a case of two structures: both are measured, and marked on the slice on screen.
    static let opening = EffectNames("measureAll", "measureAll", "mark", "mark")
}

extension [ReviewEffect] {
    /// The names of effects, in order, without what they carry: what an action leads to, where the state says the rest.
    var names: [String] {
        map { effect in Mirror(reflecting: effect).children.first?.label ?? "\(effect)" }
    }

    /// Asserts that these are all there are, by name and in order.
    func expect(_ expected: [EffectNames], _ sourceLocation: SourceLocation) {
        #expect(names == expected.flatMap(\.names), sourceLocation: sourceLocation)
    }
}

/// Applies an action and asserts the names of all its effects, in order; none named means that it has none.
/// - Returns: the effects, for what they carry.
@discardableResult
func send(
    _ state: inout ReviewState, _ action: ReviewAction, _ effects: EffectNames...,
    sourceLocation: SourceLocation = #_sourceLocation
) -> [ReviewEffect] {
    let found = reduce(&state, action)
    found.expect(effects, sourceLocation)
    return found
}

/// Applies news and asserts the names of all their effects, in order; none named means that they have none.
/// - Returns: the effects, for what they carry.
@discardableResult
func send(
    _ state: inout ReviewState, _ news: ReviewNews, _ effects: EffectNames...,
    sourceLocation: SourceLocation = #_sourceLocation
) -> [ReviewEffect] {
    let found = reduce(&state, news)
    found.expect(effects, sourceLocation)
    return found
}

/// The question stands on the screen, and is answered; asserts the names of all effects of that, in order.
/// - Returns: the effects, for what they carry.
@discardableResult
func answer(
    _ state: inout ReviewState, _ yes: Bool, _ effects: EffectNames...,
    sourceLocation: SourceLocation = #_sourceLocation
) -> [ReviewEffect] {
    let found = reduce(&state, .questionShown) + reduce(&state, .answer(yes))
    found.expect(effects, sourceLocation)
    return found
}

/// The question stands on the screen, and a word is typed; asserts the names of all effects of that, in order.
/// - Returns: the effects, for what they carry.
@discardableResult
func answer(
    _ state: inout ReviewState, typing word: String, _ effects: EffectNames...,
    sourceLocation: SourceLocation = #_sourceLocation
) -> [ReviewEffect] {
    var found = reduce(&state, .questionShown)
    for letter in word { found += reduce(&state, .type(String(letter))) }
    found += reduce(&state, .confirm)
    found.expect(effects, sourceLocation)
    return found
}

/// Takes a step that only leads to what a test is about, and whose effects other tests assert.
func setUp(_ state: inout ReviewState, _ action: ReviewAction) { _ = reduce(&state, action) }

/// Takes in news that only lead to what a test is about, and whose effects other tests assert.
func setUp(_ state: inout ReviewState, _ news: ReviewNews) { _ = reduce(&state, news) }
