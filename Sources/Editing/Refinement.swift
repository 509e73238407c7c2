import Volumes

/// Prompts to be answered: what the user has marked, and what the first of it has come to already.
public struct Refinement: Hashable, Sendable {
    /// All prompts, oldest first.
    public let prompts: Scribbles
    /// What the first of them came to, so that only the others are asked; `nil` where none was answered.
    public let answered: Answered?

    /// The mask that prompts came to.
    public struct Answered: Hashable, Sendable {
        /// How many of the prompts, from the oldest.
        public let count: Int
        /// The mask.
        public let mask: Mask

        /// An answer from its parts.
        public init(count: Int, mask: Mask) {
            self.count = count
            self.mask = mask
        }
    }

    /// A refinement from its parts.
    public init(prompts: Scribbles, answered: Answered? = nil) {
        self.prompts = prompts
        self.answered = answered
    }

    /// How far beyond prompts the box goes in which they are answered along image edges.
    public static let edgeMargin: Millimetres = 10

    /// What is to be asked, in order: the number of the prompt, and the slice.
    var questions: [(prompt: Int, slice: Int)] {
        prompts.all.indices.dropFirst(answered?.count ?? 0).flatMap { i in
            prompts.all[i].voxels.slices.indices.filter { !prompts.all[i].voxels.slices[$0].isEmpty }.map { (i, $0) }
        }
    }
}

extension RegionTask {
    /// What prompts make of a mask: each is asked with what those before it came to.
    func refined(
        _ mask: Mask, _ refinement: Refinement, _ progress: WorkProgress, _ answerer: (any PromptAnswering)?
    ) throws(RegionError) -> (mask: Mask, notes: [String]) {
        let prompts = refinement.prompts
        guard !prompts.isEmpty else { throw .refused("nothing is marked yet") }
        let image = try volume()
        guard let answerer else { throw .refused("answering marks needs a refine model, and none is installed") }
        var result = refinement.answered?.mask ?? mask
        var notes: [String] = []
        let questions = refinement.questions
        for (i, (number, z)) in questions.enumerated() {
            guard progress(Double(i) / Double(questions.count)) else { throw .cancelled }
            let (inside, outside) = prompts.marks(after: number + 1)
            let prompt = prompts.all[number]
            let answer = try answerer.checkedAnswer(
                PromptQuestion(
                    slice: z, image: image, mask: result.slices[z], inside: inside.slices[z],
                    outside: outside.slices[z], newest: prompt.voxels.slices[z]))
            let before = result.slices[z]
            // What limits and locks forbid is not there for the next prompt either.
            result = try confined(result.replacing(z, with: answer.mask), 0)
            if result.slices[z] != before, answer.certainty < PromptAnswer.sureFrom {
                notes.append("\(answerer.name) is unsure of slice \(z + 1) (\(answer.percent))")
            } else if !prompt.isFollowed(by: result.slices[z], on: z) {
                notes.append(
                    "\(answerer.name) does not follow mark \(number + 1) on slice \(z + 1), or may not")
            }
        }
        return (result, notes)
    }
}

extension PromptAnswer {
    /// From where on an answer is taken for sure, of 0…1.
    public static let sureFrom = 0.7

    /// How sure it is, for people.
    var percent: String { "\(Int((min(max(0, certainty), 1) * 100).rounded(.down))) %" }
}

extension PromptAnswering {
    /// An answer that can be worked with: of the slice's extent, and with a certainty that is a number.
    func checkedAnswer(_ question: PromptQuestion) throws(RegionError) -> PromptAnswer {
        var answer = try answer(question)
        guard answer.mask.width == question.mask.width, answer.mask.height == question.mask.height else {
            throw .refused("\(name) gave slice \(question.slice + 1) another size; nothing was changed")
        }
        // What is no number is no certainty.
        if !answer.certainty.isFinite { answer.certainty = 0 }
        return answer
    }
}

extension Scribble {
    /// Whether a mask has most of the voxels on a slice as they were marked.
    fileprivate func isFollowed(by mask: MaskSlice, on z: Int) -> Bool {
        let marked = voxels.slices[z].words
        let inside = zip(marked, mask.words).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
        let all = voxels.slices[z].count
        return (isInside ? inside : all - inside) * 2 >= all
    }
}
