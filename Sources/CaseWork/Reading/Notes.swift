/// What there is to say about the images and masks that a command has read: each sentence once, in the order they came.
///
/// What reads an image or a mask takes a `Notes` to write into, so that no caller can use the voxels and drop what was
/// said about them; a command tells them on standard error and puts them into its JSON document as `warnings`.
package struct Notes: Hashable, Sendable {
    /// The sentences.
    package private(set) var sentences: [String] = []

    /// No notes yet.
    package init() {}

    /// Takes in a sentence.
    package mutating func add(_ sentence: String) {
        if !sentences.contains(sentence) { sentences.append(sentence) }
    }

    /// Takes in sentences.
    /// - Parameter subject: the file or patient they are about, where a command reads several.
    package mutating func add(_ more: [String], about subject: String? = nil) {
        for sentence in more { add(subject.map { "\($0): \(sentence)" } ?? sentence) }
    }
}
