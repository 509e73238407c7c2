import Cases
import Commands

extension ReviewState {
    /// How many lines the list of warnings has: what there is to know of the image and the masks as they were read, then
    /// what is suspicious about the masks as they stand.
    public var warningLineCount: Int { notes.count + warnings.count }

    /// Opens the list of warnings, or says that there are none.
    mutating func showWarnings() -> [ReviewEffect] {
        let ended = endStroke()
        guard !structures.isEmpty || !notes.isEmpty else { return ended + warn("there are no masks to check yet") }
        if warningLineCount == 0 {
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
        if notes.indices.contains(selected) {
            message = StatusMessage(notes[selected], kind: .warning)
            return []
        }
        guard warnings.indices.contains(selected - notes.count) else { return [] }
        let (name, warning) = warnings[selected - notes.count]
        var effects: [ReviewEffect] = []
        if let index = structures.firstIndex(where: { $0.name == name }) {
            effects += selectStructure(structures[index].name)
        }
        if let slice = warning.slice { effects += go(to: slice) }
        message = StatusMessage("\(name): \(warning.text)")
        return effects
    }
}
