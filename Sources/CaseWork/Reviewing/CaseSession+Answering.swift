import Commands
import Dispatch
import Editing
import Review
import Volumes

extension CaseSession {
    /// Finds out who answers prompts and tells the review, once the case is on the screen. Nobody waits for it: until
    /// then, prompts are answered along image edges.
    func prepareAnswerer(for opened: OpenCase) {
        // Who only looks asks nothing.
        guard opened.journal != nil, let find = opener.options.promptAnswering else { return }
        post(.answererComing)
        let preparing = work.begin("the refine model")
        DispatchQueue.global(qos: .utility).async { [self] in
            defer { work.end(preparing) }
            guard !isClosed.isCancelled else { return }
            let found: (any PromptAnswering)?
            do {
                found = try find()
            } catch {
                post(.answererMissing)
                let reason = WorkError(error).description
                post(.show(StatusMessage("marks are answered by image edges: \(reason)", kind: .warning)))
                return
            }
            guard let answerer = found else { return post(.answererMissing) }
            guard !isClosed.isCancelled else { return }
            // The first answer of a network takes longest, and nobody is waiting for this one.
            if let question = PromptQuestion.rehearsal(on: opened.loaded.volume, mask: opened.predictions.values.first)
            {
                _ = try? answerer.answer(question)
            }
            regions.answer(by: answerer)
            post(.answererReady(answerer.name))
        }
    }
}

extension PromptQuestion {
    /// A question whose answer nobody wants: one voxel in the middle of the volume is marked as what it is.
    static func rehearsal(on image: Volume, mask: Mask?) -> PromptQuestion? {
        let size = image.geometry.size
        let nothing = MaskSlice(width: size.x, height: size.y)
        let slice = size.z / 2
        let mask = mask.map { $0.slices[slice] } ?? nothing
        guard mask.width == size.x, mask.height == size.y else { return nil }
        var marked = nothing
        marked[size.x / 2, size.y / 2] = true
        let isInside = mask[size.x / 2, size.y / 2]
        return PromptQuestion(
            slice: slice, image: image, mask: mask, inside: isInside ? marked : nothing,
            outside: isInside ? nothing : marked, newest: marked)
    }
}
