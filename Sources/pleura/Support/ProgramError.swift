import CaseWork
import Cases
import Settings

/// Why a command ended early, for people, with the exit status that scripts see.
struct ProgramError: ExplainedError {
    /// The statuses of the command-line contract.
    enum Kind: Int32 {
        /// Something failed that the user did not cause.
        case failed = 1
        /// What the user gave was wrong.
        case input = 2
    }

    let description: String
    let kind: Kind
    var isFailure: Bool { kind == .failed }

    init(_ description: String, _ kind: Kind = .input) {
        self.description = description
        self.kind = kind
    }

    /// Any error of the targets below, sorted into the contract's statuses.
    init(_ error: any Error) {
        switch error {
        case let error as ProgramError: self = error
        case let error as SettingsError: self.init(error.description)
        default:
            let work = WorkError(error)
            self.init(work.description, work.cause == .input ? .input : .failed)
        }
    }
}
