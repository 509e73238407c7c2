import Commands

extension ReviewState {
    /// Keeps what is said for whoever wants to read it again.
    mutating func logMessage(replacing before: StatusMessage?) {
        guard let message else { return }
        messages.add(message, replacing: before, slice: structures.isEmpty ? nil : view.slice)
    }

    /// Says something more, behind what was said already.
    mutating func sayAlso(_ text: String, kind: StatusMessage.Kind = .note) {
        message = .joined(message, StatusMessage(text, kind: kind))
    }

    /// Says something before what was said already.
    mutating func sayFirst(_ text: String, kind: StatusMessage.Kind = .note) {
        message = .joined(StatusMessage(text, kind: kind), message)
    }

    /// Shows what was said until now, with the newest chosen.
    mutating func showMessages() -> [ReviewEffect] {
        open(.messages(selected: messages.newest))
    }

    /// Goes to the slice that was on screen when a message was said. It is not said again: it stands in the log.
    mutating func goToMessage(_ number: Int) -> [ReviewEffect] {
        closeOverlay()
        let place = messages.place(of: number)
        guard messages.entries.indices.contains(place) else { return [] }
        let entry = messages.entries[place]
        // Another case's slices are nowhere here.
        guard entry.caseTitle == nil, let slice = entry.slice else { return [] }
        return go(to: slice)
    }

    /// Goes on in the message that is chosen, which is longer than the screen, by so many lines.
    mutating func readOn(by lines: Int) {
        guard case .overlay(.messages(let number, let line)) = mode else { return }
        mode = .overlay(.messages(selected: number, line: max(0, line + lines)))
    }
}
