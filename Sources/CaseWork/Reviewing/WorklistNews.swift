import CaseStore
import Cases
import Foundation
import Lists

/// The lists of the worklist as the store has them at one time.
package struct WorklistNews: Sendable {
    /// A line for each case.
    package var entries: [WorklistEntry]
    /// Where each case's image is, in the order of ``entries``.
    package var sources: [CaseSource]
    /// The lists beside the cases, as far as they were read.
    package var lists: [WorklistPage: [ListLine]] = [:]
    /// When they were read, seconds since 1970.
    package var now: Double
    /// What could not be read.
    package var warning: String?

    /// Reads the lists: all cases of the store, and those of the command line that it does not know yet.
    /// - Parameter page: the list beside the cases that is looked at, which is read as well.
    package static func read(
        _ store: any CaseStoring, given: [CaseSource], page: WorklistPage
    ) throws -> WorklistNews {
        let list = try store.worklist()
        let now = Date()
        let deliveries = Dictionary(grouping: try store.deliveries(), by: \.last.key)
        let known = list.items.map(\.record.caseSource)
        let unopened = given.filter { source in !known.contains { $0.isSame(as: source) } }
        let titles = CaseSource.titles(of: known + unopened)
        var news = WorklistNews(
            entries: zip(list.items, titles).map { item, title in
                let sent = item.revision.flatMap { deliveries[CorrectionKey(caseID: item.record.id, revision: $0)] }
                return WorklistEntry(item, title: title, deliveries: sent ?? [], now: now)
            }
                + zip(unopened, titles.dropFirst(known.count)).map { WorklistEntry(unopened: $0, title: $1) },
            sources: known + unopened, now: now.timeIntervalSince1970)
        if !list.damaged.isEmpty {
            news.warning = "\(list.damaged.count) damaged records are not listed; pleura doctor says more"
        }
        switch page {
        case .cases: break
        case .corrections: news.lists[page] = try corrections(store, list.titles)
        }
        return news
    }

    private static func corrections(
        _ store: any CaseStoring, _ titles: [CaseID: String]
    ) throws -> [ListLine] {
        try store.corrections().corrections.map { ListLine($0, title: titles[$0.key.caseID] ?? "?") }
    }
}

extension Worklist {
    /// What each case is called among all cases of the store.
    package var titles: [CaseID: String] {
        let titles = CaseSource.titles(of: items.map(\.record.caseSource))
        return Dictionary(zip(items.map(\.record.id), titles)) { first, _ in first }
    }
}

extension ListLine {
    init(_ correction: CorrectionSummary, title: String) {
        let scores = correction.outcomes.map { outcome in
            "\(outcome.name) \(SurfaceDiceText.short(outcome.surfaceDiceAgainstPrediction))"
        }
        var status = correction.status.rawValue
        switch correction.approval?.verdict {
        case .requested: status = "awaiting"
        case .returned: status = "returned"
        case .approved, nil: break
        }
        if correction.isSuperseded { status += " (old)" }
        let tone: Tone =
            correction.isSuperseded
            ? .plain
            : correction.status == .rejected ? .bad : correction.approval?.allowsUse == false ? .warning : .good
        let minutes = Int((correction.activeSeconds / 60).rounded(.up))
        self.init(
            [
                title, "\(correction.key.revision)", status, scores.joined(separator: " "),
                "\(correction.slicesTouched.count)", "\(minutes) min", correction.reviewer,
                String(correction.filedAt.ISO8601Format().prefix(16)).replacingOccurrences(of: "T", with: " "),
            ], caseID: correction.key.caseID, tone: tone)
    }
}

extension WorklistEntry {
    /// A line for a case of which nothing is known but where it is.
    package init(unopened source: CaseSource, title: String) {
        self.init(
            caseID: CaseID(rawValue: source.seriesUID ?? source.url.path), title: title, status: .new,
            image: "not opened yet")
    }

    /// A line of the worklist as the store has it.
    /// - Parameter deliveries: those of its newest correction.
    package init(_ item: WorklistItem, title: String, deliveries: [Delivery] = [], now: Date) {
        let (size, step) = (item.record.geometry.size, item.record.geometry.spacing)
        let spacing = [step.x, step.y, step.z].map { String(format: "%.2f", $0) }.joined(separator: "×")
        self.init(
            caseID: item.record.id, title: title, status: item.status,
            image: "\(size.x)×\(size.y)×\(size.z) · \(spacing) mm", model: item.model?.rawValue,
            reviewer: item.reviewer,
            holder: item.heldBy.flatMap { held in held.expiresAt > now ? held.reviewer : nil })
        structures = item.structures
        assignee = item.assignee
        effortSeconds = item.revision == nil ? item.estimate?.effortSeconds : item.activeSeconds
        uncertainty = item.estimate?.uncertainty
        flag = item.flag.map { $0.comment.isEmpty ? $0.actor : "\($0.comment) (\($0.actor))" }
        touchedAt = item.touchedAt.timeIntervalSince1970
        delivery = WorklistDelivery(deliveries)
        switch item.status {
        case .deferred:
            note = item.deferral.map { "deferred by \($0.actor)" + ($0.comment.isEmpty ? "" : ": \($0.comment)") }
        case .returned: note = item.approval.map { "sent back by \($0.actor): \($0.comment)" }
        case .awaiting: note = "waiting for the approval of someone other than \(item.reviewer ?? "its author")"
        default: break
        }
    }
}

extension WorklistDelivery {
    /// What is said of the deliveries of one correction; `nil` of none.
    init?(_ deliveries: [Delivery]) {
        let ordered = deliveries.sorted { ($0.last.node, $0.last.form) < ($1.last.node, $1.last.form) }
        let failed = ordered.filter { !$0.isSent }
        if let first = failed.first {
            var reason = ""
            if case .failed(let why, _) = first.last.result { reason = why }
            let tries = first.attempts == 1 ? "" : ", tried \(first.attempts) times"
            self.init(text: "not sent to \(first.last.node) as \(first.last.form)\(tries): \(reason)", isFailure: true)
        } else if !ordered.isEmpty {
            let places = Dictionary(grouping: ordered, by: \.last.node).sorted { $0.key < $1.key }
            let said = places.map { "\($0.key) (\($0.value.map(\.last.form).joined(separator: ", ")))" }
            self.init(text: "sent to \(said.joined(separator: " and "))", isFailure: false)
        } else {
            return nil
        }
    }
}
