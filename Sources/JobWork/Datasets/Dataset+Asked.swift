import CaseWork
import Foundation
import Training

extension Dataset {
    /// The patients of a part of the split, as a user names it.
    /// - Parameters:
    ///   - part: `training`, `validation`, `test` or `all`.
    ///   - path: where the dataset is, as it was named, for errors.
    /// - Throws: ``WorkError`` for a part that is none, where there is no split, and where nobody is in it.
    package func patients(ofPart part: String, path: String) throws(WorkError) -> [DatasetPatient] {
        if part == "all" { return patients }
        guard let known = DatasetSplit.Part(rawValue: part) else {
            throw WorkError("--split is training, validation, test or all, not \(part).")
        }
        guard split != nil else {
            throw WorkError("\(path) has no split. Draw one with pleura dataset split, or give --split all.")
        }
        let found = patients(in: known)
        guard !found.isEmpty else { throw WorkError("The \(part) part of \(path) has no patients.") }
        return found
    }
}

extension DatasetSplit {
    /// A split as a user asks for it.
    /// - Parameters:
    ///   - shares: training, validation and test in %, such as `70,10,20`; `nil` for these.
    ///   - fold: one fold of a cross-validation, such as `2/5`, instead of shares.
    ///   - site: with a fold, whose patients alone are dealt into folds.
    /// - Throws: ``WorkError`` for texts that are none of these; what drawing says.
    package static func asked(
        of patients: [DatasetPatient], shares: String?, fold: String?, foldsOf site: String?, seed: UInt64
    ) throws -> DatasetSplit {
        if let fold {
            guard shares == nil else { throw WorkError("--fold and --shares exclude each other.") }
            let numbers = fold.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let number = numbers[0], let count = numbers[1] else {
                throw WorkError("--fold is such as 2/5, not \(fold).")
            }
            return try DatasetSplit.fold(number, of: count, patients, site: site, seed: seed)
        }
        guard site == nil else { throw WorkError("--folds-of goes with --fold.") }
        let shares = shares ?? "70,10,20"
        let words = shares.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard numbers.count == words.count else { throw WorkError("--shares is such as 70,10,20, not \(shares).") }
        return try draw(patients, seed: seed, shares: numbers)
    }
}

extension TrainingFolder {
    /// The folder of a training, as a user names it.
    /// - Parameters:
    ///   - name: a name, of which the training lies in the data folder, or a folder's path with a slash.
    ///   - resumes: whether a training may be there already.
    ///   - folder: where trainings of a name lie; asked for only if it is a name.
    /// - Throws: ``WorkError`` for a name that is none, and where another training is.
    package static func asked(
        _ name: String, resumes: Bool, in folder: (String) throws -> URL
    ) throws -> TrainingFolder {
        let url: URL
        if name.contains("/") {
            url = URL(fileURLWithPath: name)
        } else {
            let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@")
            guard !name.isEmpty, !name.hasPrefix("."), name.allSatisfy(letters.contains) else {
                throw WorkError("--out is a name of letters, digits, -, _, . and @, or a folder's path.")
            }
            url = try folder(name)
        }
        let found = TrainingFolder(url: url)
        guard resumes || !found.hasCheckpoint else {
            throw WorkError("\(url.path) already holds a training. Resume it with --resume, or choose another name.")
        }
        return found
    }
}
