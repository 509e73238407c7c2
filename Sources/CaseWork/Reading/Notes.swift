/// What there is to say about the images and masks that a command has read: each sentence once, in the order they came.
///
/// What reads an image or a mask takes a `Notes` to write into, so that no caller can use the voxels and drop what was
/// said about them; a command tells them on standard error and puts them into its JSON document as `warnings`.
package struct Notes: Hashable, Sendable {
    /// One of them.
    struct Note: Hashable, Sendable {
        /// What it is about: the file or patient, where several are read; otherwise `nil`.
        let subject: String?
        /// What there is to know.
        let text: String

        /// With its subject in front.
        var sentence: String { subject.map { "\($0): \(text)" } ?? text }
    }

    /// All of them, each once, in the order in which they came.
    private(set) var all: [Note] = []

    /// The sentences, each with its subject in front.
    package var sentences: [String] { all.map(\.sentence) }

    /// No notes yet.
    package init() {}

    /// Takes in a sentence.
    /// - Parameter subject: the file or patient it is about, where a command reads several.
    package mutating func add(_ sentence: String, about subject: String? = nil) {
        let note = Note(subject: subject, text: sentence)
        if !all.contains(where: { $0.sentence == note.sentence }) { all.append(note) }
    }

    /// Takes in sentences.
    /// - Parameter subject: the file or patient they are about, where a command reads several.
    package mutating func add(_ more: [String], about subject: String? = nil) {
        for sentence in more { add(sentence, about: subject) }
    }
}
