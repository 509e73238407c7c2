import Foundation
import Review
import TerminalKit

/// When a question is put on the screen.
///
/// Who types ahead, or types for a shell that is no longer there, answers nothing: a question waits until no key was
/// pressed for a moment, and what was typed until it stood on the screen is thrown away.
extension ReviewProgram {
    /// How long no key must have been pressed: longer than between two letters of somebody who types.
    private static let pause = Duration.milliseconds(300)

    /// Shows what is asked, if it is time.
    /// - Returns: in how many milliseconds it is time; very many if nothing waits.
    func showQuestion() -> Int {
        let waits =
            switch screen {
            case .review: review?.hasUnseenQuestion == true
            case .training: training.hasUnseenQuestion
            case .worklist: false
            }
        guard waits else { return .max }
        if let lastKey {
            let rest = Self.pause - lastKey.duration(to: .now)
            if rest > .zero { return Int(rest / .milliseconds(1)) + 1 }
        }
        switch screen {
        case .review: apply(.questionShown)
        case .training: _ = reduce(&training, .questionShown)
        case .worklist: break
        }
        draw()
        for event in backend.pendingEvents() where event.isTyped { lastKey = .now }
        return .max
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
