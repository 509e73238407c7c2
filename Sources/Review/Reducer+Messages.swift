import Commands

extension ReviewState {
    /// Keeps what is said for whoever wants to read it again.
    mutating func logMessage(replacing before: StatusMessage?) {
        guard let message else { return }
        messages.add(message, replacing: before, slice: structures.isEmpty ? nil : view.slice)
    }

    /// Shows what was said until now, with the newest chosen.
    mutating func showMessages() -> [ReviewEffect] {
        open(.messages(selected: max(0, messages.entries.count - 1)))
    }

    /// Goes to the slice that was on screen when a message was said. It is not said again: it stands in the log.
    mutating func goToMessage(_ selected: Int) -> [ReviewEffect] {
        closeOverlay()
        guard messages.entries.indices.contains(selected) else { return [] }
        let entry = messages.entries[selected]
        // Another case's slices are nowhere here.
        guard entry.caseTitle == nil, let slice = entry.slice else { return [] }
        return go(to: slice)
    }
}
