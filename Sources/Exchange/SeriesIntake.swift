import CaseStore
import CaseWork
import Cases
import Dicom
import Foundation
import ImageValues
import Routing
import Volumes

/// Makes cases of complete series, as the rules want it: registered, predicted, given to a reader.
package struct SeriesIntake {
    private let folder: IntakeFolder
    private let store: any CaseStoring
    private let identity: PatientIdentity
    private let actor: String
    /// The rules.
    package let rules: RoutingRules
    private let predictor: (String?) throws -> CasePredictor
    private let say: (String) -> Void

    /// An intake into a store.
    /// - Parameters:
    ///   - identity: says whose a case is.
    ///   - actor: who does it, for the log.
    ///   - predictor: who predicts by a model's name; `nil` for the model in use. Asked for each series.
    ///   - say: is told what happens, in lines without identity.
    package init(
        _ folder: IntakeFolder, into store: any CaseStoring, identity: PatientIdentity, by actor: String,
        rules: RoutingRules, predictor: @escaping (String?) throws -> CasePredictor, say: @escaping (String) -> Void
    ) {
        self.folder = folder
        self.store = store
        self.identity = identity
        self.actor = actor
        self.rules = rules
        self.predictor = predictor
        self.say = say
    }

    /// What became of a series.
    package enum Outcome: Hashable, Sendable {
        /// It is on the worklist as these cases; remarks say what went wrong beside.
        case registered([CaseID], remarks: [String])
        /// It is kept and is no CT.
        case kept
        /// A rule says that it becomes no case.
        case ignored
        /// It became no case, for a reason that stays.
        case failed(String)
        /// It is due still: something of this machine's is to blame.
        case postponed(String)
    }

    /// Whether a series goes before others.
    package func isUrgent(_ series: CompleteSeries) -> Bool {
        guard case .review(let route) = rules.decide(series.traits).action else { return false }
        return route.isUrgent
    }

    /// Takes a complete series wherever its rule wants it. May be called again for the same series after a crash.
    package func process(_ series: CompleteSeries) -> Outcome {
        let decision = rules.decide(series.traits)
        let name = decision.rule.map { "rule “\($0.name)”" } ?? "no rule"
        let why = series.isCounted ? "as many as its sender states" : "its study is quiet"
        say("series \(series.uid): complete with \(Plural.count(series.count, "object")) (\(why)); \(name)")
        do throws(WorkError) {
            guard case .review(let route) = decision.action else {
                let place = try folder.settle(series, as: .ignored)
                // By the rules of before it may have been due.
                folder.conclude(series, cases: 0, failure: nil)
                say("series \(series.uid): ignored; it lies in \(place.path)")
                return .ignored
            }
            guard series.isCT else {
                let place = try folder.settle(series, as: .kept)
                folder.conclude(series, cases: 0, failure: nil)
                say("series \(series.uid): kept in \(place.path); \(Self.kind(of: series)) becomes no case")
                return .kept
            }
            let place = try folder.settle(series, as: .due)
            let outcome = register(series, in: place, route, rule: decision.rule)
            tell(outcome, of: series)
            return outcome
        } catch {
            say("series \(series.uid): \(error.description)")
            return .postponed(error.description)
        }
    }

    /// What a series that is no CT is called where it is logged: a peer may have written anything there, even a name.
    private static func kind(of series: CompleteSeries) -> String {
        let modality = series.traits.modality
        let isPlain = modality.allSatisfy { "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ".contains($0) }
        return isPlain && !modality.isEmpty && modality.count <= 16 ? modality : "a series of an odd modality"
    }

    private func tell(_ outcome: Outcome, of series: CompleteSeries) {
        switch outcome {
        case .registered(let ids, let remarks):
            folder.conclude(series, cases: ids.count, failure: remarks.isEmpty ? nil : remarks.joined(separator: " "))
            let seconds = Date().timeIntervalSince(series.lastArrival)
            for id in ids {
                say("case \(id): on the worklist \(String(format: "%.1f", seconds)) s after its last object")
            }
            for remark in remarks { say("series \(series.uid): \(remark)") }
        case .failed(let reason):
            let isAgain = folder.conclude(series, cases: 0, failure: reason)
            say("series \(series.uid): became no case. \(reason)")
            if isAgain { say("series \(series.uid): comes again, with images that came while it was worked on") }
        case .postponed(let reason): say("series \(series.uid): will be tried again. \(reason)")
        case .kept, .ignored: break
        }
    }

    private func register(
        _ series: CompleteSeries, in place: URL, _ route: ReviewRoute, rule: RoutingRule?
    ) -> Outcome {
        var (ids, remarks, failures): ([CaseID], [String], [String]) = ([], [], [])
        var trouble: String?
        let doubts = doubts(of: series)
        do {
            for source in try CaseSource.volumes(of: series.uid, in: place, repairs: []) {
                let label = source.volume.map { "volume \($0): " } ?? ""
                do {
                    let loaded = try LoadedCase.read(source).known(in: store)
                    try identity.register(loaded, by: actor)
                    let id = loaded.record.id
                    ids.append(id)
                    // Tried again, what people decided since the first time stays.
                    let isFirst = !folder.isGiven(id, of: series.uid)
                    if isFirst { for note in loaded.record.warnings { say("case \(id): note: \(note)") } }
                    // Whatever keeps it from being predicted, somebody is to read it.
                    let prediction = Result { try predict(loaded, route) }
                    if isFirst {
                        try give(id, route, rule: rule, doubts: doubts)
                        try folder.noteGiven(id, of: series.uid)
                    }
                    remarks += try prediction.get().map { label + $0 }
                } catch {
                    let reason = WorkError(error)
                    if reason.cause == .failed {
                        trouble = trouble ?? label + reason.description
                    } else {
                        failures.append(label + reason.description)
                    }
                }
            }
        } catch {
            let reason = WorkError(error)
            if reason.cause == .input { return .failed(([reason.description] + doubts).joined(separator: " ")) }
            trouble = trouble ?? reason.description
        }
        if let trouble { return .postponed(trouble) }
        return ids.isEmpty
            ? .failed((failures + doubts).joined(separator: " "))
            : .registered(ids, remarks: failures + remarks + doubts)
    }

    /// Why a series may not be all that its sender has of it, one sentence each.
    private func doubts(of series: CompleteSeries) -> [String] {
        var doubts: [String] = []
        if let expected = series.expected, expected > series.count {
            doubts.append("Only \(series.count) of \(expected) images that the sender announced came.")
        }
        if series.isBrokenOff { doubts.append("Its transfer was broken off: images may be missing.") }
        if folder.lateCount(series.uid) > 0 { doubts.append(Self.late) }
        return doubts
    }

    private static let late = "Images came after its series was complete; they are not part of it."

    /// Predicts a case, as far as that was not done.
    /// - Returns: what keeps it from having a prediction, for a reason that stays.
    private func predict(_ loaded: LoadedCase, _ route: ReviewRoute) throws -> [String] {
        let id = loaded.record.id
        do {
            let notes = try predictor(route.model).propose(
                for: loaded, in: store, by: actor, keeping: route.structures.map { StructureName(rawValue: $0) },
                progress: { _, _ in })
            for note in notes { say("case \(id): note: \(note)") }
            return []
        } catch {
            let reason = WorkError(error)
            guard reason.cause == .input else { throw reason }
            return ["Case \(id) has no prediction: \(reason.description)"]
        }
    }

    /// Gives a case to whoever is to read it, and tells them what there is to doubt.
    private func give(_ id: CaseID, _ route: ReviewRoute, rule: RoutingRule?, doubts: [String]) throws {
        let item = try store.worklist().items.first { $0.record.id == id }
        // What people decided meanwhile stays.
        let isNew = item?.status == .new
        if isNew, let reader = route.reader, item?.assignee == nil {
            try store.assign(id, to: reader, by: actor, now: Date())
        }
        if let wanted = route.delivery, try store.deliveryRoutes()[id] == nil {
            let delivery = DeliveryRoute(node: wanted.node, forms: wanted.forms)
            try store.send(id, by: delivery, actor: actor, now: Date())
        }
        let urgency = "urgent by rule “\(rule?.name ?? "")”"
        try flag(id, (isNew && route.isUrgent && item?.flag == nil ? [urgency] : []) + doubts, before: item?.flag)
    }

    /// Flags a case, with what was said of it before.
    private func flag(_ id: CaseID, _ sentences: [String], before: CaseMark?) throws {
        let said = before?.comment ?? ""
        let new = sentences.filter { !said.contains($0) }
        guard !new.isEmpty else { return }
        let comment = ([said] + new).filter { !$0.isEmpty }.joined(separator: "; ")
        try store.mark(id, .flagged, comment: comment, by: actor, now: Date())
    }

    /// Tells the readers of a series' cases, by a flag, that images came late; does nothing where they know, or there is no
    /// case.
    /// - Returns: whether it was done, rather than the store or the disk in the way.
    package func tellLate(of series: String) -> Bool {
        let count = folder.lateCount(series)
        guard count > folder.toldLateCount(series) else { return true }
        do {
            let cases = try store.worklist().items.filter { $0.record.seriesUID == series }
            for item in cases { try flag(item.record.id, [Self.late], before: item.flag) }
            if !cases.isEmpty { try folder.noteTold(late: count, of: series) }
            return true
        } catch {
            say("series \(series): its readers could not be told of images that came late. \(WorkError(error))")
            return false
        }
    }
}
