import CaseStore
import DicomNetwork
import ImageFormats
import Learning
import Settings
import Volumes

/// Why a command ended early, for people, with the exit status that scripts see.
struct ProgramError: Error, CustomStringConvertible {
    /// The statuses of the command-line contract.
    enum Kind: Int32 {
        /// Something failed that the user did not cause.
        case failed = 1
        /// What the user gave was wrong.
        case input = 2
    }

    let description: String
    let kind: Kind

    init(_ description: String, _ kind: Kind = .input) {
        self.description = description
        self.kind = kind
    }

    /// Any error of the targets below, sorted into the contract's statuses.
    init(_ error: any Error) {
        switch error {
        case let error as ProgramError: self = error
        case let error as ImageFormatsError:
            self.init(error.description, error.kind == .notWritten ? .failed : .input)
        case let error as SettingsError: self.init(error.description)
        case let error as DicomNetworkError: self.init(error.description, .failed)
        case let error as CaseStoreError:
            switch error {
            case .noSuchCase, .ambiguousCase, .otherContent, .wrongGrid, .leased, .noSuchSession, .notPutAside,
                .noSuchCorrection, .noSuchJob:
                self.init(error.description)
            default: self.init(error.description, .failed)
            }
        case let error as DatasetError: self.init(error.description, error.isFailure ? .failed : .input)
        case let error as EngineError:
            switch error {
            case .noCUDA, .noEngineFor, .unusable, .foreignTensors: self.init(error.description)
            default: self.init(error.description, .failed)
            }
        case let error as SafetensorsError: self.init(error.description)
        case let error as ModelFileError: self.init(error.description)
        case let error as RecipeError: self.init(error.description)
        case let error as PredictionError: self.init(error.description, .failed)
        case let error as TrainingError: self.init(error.description)
        case is CancellationError: self.init("Stopped.", .failed)
        case let error as VolumesError: self.init(error.description)
        default: self.init("\(error)", .failed)
        }
    }
}
