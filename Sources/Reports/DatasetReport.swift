import CaseWork
import Training
import Volumes

/// `dataset build --json`.
package struct DatasetReport: Encodable {
    let dataset: String
    let structures: [String]
    /// The patients' ids.
    let patients: [String]
    /// What was left out and why, and what is to be said of each patient's files.
    package let warnings: [String]

    /// A dataset that was built.
    package init(dataset: String, structures: [String], patients: [String], warnings: [String]) {
        self.dataset = dataset
        self.structures = structures
        self.patients = patients
        self.warnings = warnings
    }
}

/// `dataset check --json`, and the same for people.
package struct DatasetCheckReport: Encodable {
    /// A patient of the dataset.
    package struct Patient: Encodable {
        /// What the patient is called.
        let id: String
        /// What is wrong with the patient.
        let problems: [DatasetProblem]

        /// A patient with what is wrong.
        package init(id: String, problems: [DatasetProblem]) {
            self.id = id
            self.problems = problems
        }
    }

    /// All patients, also those with nothing wrong.
    let patients: [Patient]
    /// How many problems are errors.
    package let errors: Int
    /// How many problems are warnings.
    package let warnings: Int

    /// What was found out about a dataset's patients.
    package init(patients: [Patient]) {
        let all = patients.flatMap(\.problems)
        self.patients = patients
        errors = all.filter { $0.severity == .error }.count
        warnings = all.count - errors
    }

    /// What was found out about a dataset.
    /// - Parameter found: what was found of each patient alone, in their order; whoever cannot be read is an error.
    package init(_ list: Dataset, _ found: [Result<[DatasetProblem], any Error>]) {
        let between = DatasetCheck.list(list)
        self.init(
            patients: zip(list.patients, found).map { patient, result in
                var problems = between[patient.id] ?? []
                switch result {
                case .success(let own): problems += own
                case .failure(let error):
                    problems.append(DatasetProblem(severity: .error, text: WorkError(error).description))
                }
                return Patient(id: patient.id, problems: problems)
            })
    }

    /// What is wrong, for people beside a document for programs.
    package var notes: [String] {
        patients.flatMap { patient in
            patient.problems.map { "\($0.severity.rawValue): \(patient.id): \($0.text)" }
        }
    }

    /// For people, line by line.
    package var lines: [String] {
        patients.flatMap { patient in
            patient.problems.map { "\(patient.id)  \($0.severity.rawValue): \($0.text)" }
        } + [
            "\(Plural.count(patients.count, "patient")), \(Plural.count(errors, "error")), "
                + "\(Plural.count(warnings, "warning"))"
        ]
    }
}
