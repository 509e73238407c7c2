import CaseWork
import Cases
import Foundation

/// Where no careful reader could tell the border, by patient and structure: the file of `evaluate --ambiguous`.
///
/// JSON: for each patient's id an object that has for each structure the slices, counted from 1, such as
/// `"68-90,118-121"`. Patients and structures that are not in it have no such slices.
package struct AmbiguousSlices: Sendable {
    private let path: String
    private let ranges: [String: [StructureName: [ClosedRange<Int>]]]

    /// Reads a file.
    /// - Throws: ``CaseWork/WorkError`` naming the patient and structure whose slices are not written so.
    package init(contentsOf url: URL) throws {
        path = url.path
        let read: [String: [String: String]]
        do {
            read = try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: url))
        } catch {
            throw WorkError(
                "\(url.path) does not say which slices are ambiguous: it has to be JSON such as "
                    + "{\"patient\": {\"structure\": \"68-90,118-121\"}}.")
        }
        var ranges: [String: [StructureName: [ClosedRange<Int>]]] = [:]
        for (patient, structures) in read {
            for (name, text) in structures {
                let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.range)
                guard parts.allSatisfy({ $0 != nil }) else {
                    throw WorkError(
                        "\(url.path), \(patient), \(name): slices are such as 68-90,118-121, not \(text).")
                }
                ranges[patient, default: [:]][StructureName(rawValue: name)] = parts.compactMap { $0 }
            }
        }
        self.ranges = ranges
    }

    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 1, first <= last
        else {
            return nil
        }
        return first...last
    }

    /// The slices of a patient, from 0.
    /// - Parameter count: how many slices the patient's image has.
    /// - Throws: ``CaseWork/WorkError`` if the image does not have them all.
    package func slices(of patient: String, count: Int) throws -> [StructureName: Set<Int>] {
        try (ranges[patient] ?? [:]).mapValues { ranges in
            guard ranges.allSatisfy({ $0.upperBound <= count }) else {
                throw WorkError(
                    "\(path), \(patient): the image has \(count) slices, fewer than are said to be ambiguous.")
            }
            return Set(ranges.joined().map { $0 - 1 })
        }
    }

    /// What to say of patients that the file does not have: without ambiguous slices, or called otherwise there.
    package func missing(_ patients: [String]) -> [String] {
        let missing = patients.filter { ranges[$0] == nil }
        return missing.isEmpty ? [] : ["\(path) names no ambiguous slices of \(missing.joined(separator: ", "))."]
    }
}
