import Archive
import CaseStore
import CaseWork
import Cases
import Files
import Foundation
import Reports
import Settings

/// Sends corrections by themselves: the newest of each case, once it may be used, to where the case or the settings want
/// it. What could not be sent is kept with its reason and tried again.
package struct CorrectionDelivery: Sendable {
    private let store: any CaseStoring
    private let data: DataFolder
    private let conventions: StructureConventions
    private let settings: DeliverySettings
    private let actor: String
    private let archive: @Sendable (String) throws -> any ImageArchive

    /// A delivery from a store.
    /// - Parameters:
    ///   - settings: where the corrections of cases go of which nothing else was said.
    ///   - actor: who does it, for the log.
    ///   - archive: the archive of a name.
    package init(
        from store: any CaseStoring, data: DataFolder, conventions: StructureConventions, by settings: DeliverySettings,
        actor: String, archive: @escaping @Sendable (String) throws -> any ImageArchive
    ) {
        self.store = store
        self.data = data
        self.conventions = conventions
        self.settings = settings
        self.actor = actor
        self.archive = archive
    }

    /// Something that is to be sent.
    package struct Due: Hashable, Sendable {
        /// The correction.
        package let key: CorrectionKey
        /// The node and the form, by their names.
        package let node, form: String
        /// How often it was tried, and the last reason why it was not sent.
        package let attempts: Int
        package let reason: String?
        /// When its wait is over.
        package let from: Date
        /// Until when it is held back after a failure; `nil` if it is not.
        package let heldUntil: Date?

        func attempt(_ result: DeliveryAttempt.Result) -> DeliveryAttempt {
            DeliveryAttempt(key, to: node, as: form, result)
        }
    }

    /// How long nothing is tried after so many failures, seconds: a minute, five, twenty-five, then an hour.
    static func pause(after attempts: Int) -> TimeInterval {
        attempts == 0 ? 0 : min(60 * pow(5, Double(min(attempts, 9) - 1)), 3600)
    }

    /// What is to be sent now or later, the oldest correction first. A case that is under review again is not.
    package func waiting() throws -> [Due] {
        let items = Dictionary(try store.worklist().items.map { ($0.record.id, $0) }, uniquingKeysWith: { $1 })
        let routes = try store.deliveryRoutes()
        let deliveries = try store.deliveries()
        let sent = Dictionary(deliveries.map { (Target($0.last), $0) }, uniquingKeysWith: { $1 })
        // The newest attempt at each node says whether it answers.
        let newest = Dictionary(deliveries.map { ($0.last.node, $0) }, uniquingKeysWith: { $1 })
        var due: [Due] = []
        for correction in try store.corrections().corrections.reversed() {
            guard let item = items[correction.key.caseID], item.openSession == nil, !correction.isSuperseded,
                correction.status != .rejected, correction.approval?.allowsUse ?? true
            else { continue }
            let usableAt = correction.approval?.at ?? correction.filedAt
            guard let route = routes[item.record.id] ?? usualRoute(of: item.record, usableAt) else { continue }
            for form in route.forms {
                let earlier = sent[Target(key: correction.key, node: route.node, form: form)]
                guard earlier?.isSent != true else { continue }
                var reason: String?
                if case .failed(let why, _)? = earlier?.last.result { reason = why }
                due.append(
                    Due(
                        key: correction.key, node: route.node, form: form, attempts: earlier?.attempts ?? 0,
                        reason: reason, from: usableAt.addingTimeInterval(settings.wait),
                        heldUntil: Self.end(of: earlier, newest[route.node])))
            }
        }
        return due
    }

    /// Until when something is not tried again, after an attempt of its own or one at the same node; `nil` if it may be.
    /// Whom nobody reaches is not called for every correction, and once it answers, all that waited for it goes.
    private static func end(of earlier: Delivery?, _ newest: Delivery?) -> Date? {
        let relevant = newest?.wasSilent == true ? newest : earlier?.wasSilent == true ? nil : earlier
        return relevant.map { $0.at.addingTimeInterval(pause(after: $0.attempts)) }
    }

    private struct Target: Hashable {
        let key: CorrectionKey
        let node, form: String

        init(key: CorrectionKey, node: String, form: String) { (self.key, self.node, self.form) = (key, node, form) }
        init(_ attempt: DeliveryAttempt) { self.init(key: attempt.key, node: attempt.node, form: attempt.form) }
    }

    /// Where the settings send corrections of a case: those of DICOM images of a patient whom the node knows.
    private func usualRoute(of record: CaseRecord, _ usableAt: Date) -> DeliveryRoute? {
        guard !settings.node.isEmpty, let since = settings.since, usableAt >= since, record.seriesUID != nil,
            !Pseudonymised.holds(record, home: data.url)
        else { return nil }
        return DeliveryRoute(node: settings.node, forms: settings.forms)
    }

    /// Sends what is to be sent.
    /// - Parameters:
    ///   - isAsked: whether a person asks for it: what failed is tried again at once then.
    ///   - isStopped: asked before each; whether to leave the rest for later.
    /// - Throws: ``WorkError`` if another process is sending; ``CaseStoreError`` if the store cannot keep or tell what was
    ///   sent.
    package func run(
        isAsked: Bool, now: () -> Date = { Date() }, isStopped: () -> Bool = { false }
    ) throws -> DeliveryReport {
        let lock = try Lock(data)
        defer { withExtendedLifetime(lock) {} }
        var report = DeliveryReport()
        var silent: Set<String> = []
        let begun = now()
        for due in try waiting() {
            let isReady = due.from <= begun
            let isHeld = !isAsked && (due.heldUntil ?? begun) > begun
            guard isReady, !isHeld, !silent.contains(due.node), !isStopped() else {
                report.wait(isOverdue: isReady)
                continue
            }
            // What was opened again, filed anew or sent back while others were being sent is not sent.
            guard try isStill(due) else { continue }
            switch Result(catching: { try push(due) }) {
            case .success(let sent):
                try store.keep(due.attempt(.sent(object: sent.sopInstanceUID)), by: actor, now: now())
                report.sent.append(.init(due, sent))
            case .failure(let error):
                // Whatever is wrong with this one, the others go.
                let reason = WorkError(error).description
                let isSilent = error is ArchiveError && (try? archive(due.node).echo()) == nil
                if isSilent { silent.insert(due.node) }
                try store.keep(due.attempt(.failed(reason, isSilent: isSilent)), by: actor, now: now())
                report.failed.append(.init(due, reason: reason, isOfNode: error is ArchiveError))
            }
        }
        return report
    }

    /// Whether something is to be sent still.
    private func isStill(_ due: Due) throws -> Bool {
        try waiting().contains { ($0.key, $0.node, $0.form) == (due.key, due.node, due.form) }
    }

    private func push(_ due: Due) throws -> PushReport {
        guard let form = CorrectionForm(named: due.form) else {
            throw WorkError(
                "\(due.form) is not a form; there are \(DeliverySettings.knownForms.joined(separator: ", ")).")
        }
        var options = CorrectionPush.Options(form: form)
        options.approve = settings.approves && form == .masks(.rtstruct)
        options.patience = settings.commits ? 60 : nil
        let pushing = CorrectionPush(
            to: try archive(due.node), from: store, data: data, conventions: conventions)
        options.revision = due.key.revision
        let (report, isUncommitted) = try pushing.run(due.key.caseID.rawValue, options)
        guard !isUncommitted else {
            throw WorkError(
                "Node \(report.node) took the object and does not vouch for it. "
                    + report.warnings.joined(separator: " "),
                .failed)
        }
        return report
    }

    /// One delivery at a time: two would send the same twice.
    private final class Lock {
        private let file: Int32

        init(_ data: DataFolder) throws(WorkError) {
            let path = data.deliveryLock.path
            file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else {
                throw WorkError("\(path) cannot be made: \(String(cString: strerror(errno))).", .failed)
            }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                throw WorkError("Another process is sending corrections right now.", .failed)
            }
        }

        deinit { close(file) }
    }
}

extension DeliveryReport.Item {
    /// Something that is to be sent, and why it was not, if it was tried.
    package init(_ due: CorrectionDelivery.Due) {
        self.init(
            caseID: due.key.caseID.rawValue, revision: due.key.revision, node: due.node, form: due.form,
            error: due.reason, attempts: due.attempts)
    }

    fileprivate init(_ due: CorrectionDelivery.Due, _ sent: PushReport) {
        self.init(
            caseID: due.key.caseID.rawValue, revision: due.key.revision, node: due.node, form: due.form,
            sopInstanceUID: sent.sopInstanceUID, warnings: sent.warnings, remarks: sent.remarks,
            attempts: due.attempts + 1)
    }

    fileprivate init(_ due: CorrectionDelivery.Due, reason: String, isOfNode: Bool) {
        self.init(
            caseID: due.key.caseID.rawValue, revision: due.key.revision, node: due.node, form: due.form, error: reason,
            isOfNode: isOfNode, attempts: due.attempts + 1)
    }
}
