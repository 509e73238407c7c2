import Cases
import Foundation
import Review
import TerminalKit

/// What the event loop takes in at once, between two drawings of the screen.
struct Turn {
    /// The time that counts for all of it.
    var now: Date
    /// What has come, in order.
    var happenings: [Happening] = []
}

/// One thing that brings the program forward. All that does is one of these, so that a recording of them is complete.
enum Happening: Sendable {
    /// A key, the mouse, pasted text, another size.
    case input(InputEvent)
    /// What background work found out.
    case news(ReviewProgram.News)
    /// It is time to show what is asked.
    case questionShown
    /// A slice has stood on screen long enough.
    case seen(slice: Int, milliseconds: Int)
    /// So much time has passed since the last tick.
    case tick(seconds: Double)
    /// A signal asks for an end, or the terminal is gone.
    case signal(Int32)
}

/// News of background work as a recording knows them: by the names that the sources have for them.
struct NewsName: Hashable, Sendable {
    /// News of one kind, of one structure where they are of one.
    struct Kind: Hashable, Sendable {
        /// The name that the sources give to them.
        var name: String
        /// The number of the structure in the case, from 0; `nil` where they are of none.
        var structure: Int?
    }

    /// What they are.
    var kind: Kind
    /// The edit, or the journal's entry, up to which they go: several may be told of by the last alone. `nil` where
    /// there is no such number.
    var number: Int?
}

extension ReviewProgram.News {
    /// Whether it tells how far something is, as often as the machine is fast: no recording holds it.
    var isProgress: Bool {
        switch self {
        case .review(.progress, _), .review(.worked(.progress), _): true
        default: false
        }
    }

    /// Whether it is of a case's session that was left.
    func isStale(in session: Int) -> Bool {
        if case .review(_, let number) = self { number != session } else { false }
    }

    /// Whether it changes what keys lead to, so that it is played only where it was recorded.
    var decidesAnswers: Bool {
        switch self {
        case .review(.answererComing, _), .review(.answererReady, _), .review(.answererMissing, _): true
        default: false
        }
    }

    /// What a recording calls it.
    /// - Parameter structures: those of the case on the screen, in order.
    func name(in structures: [StructureState]) -> NewsName {
        guard case .review(let news, _) = self else {
            return NewsName(kind: NewsName.Kind(name: EventName.of(self)))
        }
        func named(_ structure: StructureName?, _ number: Int?) -> NewsName {
            let index = structure.flatMap { name in structures.firstIndex { $0.name == name } }
            return NewsName(kind: NewsName.Kind(name: EventName.of(news), structure: index), number: number)
        }
        switch news {
        case .journalled(let last), .structuresKept(let last): return named(nil, last)
        case .scored(let name, let score): return named(name, score.edit)
        case .measured(let name, let measures): return named(name, measures.edit)
        case .tried(let name, _, let edit, _, _): return named(name, edit)
        case .marked(let name, let marks): return named(name, marks.edit)
        case .markedVolume(let name, let volume): return named(name, volume.edit)
        case .checked(let name, let report): return named(name, report.edit)
        // A question that another took the place of may have been answered or not.
        case .worked(.done(let id, _)), .worked(.failed(let id, _)): return named(nil, id)
        case .described(.done(let id, _)), .described(.failed(let id, _)): return named(nil, id)
        default: return named(nil, nil)
        }
    }
}
