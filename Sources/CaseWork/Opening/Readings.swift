import CaseStore
import Cases
import Foundation
import Review
import SurfaceMetrics
import Volumes

/// Two readers' masks of one case that are to be brought together.
struct Readings {
    let firstReader: String
    let secondReader: String
    let first: [StructureName: Mask]
    let second: [StructureName: Mask]

    /// What the masks are measured against while they are brought together.
    var source: ReferenceSource { .file("reader 2, \(secondReader)") }

    /// What the masks are measured against, by structure: the second reader's, who has left empty what only the first has
    /// drawn; what neither has against what was proposed.
    func references(proposed: [StructureName: Mask]) -> [StructureName: Mask] {
        proposed.merging(first.mapValues { Mask(geometry: $0.geometry) }) { $1 }.merging(second) { $1 }
    }

    /// The first reader's newest correction and a second reader's.
    /// - Throws: ``WorkError`` saying what is missing.
    init(
        of id: CaseID, _ unfinished: ReviewSession?, _ newest: CorrectionKey?, _ options: OpeningOptions,
        _ store: any CaseStoring
    ) throws {
        let revision = unfinished?.startsFrom ?? newest?.revision
        guard unfinished == nil || unfinished?.startsFrom != nil, let revision else {
            throw WorkError("The first reader has not filed this case yet.")
        }
        let correction = try store.correction(CorrectionKey(caseID: id, revision: revision))
        guard correction.status != .rejected else { throw WorkError("The first reader has rejected this case.") }
        let filed = try store.readings(of: id).filter { $0.correction != nil }
        let wanted = filed.filter { options.reader == nil || $0.reader == options.reader }
        guard let reading = wanted.first, let key = reading.correction else {
            throw WorkError(
                filed.isEmpty
                    ? "No second reader has filed a reading of this case yet: pleura review --blinded CASE."
                    : "\(options.reader ?? "") has filed no reading; there are \(Self.names(filed)).")
        }
        guard wanted.count == 1 else {
            throw WorkError("There are readings of \(Self.names(filed)): choose one with --reader NAME.")
        }
        let other = try store.correction(key)
        guard other.status != .rejected else { throw WorkError("\(reading.reader) has rejected this case.") }
        (firstReader, secondReader) = (correction.reviewer, reading.reader)
        (first, second) = (correction.masks, other.masks)
    }

    private static func names(_ readings: [Reading]) -> String { readings.map(\.reader).joined(separator: ", ") }

    /// The readings with how far they agree.
    /// - Complexity: one surface Dice a structure.
    func adjudication(tolerance: (StructureName) -> Millimetres) throws -> Adjudication {
        var agreement: [Double?] = []
        var volumes: [StructureName: Double?] = [:]
        for name in Set(first.keys).union(second.keys).sorted() {
            guard let any = first[name] ?? second[name] else { continue }
            let empty = Mask(geometry: any.geometry)
            let live = try LiveSurfaceDice(
                reference: second[name] ?? empty, test: first[name] ?? empty, tolerances: [tolerance(name)])
            let score = StructureScore(live, edit: 0)
            volumes[name] = .some(score.surfaceDice)
            if agreement.isEmpty { agreement = Array(repeating: nil, count: score.slices.count) }
            for (z, value) in score.slices.enumerated() {
                if let value { agreement[z] = min(agreement[z] ?? 1, value) }
            }
        }
        return Adjudication(
            readers: [firstReader, secondReader], first: first, second: second, agreement: agreement,
            volumes: volumes)
    }
}

extension CaseOpener {
    /// The id of this reviewer's own reading of a case. The case gets a prediction first if it has none, so that both
    /// readers begin with the same.
    /// - Parameter notes: takes in what is to be said of a prediction that is made now.
    package func reading(of loaded: LoadedCase, notes: inout Notes) throws -> CaseID {
        let id = loaded.record.id
        _ = try predictionID(for: loaded, id, nil, nil, &notes)
        return try store.beginReading(of: id, by: options.reviewer, now: Date())
    }
}

extension ApprovalState {
    /// An approval as the person at the screen sees it.
    init(_ approval: Approval, author: String, me: String) {
        switch approval.verdict {
        case .requested: self = .awaiting(author: author, isMine: author == me)
        case .approved: self = .approved(by: approval.actor)
        case .returned: self = .returned(by: approval.actor, comment: approval.comment)
        }
    }
}
