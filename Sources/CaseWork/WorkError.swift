import CaseStore
import Cases
import ImageValues
import Models
import Networks
import Segmentation
import Volumes

/// Why work on a case or a job ended early, for people. Who is to blame is known, so that the program can choose its exit
/// status and a worker can tell whether to try again.
package struct WorkError: Error, CustomStringConvertible {
    /// Where the reason lies.
    package enum Cause: Sendable {
        /// Something failed that the user did not cause; it may go well the next time.
        case failed
        /// What the user gave was wrong, and stays wrong.
        case input
    }

    /// The reason, one sentence or more.
    package let description: String
    /// Where it lies.
    package let cause: Cause

    /// An error with its reason.
    package init(_ description: String, _ cause: Cause = .input) {
        self.description = description
        self.cause = cause
    }

    /// Any error, sorted by where the reason lies; one that is not known and does not say so itself has failed.
    package init(_ error: any Error) {
        switch error {
        case let error as WorkError: self = error
        case let error as ImageFormatsError:
            self.init(error.description, error.kind == .notWritten ? .failed : .input)
        case let error as CaseStoreError:
            switch error {
            case .noSuchCase, .ambiguousCase, .otherContent, .wrongGrid, .leased, .noSuchSession, .notPutAside,
                .noSuchCorrection, .noSuchJob:
                self.init(error.description)
            default: self.init(error.description, .failed)
            }
        case let error as EngineError:
            switch error {
            case .noCUDA, .noEngineFor, .unusable, .foreignTensors: self.init(error.description)
            default: self.init(error.description, .failed)
            }
        case let error as SafetensorsError: self.init(error.description)
        case let error as ModelFileError: self.init(error.description)
        case let error as RecipeError: self.init(error.description)
        // What a network answers is no accident: it answers the same the next time.
        case let error as PredictionError: self.init(error.description)
        case let error as any ExplainedError: self.init(error.description, error.isFailure ? .failed : .input)
        case is CancellationError: self.init("Stopped.", .failed)
        case let error as VolumesError: self.init(error.description)
        default: self.init("\(error)", .failed)
        }
    }
}
