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
                _ = try folder.settle(series, as: .ignored)
                // By the rules of before it may have been due.
                folder.conclude(series, cases: 0, failure: nil)
                say("series \(series.uid): ignored")
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
            folder.conclude(series, cases: 0, failure: reason)
            say("series \(series.uid): became no case. \(reason)")
        case .postponed(let reason): say("series \(series.uid): will be tried again. \(reason)")
        case .kept, .ignored: break
        }
    }

    private func register(
        _ series: CompleteSeries, in place: URL, _ route: ReviewRoute, rule: RoutingRule?
    ) -> Outcome {
        var (ids, remarks, failures): ([CaseID], [String], [String]) = ([], [], [])
        do {
            for source in try CaseSource.volumes(of: series.uid, in: place, repairs: []) {
                let label = source.volume.map { "volume \($0): " } ?? ""
                do {
                    let loaded = try LoadedCase.read(source).known(in: store)
                    try identity.register(loaded, by: actor)
                    ids.append(loaded.record.id)
                    remarks += try complete(loaded, route, rule: rule).map { label + $0 }
                } catch {
                    let reason = WorkError(error)
                    if reason.cause == .failed { return .postponed(label + reason.description) }
                    failures.append(label + reason.description)
                }
            }
        } catch {
            let reason = WorkError(error)
            return reason.cause == .failed ? .postponed(reason.description) : .failed(reason.description)
        }
        if let expected = series.expected, expected > series.count {
            let lack = "Only \(series.count) of \(expected) images that the sender announced came."
            if ids.isEmpty { failures.append(lack) } else { remarks.append(lack) }
        }
        return ids.isEmpty
            ? .failed(failures.joined(separator: " ")) : .registered(ids, remarks: failures + remarks)
    }

    /// Predicts a case and gives it to whoever is to read it, as far as that was not done.
    /// - Returns: what keeps it from having a prediction, for a reason that stays.
    private func complete(_ loaded: LoadedCase, _ route: ReviewRoute, rule: RoutingRule?) throws -> [String] {
        let id = loaded.record.id
        var remarks: [String] = []
        do {
            let notes = try predictor(route.model).propose(
                for: loaded, in: store, by: actor, keeping: route.structures.map { StructureName(rawValue: $0) },
                progress: { _, _ in })
            for note in loaded.record.warnings + notes { say("case \(id): note: \(note)") }
        } catch {
            let reason = WorkError(error)
            guard reason.cause == .input else { throw reason }
            remarks.append("Case \(id) has no prediction: \(reason.description)")
        }
        guard route.reader != nil || route.isUrgent else { return remarks }
        // What people decided meanwhile stays.
        let item = try store.worklist().items.first { $0.record.id == id }
        guard let item, item.status == .new else { return remarks }
        if let reader = route.reader, item.assignee == nil {
            try store.assign(id, to: reader, by: actor, now: Date())
        }
        if route.isUrgent, item.flag == nil {
            try store.mark(
                id, .flagged, comment: "urgent by rule “\(rule?.name ?? "")”", by: actor, now: Date())
        }
        return remarks
    }
}
