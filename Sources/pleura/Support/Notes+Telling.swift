import CaseWork

extension Notes {
    /// Says them to the person at the terminal.
    func tell() {
        for sentence in sentences { Output.note("note: \(sentence)") }
    }
}
