import Review

/// What edits are confined to, besides locked structures.
enum LimitText {
    /// A clause a limit; none where edits may go anywhere.
    static func clauses(_ state: ReviewState) -> [String] {
        var clauses: [String] = []
        if let range = state.limits.range {
            let low = TextFormat.integer(Int(range.lowerBound.value))
            let high = TextFormat.integer(Int(range.upperBound.value))
            clauses.append("only HU \(low) … \(high)")
        }
        if let name = state.limitInside { clauses.append("only inside \(name)") }
        if let name = state.limitOutside { clauses.append("only outside \(name)") }
        if state.overwrites { clauses.append("overwriting neighbours") }
        return clauses
    }
}
