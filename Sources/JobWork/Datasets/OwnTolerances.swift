import CaseWork
import Cases
import Foundation
import Volumes

/// Tolerances of single structures, as somebody typed them: `Heart=3,Esophagus=3`, mm.
package struct OwnTolerances: Sendable {
    /// By structure; none for an empty text.
    package let values: [StructureName: Millimetres]

    /// Reads them.
    /// - Throws: ``CaseWork/WorkError`` naming the part that is not written so; tolerances are 0 to 50 mm.
    package init(_ text: String) throws(WorkError) {
        var values: [StructureName: Millimetres] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard sides.count == 2, !sides[0].isEmpty, let value = Double(sides[1]), (0...50).contains(value) else {
                throw WorkError(
                    "--tolerances gives structures their tolerance, 0 to 50 mm each, as NAME=3,NAME=2.5, and not as "
                        + "\(part).")
            }
            values[StructureName(rawValue: sides[0])] = Millimetres(value)
        }
        self.values = values
    }
}
