import CaseStore
import Foundation
import Review

/// What is kept of a review beside its steps, in the store's words for it: a JSON object.
struct LeftView {
    /// Whose contours were chosen, by slice; only where two readings are brought together.
    var choices: [Int: ReaderChoice]

    init(choices: [Int: ReaderChoice]) { self.choices = choices }

    /// What was left, as far as it can be read.
    init(json: String) {
        let known = try? JSONDecoder().decode([String: [String: String]].self, from: Data(json.utf8))
        var choices: [Int: ReaderChoice] = [:]
        for (slice, choice) in known?["choices"] ?? [:] {
            if let slice = Int(slice) { choices[slice] = ReaderChoice(rawValue: choice) }
        }
        self.choices = choices
    }

    /// The same as text.
    var json: String {
        guard !choices.isEmpty else { return "{}" }
        let words = Dictionary(uniqueKeysWithValues: choices.map { ("\($0.key)", $0.value.rawValue) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(["choices": words])).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension SessionState {
    /// Where a review stands, in the store's words.
    init(_ progress: ReviewProgress) {
        self.init(
            currentSlice: progress.slice, seenSlices: Set(progress.seenSlices), activeSeconds: progress.activeSeconds,
            view: LeftView(choices: progress.choices).json)
    }
}
