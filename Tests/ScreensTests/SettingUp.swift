import Lists
import Review

// Steps that only bring a state to what is tested. What effects they have is asserted where reducers are tested, in
// ReviewTests and ListsTests.

func setUp(_ state: inout ReviewState, _ action: ReviewAction) { _ = reduce(&state, action) }

func setUp(_ state: inout ReviewState, _ news: ReviewNews) { _ = reduce(&state, news) }

func setUp(_ state: inout TrainingState, _ action: TrainingAction) { _ = reduce(&state, action) }

func setUp(_ state: inout TrainingState, _ news: TrainingUpdate) { _ = reduce(&state, news) }

func setUp(_ state: inout WorklistState, _ action: WorklistAction) { _ = reduce(&state, action) }
