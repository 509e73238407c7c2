import Anatomy
import Cases
import MaskChecks
import Volumes

/// Something about a patient of a dataset that a person should look at.
public struct DatasetProblem: Hashable, Sendable, Codable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Codable {
        /// The dataset must not be trained on with this.
        case error
        /// It may be right, and is unusual.
        case warning
    }

    /// How bad it is.
    public let severity: Severity
    /// What it is, as a sentence.
    public let text: String

    /// A problem from its parts.
    public init(severity: Severity, text: String) {
        self.severity = severity
        self.text = text
    }

    static func error(_ text: String) -> DatasetProblem { DatasetProblem(severity: .error, text: text) }
    static func warning(_ text: String) -> DatasetProblem { DatasetProblem(severity: .warning, text: text) }
}

/// Looks for what is wrong with a dataset.
public enum DatasetCheck {
    /// What is wrong between patients: one image under two names, one person in two parts of the split.
    /// - Returns: problems by the id of the patient they are told of.
    public static func list(_ dataset: Dataset) -> [String: [DatasetProblem]] {
        var problems: [String: [DatasetProblem]] = [:]
        let images = Dictionary(grouping: dataset.patients, by: \.image.digest)
        for group in images.values where group.count > 1 {
            for patient in group {
                let others = group.filter { $0.id != patient.id }.map(\.id).joined(separator: ", ")
                problems[patient.id, default: []].append(.error("The same image is listed as \(others)."))
            }
        }
        for patient in dataset.patients {
            for structure in dataset.structures where patient.masks[structure.rawValue] == nil {
                problems[patient.id, default: []].append(
                    dataset.partial == true
                        ? .warning("\(structure) is missing; nothing is learnt of it here.")
                        : .error("\(structure) is missing."))
            }
            if let seen = patient.seenSlices, !seen.allSatisfy({ (0..<patient.size.z).contains($0) }) {
                problems[patient.id, default: []].append(.error("Slices are listed as seen that there are not."))
            }
            if patient.seenSlices == [] {
                problems[patient.id, default: []].append(.warning("No slice was looked at; nothing is learnt from it."))
            }
        }
        if let split = dataset.split {
            for leak in leaks(dataset, split) { problems[leak.id, default: []].append(.error(leak.text)) }
            for patient in dataset.patients where split.part(of: patient.id) == nil {
                problems[patient.id, default: []].append(.warning("It is in no part of the split."))
            }
        }
        return problems
    }

    /// Patients whose image or person is in another part of the split as well: what is learnt would be tested on.
    static func leaks(_ dataset: Dataset, _ split: DatasetSplit) -> [(id: String, text: String)] {
        var leaks: [(id: String, text: String)] = []
        for (key, what) in [(\DatasetPatient.person, "person"), (\DatasetPatient.image.digest, "image")] {
            let groups = Dictionary(grouping: dataset.patients) { $0[keyPath: key] }
            for patient in dataset.patients {
                guard let part = split.part(of: patient.id) else { continue }
                let elsewhere = (groups[patient[keyPath: key]] ?? []).first {
                    split.part(of: $0.id).map { $0 != part } ?? false
                }
                if let elsewhere {
                    leaks.append(
                        (
                            patient.id,
                            "It is in \(part.rawValue), and the same \(what) is in another part as \(elsewhere.id)."
                        ))
                }
            }
        }
        return leaks
    }

    /// What is wrong with one patient's image and contours.
    public static func patient(
        _ patient: DatasetPatient, _ read: DatasetCase, catalogue: StructureCatalogue = .current
    ) -> [DatasetProblem] {
        image(read.volume) + contours(read, catalogue) + read.warnings.map { .warning($0) }
    }

    private static func image(_ volume: Volume) -> [DatasetProblem] {
        var problems: [DatasetProblem] = []
        let spacing = volume.geometry.spacing
        if abs(spacing.x - spacing.y) > 0.01 * spacing.x {
            problems.append(.warning("Columns are \(spacing.x) mm apart and rows \(spacing.y) mm."))
        }
        if !(0.3...3).contains(spacing.x) || !(0.3...10).contains(spacing.z) {
            problems.append(
                .warning("Voxels of \(spacing.x)×\(spacing.y)×\(spacing.z) mm are unusual for a CT of the chest."))
        }
        let range = volume.range
        if range.lowerBound.value > -700 {
            problems.append(
                .error("The least value is \(range.lowerBound.value) HU: there is no air. Is it a CT in HU?"))
        }
        if range.upperBound.value < 200 {
            problems.append(
                .error("The greatest value is \(range.upperBound.value) HU: there is no bone. Is it a CT in HU?"))
        }
        return problems
    }

    private static func contours(_ read: DatasetCase, _ catalogue: StructureCatalogue) -> [DatasetProblem] {
        var problems: [DatasetProblem] = []
        for (structure, mask) in read.masks.sorted(by: { $0.key < $1.key }) {
            if mask.geometry != read.volume.geometry {
                problems.append(.error("\(structure) is on another grid than the image."))
            } else if mask.isEmpty {
                problems.append(.error("\(structure) is empty."))
            }
        }
        guard problems.isEmpty else { return problems }
        for (structure, mask) in read.masks.sorted(by: { $0.key < $1.key }) {
            if let facts = catalogue[structure] { problems += plausibility(mask, facts, read.volume) }
        }
        for sides in catalogue.wholes.compactMap(\.sides) {
            guard let left = read.masks[sides.left], let right = read.masks[sides.right] else { continue }
            if Mask.areSwapped(left: left, right: right) {
                problems.append(
                    .error("\(sides.left) lies to the right of \(sides.right): the sides are swapped."))
            }
            let both = (try? left.intersection(right).count) ?? 0
            if both > 0 {
                problems.append(
                    .warning("\(sides.left) and \(sides.right) share \(Plural.count(both, "voxel")).")
                )
            }
        }
        return problems
    }

    /// What is unusual about a mask, by what the catalogue says of its structure.
    private static func plausibility(_ mask: Mask, _ facts: StructureFacts, _ volume: Volume) -> [DatasetProblem] {
        Implausibility.found(in: mask, facts, of: volume).map { found in
            switch found {
            case .volume(let millilitres): .warning("\(facts.name) has \(Int(millilitres.rounded())) ml.")
            case .density(let median, let isDense):
                .warning(
                    "Half of \(facts.name) is \(isDense ? "denser" : "less dense") than \(median) HU, which "
                        + "\(facts.tissue?.rawValue ?? facts.name.rawValue) seldom is.")
            }
        }
    }
}
