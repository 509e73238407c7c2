import Foundation
import Lists
import Review
import TerminalKit

/// When a question is put on the screen.
///
/// Who types ahead, or types for a shell that is no longer there, answers nothing: a question waits until no key was
/// pressed for a moment, and what was typed until it stood on the screen is thrown away.
extension ReviewProgram {
    /// How long no key must have been pressed: longer than between two letters of somebody who types.
    private static let pause = Duration.milliseconds(300)

    /// In how many milliseconds it is time to show what is asked; 0 if it is time, very many if nothing waits.
    var millisecondsUntilQuestion: Int {
        let waits =
            switch screen {
            case .review: review?.hasUnseenQuestion == true
            case .training: training.hasUnseenQuestion
            case .worklist: false
            }
        guard waits else { return .max }
        guard let lastKey else { return 0 }
        let rest = Self.pause - lastKey.duration(to: .now)
        return rest > .zero ? Int(rest / .milliseconds(1)) + 1 : 0
    }

    /// Shows what is asked, and throws away what was typed until it stood there.
    func showQuestion() {
        switch screen {
        case .review: apply(.questionShown)
        case .training: _ = reduce(&training, .questionShown)
        case .worklist: break
        }
        draw()
        for event in backend.pendingEvents() where event.isTyped { lastKey = .now }
    }
}

extension InputEvent {
    /// Whether it is from the keyboard.
    var isTyped: Bool {
        switch self {
        case .key, .paste: true
        case .mouse, .resize: false
        }
    }
}
