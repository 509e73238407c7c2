import CaseStore
import Cases
import Foundation
import Review
import SurfaceMetrics
import Volumes

/// What the steps of a review that were made with one tool came to.
package struct ToolEffort: Hashable, Sendable {
    /// The tool, as its steps are called in the journal: `brush`, `interpolate`, `refine`, `carry`.
    package let tool: String
    /// How many edits stand at the end; what was taken back is not counted.
    package var steps = 0
    /// The contour that these edits drew: of each the pixels on the slices that it changed which were no contour before.
    /// Where one edit draws over another, both count, so that tools together can come to more than the correction.
    package var addedPathLength = Millimetres(0)
    /// The time before each of its steps since the step before, or since the review was begun, at most ``longest`` each.
    /// Steps that take an edit back count for the tool whose edit it was.
    package var seconds = 0.0

    /// Longer pauses than this between two steps are not the tool's: seconds. The review's own clock stands still behind as
    /// many.
    package static let longest = 60.0

    /// A tool of which nothing is known yet.
    package init(tool: String) { self.tool = tool }

    /// The tools of a review, by what they are called; only steps that are sound count.
    /// - Throws: ``Volumes/VolumesError`` if a mask of its base is on another grid.
    package static func measure(_ session: LoadedSession) throws(VolumesError) -> [ToolEffort] {
        var review = try ReplayedSession(geometry: session.geometry, base: session.base)
        /// The edits that stand, and those that were taken back, each with the contour that it drew.
        var (standing, undone): ([Drawn], [Drawn]) = ([], [])
        var efforts: [String: ToolEffort] = [:]
        var before = session.session.begunAt
        for (entry, time) in zip(session.entries, session.times) {
            let old = review.masks[entry.structure]
            do throws(ReplayFailure) { try review.apply(entry) } catch { break }
            var tool = StepName.tool(of: entry.nameAndPart.name)
            switch entry.kind {
            case .edit:
                let path = try drawn(entry, old, review.masks[entry.structure], session.geometry)
                let isFirst = (entry.nameAndPart.part?.number ?? 1) == 1
                standing.append(Drawn(tool: tool, path: path, isFirst: isFirst))
                undone = []
            case .undo:
                guard let edit = standing.popLast() else { break }
                tool = edit.tool
                undone.append(edit)
            case .redo:
                guard let edit = undone.popLast() else { break }
                tool = edit.tool
                standing.append(edit)
            }
            efforts[tool, default: ToolEffort(tool: tool)].seconds += min(
                max(0, time.timeIntervalSince(before)), longest)
            before = time
        }
        for edit in standing {
            efforts[edit.tool, default: ToolEffort(tool: edit.tool)].add(edit)
        }
        return efforts.values.sorted { $0.tool < $1.tool }
    }

    private struct Drawn {
        let tool: String
        let path: Double
        /// Parts of one edit are one step.
        let isFirst: Bool
    }

    private mutating func add(_ edit: Drawn) {
        if edit.isFirst { steps += 1 }
        addedPathLength = Millimetres(addedPathLength.value + edit.path)
    }

    /// The contour that an edit drew on the slices that it changed, mm.
    private static func drawn(
        _ entry: JournalEntry, _ old: Mask?, _ new: Mask?, _ geometry: GridGeometry
    ) throws(VolumesError) -> Double {
        let slices = entry.patch.touchedSlices
        guard let new, !slices.isEmpty else { return 0 }
        let part = try GridGeometry(
            size: GridSize(x: geometry.size.x, y: geometry.size.y, z: slices.count), spacing: geometry.spacing)
        let nothing = MaskSlice(width: geometry.size.x, height: geometry.size.y)
        let before = try Mask(geometry: part, slices: slices.map { old?.slices[$0] ?? nothing })
        let after = try Mask(geometry: part, slices: slices.map { new.slices[$0] })
        return try AddedPathLength.measure(reference: after, test: before, tolerances: [0])[0].missing.value
    }

    /// The tools of corrections, as far as the journals know.
    /// - Returns: the tools of each correction whose review is there, and a sentence on each that is not, or not whole.
    /// - Throws: ``CaseStoreError``.
    package static func ofCorrections(
        _ summaries: [CorrectionSummary], in store: any CaseStoring
    ) throws -> (efforts: [CorrectionKey: [ToolEffort]], warnings: [String]) {
        var efforts: [CorrectionKey: [ToolEffort]] = [:]
        var warnings: [String] = []
        for summary in summaries {
            // One review of a case is open at a time, so that they were filed in the order in which they were begun.
            let filed = try store.sessions(of: summary.key.caseID).filter { $0.status == .filed }
            let what = "case \(summary.key.caseID) r\(summary.key.revision)"
            guard filed.indices.contains(summary.key.revision - 1),
                filed[summary.key.revision - 1].prediction == summary.prediction,
                filed[summary.key.revision - 1].reviewer == summary.reviewer
            else {
                warnings.append("\(what): its review is not known, so nothing of it is told by tool")
                continue
            }
            do {
                let loaded = try store.loadSession(filed[summary.key.revision - 1].id)
                efforts[summary.key] = try measure(loaded)
                if loaded.damage != nil {
                    warnings.append("\(what): its journal is damaged; by tool only what stands before is told")
                }
            } catch {
                warnings.append("\(what): its review cannot be read, so nothing of it is told by tool")
            }
        }
        return (efforts, warnings)
    }
}
