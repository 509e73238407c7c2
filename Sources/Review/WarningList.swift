import Cases

extension ReviewState {
    /// Opens the list of warnings, or says that there are none.
    mutating func showWarnings() -> [ReviewEffect] {
        let ended = endStroke()
        guard !structures.isEmpty else { return ended + warn("there are no masks to check yet") }
        if warnings.isEmpty {
            let isChecked = structures.allSatisfy(\.isChecked)
            message = StatusMessage(isChecked ? "the masks were checked; there are no warnings" : "still checking…")
            return ended
        }
        mode = .warnings(selected: 0)
        return ended
    }

    /// Goes to where the chosen warning is seen, with its structure in hand.
    mutating func goToWarning(_ selected: Int) -> [ReviewEffect] {
        mode = .normal
        guard warnings.indices.contains(selected) else { return [] }
        let (name, warning) = warnings[selected]
        var effects: [ReviewEffect] = []
        if let index = structures.firstIndex(where: { $0.name == name }) {
            effects += changeStructures(.selectStructure(structures[index].name))
        }
        if let slice = warning.slice { effects += move(.slide(slice)) }
        message = StatusMessage("\(name): \(warning.text)")
        return effects
    }
}
