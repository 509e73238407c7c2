import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Volumes

/// What is known of one case, as `report --json` has it and as its page shows it.
package struct CaseReport: Encodable {
    /// A structure with its scores.
    struct Structure: Encodable {
        let name: String
        let tolerance: Double
        let millilitres: Double
        let proposedMillilitres: JSONNumber
        /// As `metrics MASK PROPOSAL` gives them, at the tolerance and at 0; missing where nobody has judged it.
        let scores: MetricsReport.Structure?

        enum CodingKeys: String, CodingKey {
            case name, scores
            case tolerance = "tolerance_mm"
            case millilitres = "ml"
            case proposedMillilitres = "proposed_ml"
        }

        init(_ structure: ReportedCase.Structure) {
            name = structure.name.rawValue
            tolerance = structure.tolerance.value
            millilitres = structure.mask.millilitres
            proposedMillilitres = JSONNumber(structure.proposal?.millilitres)
            scores = structure.scores.map { MetricsReport.Structure(name: structure.name, $0) }
        }
    }

    /// Where the approval by a second person stands.
    struct SecondPerson: Encodable {
        let verdict: String
        let by: String
        let at: Date
        let comment: String
    }

    /// What proposed the masks.
    struct Model: Encodable {
        let name: String
        /// Of the model's file; missing where none is known.
        let digest: String?
        let publishedAt: Date?
        let publishedBy: String?
        /// Markdown.
        let card: String?

        enum CodingKeys: String, CodingKey {
            case name, digest, card
            case publishedAt = "published_at"
            case publishedBy = "published_by"
        }
    }

    /// Which slice is pictured, and why.
    struct Picture: Encodable {
        let structure: String
        let plane: String
        let slice: Int
        let slices: Int
        /// `lowest-surface-dice`, `most-edited` or `largest`.
        let reason: String
        let surfaceDice: JSONNumber
        let editedVoxels: Int

        enum CodingKeys: String, CodingKey {
            case structure, plane, slice, slices, reason
            case surfaceDice = "slice_surface_dice"
            case editedVoxels = "edited_voxels"
        }

        init(_ picture: SlicePicture) {
            structure = picture.structure.rawValue
            plane = picture.plane.rawValue
            slice = picture.slice
            slices = picture.count
            editedVoxels = picture.editedVoxels
            surfaceDice = JSONNumber(picture.surfaceDice)
            reason =
                switch picture.reason {
                case .lowestScore: "lowest-surface-dice"
                case .mostEdited: "most-edited"
                case .largest: "largest"
                }
        }

        /// Why this slice was chosen, in words.
        var why: String {
            let score = surfaceDice.value.map { "slice surface Dice \(String(format: "%.3f", $0))" }
            let edited = "\(Plural.count(editedVoxels, "voxel")) edited"
            switch reason {
            case "lowest-surface-dice": return "lowest \(score ?? "score"); \(edited)"
            case "most-edited": return "most edited, \(Plural.count(editedVoxels, "voxel")); \(score ?? "no score")"
            default: return score == nil ? "largest here" : "unchanged; largest here"
            }
        }
    }

    let caseID: String
    let size: [Int]
    let spacing: [Double]
    let acquisition: AcquisitionReport
    let contentDigest: String
    /// `new`, `in-progress`, `accepted`, `corrected` or `rejected`.
    let status: String
    let revision: Int?
    let reviewer: String?
    let filedAt: Date?
    let reason: String?
    let activeSeconds: Double?
    let slicesSeen: Int?
    let slicesTouched: Int?
    let approval: SecondPerson?
    let model: Model
    let structures: [Structure]
    let doses: [DoseReport.Structure]?
    let pictures: [Picture]
    let history: [AuditStory.Entry]
    let madeAt: Date
    let software: String
    package let warnings: [String]

    enum CodingKeys: String, CodingKey {
        case size, status, acquisition, revision, reviewer, reason, approval, model, structures, doses, pictures,
            history, software
        case warnings
        case caseID = "case"
        case spacing = "spacing_mm"
        case contentDigest = "image_sha256"
        case filedAt = "filed_at"
        case activeSeconds = "active_seconds"
        case slicesSeen = "slices_seen"
        case slicesTouched = "slices_touched"
        case madeAt = "made_at"
    }

    /// A report.
    /// - Parameters:
    ///   - card: of the model that proposed; `nil` where its file is not installed.
    ///   - doses: where a dose was given.
    ///   - story: what the log says of the case.
    ///   - software: what makes the report.
    ///   - warnings: what there is to know; what the report finds out itself is added.
    package init(
        _ reported: ReportedCase, card: ModelCard?, doses: DoseReport?, story: AuditStory, madeAt: Date,
        software: String,
        warnings: [String]
    ) {
        let (record, prediction) = (reported.record, reported.prediction)
        let (grid, name) = (record.geometry, prediction.model.rawValue)
        caseID = record.id.rawValue
        size = [grid.size.x, grid.size.y, grid.size.z]
        spacing = [grid.spacing.x, grid.spacing.y, grid.spacing.z]
        acquisition = AcquisitionReport(reported.record)
        contentDigest = record.contentDigest
        var said = warnings
        switch reported.standing {
        case .filed(let correction, let approval):
            (status, revision) = (correction.status.rawValue, correction.revision)
            (reviewer, filedAt, reason) = (correction.reviewer, correction.filedAt, correction.reason)
            (activeSeconds, slicesTouched) = (correction.activeSeconds, correction.slicesTouched.count)
            slicesSeen = Set(correction.slicesSeen).union(correction.slicesTouched).count
            self.approval = approval.map {
                SecondPerson(verdict: $0.verdict.rawValue, by: $0.actor, at: $0.at, comment: $0.comment)
            }
        case .unfinished(let person, _, _):
            (status, reviewer) = (CaseStatus.inProgress.rawValue, person)
            (revision, filedAt, reason, activeSeconds) = (nil, nil, nil, nil)
            (slicesSeen, slicesTouched, self.approval) = (nil, nil, nil)
        case .unreviewed:
            status = CaseStatus.new.rawValue
            (revision, reviewer, filedAt, reason, activeSeconds) = (nil, nil, nil, nil, nil)
            (slicesSeen, slicesTouched, self.approval) = (nil, nil, nil)
        }
        let known = card?.version
        let isPublished = card?.isRegistered == true
        model = Model(
            name: name, digest: known?.digest, publishedAt: isPublished ? known?.createdAt : nil,
            publishedBy: isPublished ? known?.createdBy : nil, card: card?.text)
        if card == nil, prediction.model.version != nil {
            said.append("The file of \(name) is not installed here, so that there is no card of it.")
        }
        if let card, let asked = prediction.recipeDigest, (try? card.header.recipe.digest) != asked {
            said.append("\(name) as it is installed here has another recipe than the one that proposed these masks.")
        }
        structures = reported.structures.map(Structure.init)
        self.doses = doses?.structures
        pictures = reported.pictures.map(Picture.init)
        history = story.entries
        (self.madeAt, self.software, self.warnings) = (madeAt, software, said)
    }

    /// The verdict in a sentence, and whether the masks may be used: `nil` while nobody knows.
    var verdict: (text: String, isUsable: Bool?) {
        let by = (reviewer.map { " by \($0)" } ?? "") + (filedAt.map { ", \($0.ISO8601Format())" } ?? "")
        let which = revision.map { ", revision \($0)" } ?? ""
        switch status {
        case CorrectionStatus.rejected.rawValue:
            return ("Rejected\(by)\(which): \(reason ?? "no reason given"). Its masks must not be used.", false)
        case CaseStatus.new.rawValue:
            return ("Not reviewed. The masks are what \(model.name) proposed.", nil)
        case CaseStatus.inProgress.rawValue:
            return ("The review\(by) is not finished. The masks are as far as it has got.", nil)
        default:
            let own = "\(taken)\(by)\(which)." + (reason.map { " Comment: \($0)" } ?? "")
            guard let approval else { return (own, true) }
            let second = " by \(approval.by), \(approval.at.ISO8601Format())"
            let comment = approval.comment.isEmpty ? "" : ": \(approval.comment)"
            switch Approval.Verdict(rawValue: approval.verdict) {
            case .approved: return ("\(own) Approved\(second)\(comment).", true)
            case .returned: return ("\(own) Sent back\(second)\(comment). Its masks must not be used.", false)
            default: return ("\(own) It waits for a second person's approval.", nil)
            }
        }
    }

    /// How masks that were filed stand to what was proposed.
    private var taken: String {
        guard status == CorrectionStatus.accepted.rawValue || slicesTouched == 0 else {
            return "Corrected and accepted"
        }
        let hasAdded = structures.contains { $0.proposedMillilitres.value == nil }
        return "Accepted as proposed" + (hasAdded ? ", with structures added" : "")
    }

    /// For people at the terminal, in a line.
    package var line: String { verdict.text }
}
