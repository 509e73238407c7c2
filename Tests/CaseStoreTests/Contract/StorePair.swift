import Cases
import Foundation
import SQLiteStore
import TestSupport
import Testing
import Volumes

@testable import CaseStore

/// A store of each kind, and what has been made in both.
struct StorePair {
    let (sqlite, memory): (StoreUnderTest, StoreUnderTest)
    let geometry: GridGeometry
    let hasher = PatientHasher(key: Array(0..<32))
    let file: URL
    var generator: SeededGenerator
    var clock = 100.0
    var leases: [CaseLease] = []
    var jobLeases: [JobLease] = []
    var sessions: [SessionID] = [SessionID(rawValue: 99)]
    var predictions: [PredictionID] = [PredictionID(rawValue: "none")]
    var corrections: [CorrectionKey] = [CorrectionKey(caseID: CaseID(rawValue: "1"), revision: 7)]
    var readings: [CaseID] = []
    /// How often each operation gave a value.
    var done: [String: Int] = [:]
    var refused = 0
    var mismatches: [String] = []

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        (sqlite, memory) = (try StoreUnderTest(.sqlite), try StoreUnderTest(.memory))
        file = sqlite.folder.file("candidate.safetensors")
        geometry = try GridGeometry(size: GridSize(x: 16, y: 3, z: 3), spacing: Spacing(x: 1, y: 1, z: 3))
    }

    private var now: Date { Fixture.time(clock) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func one<T>(of values: [T]) -> T? { values.randomElement(using: &generator) }
    private mutating func person() -> String { ["ana", "ben", "cem"][number(0..<3)] }
    private mutating func caseID() -> CaseID {
        if !readings.isEmpty, number(0..<6) == 0 { return readings[number(0..<readings.count)] }
        return CaseID(rawValue: String(number(1..<5)))
    }

    /// Asks both stores; they must give the same value or the same error.
    @discardableResult
    mutating func ask<T: Equatable>(_ what: String, _ body: (any CaseStoring) throws -> T) -> T? {
        func answer(_ store: any CaseStoring) -> Result<T, CaseStoreError> {
            do { return .success(try body(store)) } catch let error as CaseStoreError {
                return .failure(error)
            } catch { return .failure(.failed(operation: what, reason: "\(error)")) }
        }
        let (file, other) = (answer(sqlite.store), answer(memory.store))
        if file != other {
            mismatches.append(what)
            Issue.record("\(what): \(file) and \(other)")
        }
        switch file {
        case .success(let value):
            done[what, default: 0] += 1
            return value
        case .failure:
            refused += 1
            return nil
        }
    }

    mutating func doSomething() throws {
        // Mostly forwards; now and then a clock is set back.
        clock += number(0..<20) == 0 ? -Double(number(0..<400)) : Double(number(0..<40))
        clock = max(clock, 1)
        switch number(0..<16) {
        case 0: registerCase()
        case 1: openCase()
        case 2: try predict()
        case 3, 4: beginOrEnd()
        case 5, 6, 7, 8: try write()
        case 9, 10: try fileReview()
        case 11, 12: workOnJobs()
        case 13: try handleModels()
        default: workTogether()
        }
    }

    private mutating func registerCase() {
        var record = Fixture.record(
            String(number(1..<5)), digest: number(0..<8) == 0 ? "bb" : "aa", geometry: geometry)
        if number(0..<2) > 0 { (record.place, record.repairs) = ("ph", [.gaps]) }
        let (who, now) = (person(), now)
        let patient = hasher.hash("patient \(number(0..<3))")
        let id = caseID()
        switch number(0..<3) {
        case 0: ask("register") { [record] in try $0.register(record, by: who, now: now) }
        case 1:
            ask("register of patient") { [record] in
                try $0.register(record, of: patient, holdOutShare: 0.2, by: who, now: now)
            }
        default: ask("assign patient") { try $0.assignPatient(patient, to: id, holdOutShare: 0.2, by: who, now: now) }
        }
    }

    private mutating func openCase() {
        let (id, who, now) = (caseID(), person(), now)
        let (holder, gone) = ("host/\(number(0..<3))", number(0..<3) == 0 ? "host/1" : nil)
        let lease = one(of: leases)
        switch number(0..<5) {
        case 0:
            if let lease {
                list(lease, at: now)
                if let renewed = ask("renew", { try $0.renew(lease, now: now) }) { leases.append(renewed) }
            }
        case 1:
            if let lease {
                ask("release") {
                    try $0.release(lease); return true
                }
            }
        default:
            let lease = ask("open") {
                try $0.openForWriting(id, reviewer: who, holder: holder, replacing: gone, now: now, duration: 60)
            }
            if let lease { leases.append(lease) }
        }
    }

    private mutating func predict() throws {
        let (id, who, now, from) = (caseID(), person(), now, number(0..<12))
        let grid =
            number(0..<10) == 0 ? try GridGeometry(size: geometry.size, spacing: Spacing(x: 2, y: 1, z: 3)) : geometry
        let prediction = Prediction(
            model: .baseline, recipeDigest: from % 4 == 0 ? "r\(from)" : nil,
            masks: [.lungLeft: Mask(geometry: grid) { $0.x > from }], preprocessing: ["body"],
            notes: from % 5 == 0 ? ["odd"] : [], uncertainty: from % 3 == 0 ? try .small() : nil)
        let isProposed = number(0..<4) > 0
        let saved = ask(isProposed ? "save prediction" : "keep prediction") {
            isProposed
                ? try $0.save(prediction, for: id, by: who, now: now)
                : try $0.keep(prediction, for: id, by: who, now: now)
        }
        if let saved { predictions.append(saved) }
        ask("newest prediction") { try $0.newestPrediction(for: id) }
        if let any = one(of: predictions) {
            ask("prediction") { try $0.prediction(any) }
            let estimate = CaseEstimate(effortSeconds: Double(from), uncertainty: from > 10 ? 2 : nil)
            ask("estimate") {
                try $0.save(estimate, of: any, for: id, now: now); return true
            }
        }
    }

    private mutating func beginOrEnd() {
        guard let lease = leases.suffix(6).randomElement(using: &generator), let any = one(of: sessions.suffix(5))
        else { return }
        let (now, count) = (now, number(0..<4))
        let newest = try? sqlite.store.newestPrediction(for: lease.caseID)
        let choice = number(0..<8)
        // Mostly a review that it can be done to.
        let (open, aside) = (
            try? sqlite.store.openSession(of: lease.caseID), try? sqlite.store.putAsideSessions(of: lease.caseID)
        )
        let fitting = choice == 1 ? aside?.first?.session.id : open?.id
        let session = number(0..<4) > 0 ? fitting ?? any : any
        switch choice {
        case 0:
            ask("abandon") {
                try $0.abandon(session, reason: "r", lease: lease, now: now); return true
            }
        case 1: note(ask("restore") { try $0.restore(session, lease: lease, now: now) })
        case 2: note(ask("salvage") { try $0.salvage(session, keeping: count, lease: lease, now: now) })
        case 3: note(ask("reopen") { try $0.beginSession(on: .correction(revision: 1), lease: lease, now: now) })
        default:
            guard let prediction = newest ?? predictions.last else { return }
            note(ask("begin") { try $0.beginSession(on: .prediction(prediction), lease: lease, now: now) })
        }
    }

    private mutating func note(_ session: SessionID?) { if let session { sessions.append(session) } }

    /// The lease and the unfinished review of a case, with its masks.
    private mutating func review() throws -> (lease: CaseLease, session: ReviewSession, review: ReplayedSession)? {
        guard let lease = leases.suffix(5).randomElement(using: &generator),
            let session = try sqlite.store.openSession(of: lease.caseID)
        else { return nil }
        return (lease, session, try sqlite.store.loadSession(session.id).replayed().review)
    }

    private mutating func write() throws {
        guard let (lease, session, review) = try review() else { return }
        let (now, z, y) = (now, number(0..<3), number(0..<3))
        let columns = number(0..<8)..<number(9..<16)
        let choice = number(0..<6)
        var entry: JournalEntry
        func step(_ kind: JournalEntry.Kind, _ structure: StructureName, _ patch: MaskPatch) -> JournalEntry {
            var after = review.masks[structure] ?? Mask(geometry: geometry)
            try? after.apply(patch)
            return JournalEntry(
                kind: kind, structure: structure, name: "brush", slice: z, patch: patch,
                digestAfter: after.digest(ofSlicesTouchedBy: patch),
                part: choice == 3 ? EditPart(1 + y % 2, of: 2) : nil)
        }
        if choice == 0, let last = review.standing.last {
            entry = step(.undo, last.structure, last.patch)
        } else if choice == 1, let last = review.redoable.last {
            entry = step(.redo, last.structure, last.patch)
        } else {
            let structure: StructureName = choice == 2 ? .heart : .lungLeft
            let old = review.masks[structure] ?? Mask(geometry: geometry)
            var new = old
            for x in columns { new[VoxelIndex(x: x, y: y, z: z)].toggle() }
            entry = step(.edit, structure, try MaskPatch(from: old, to: new))
        }
        // Now and then a wrong number.
        let sequence = session.journalLength + (number(0..<8) == 0 ? number(0..<3) : 1)
        let state = number(0..<2) == 0 ? SessionState(currentSlice: z, activeSeconds: clock) : nil
        let repeats = number(0..<4) == 0 ? 2 : 1
        for _ in 0..<repeats {
            ask("append") {
                try $0.append([entry], from: sequence, to: session.id, lease: lease, state: state, now: now)
                return true
            }
        }
        ask("save state") {
            try $0.saveState(SessionState(seenSlices: [z]), of: session.id, lease: lease, now: now)
            return true
        }
        ask("load") { try $0.loadSession(session.id) }
    }

    private mutating func fileReview() throws {
        guard let (lease, session, review) = try review() else { return }
        let now = now
        let status: CorrectionStatus = [.corrected, .accepted, .rejected, .corrected][number(0..<4)]
        var draft = CorrectionDraft(
            status: status, masks: review.masks, outcomes: [], slicesTouched: [0], slicesSeen: [0, 1],
            activeSeconds: clock, needsApproval: number(0..<3) == 0)
        if number(0..<6) == 0 { draft.masks = [:] }
        if number(0..<10) == 0 { draft.slicesSeen = [3] }
        let length = session.journalLength + (number(0..<8) == 0 ? 1 : 0)
        let filed = ask("file") { [draft] in
            try $0.file(draft, of: session.id, expectedLength: length, lease: lease, now: now)
        }
        if let filed { corrections.append(CorrectionKey(caseID: filed.caseID, revision: filed.revision)) }
    }

    private mutating func workOnJobs() {
        let (who, now, clock) = (person(), now, clock)
        let id = Int64(number(1..<6))
        let anyModel = ModelName(base: ["lungs", "heart"][number(0..<2)], version: number(1..<3))
        guard let key = one(of: corrections.suffix(3)),
            let lease = one(of: jobLeases.suffix(number(0..<4) > 0 ? 1 : 3)),
            number(0..<3) > 0
        else {
            if let key = one(of: corrections.suffix(3)) {
                ask("add job") { try $0.addJob(model: anyModel, corrections: [key], by: who, now: now) }
            }
            let (gone, maximum) = (number(0..<4) == 0, number(1..<4))
            let lease = ask("take job") {
                try $0.takeJob(
                    by: "worker/\(who)", isGone: { _ in gone }, maximumAttempts: maximum, now: now, duration: 60)
            }
            if let lease, let lease { jobLeases.append(lease) }
            return
        }
        // Mostly a state that may follow, and a model that there is.
        let job = try? sqlite.store.jobs().first { $0.id == lease.job.id }
        let following = JobState.allCases.filter { state in
            guard let now = job?.state else { return false }
            return now.successors.contains(state) && [.training, .evaluating].contains(state)
        }
        let states = number(0..<4) > 0 && !following.isEmpty ? following : JobState.allCases
        let model =
            (try? sqlite.store.models().first { $0.name.base == job?.model.base }?.name).flatMap {
                number(0..<4) > 0 ? $0 : nil
            } ?? anyModel
        let (next, share) = (states[number(0..<states.count)], Double(number(0..<12)) / 10)
        let telemetry = JobTelemetry(epoch: number(0..<5), activity: "training")
        let isPromoted = number(0..<2) == 0
        // What is judged is mostly ended.
        let choice = number(0..<8)
        switch job?.state == .evaluating && choice > 4 ? 4 : choice {
        case 0: ask("heartbeat") { try $0.heartbeat(lease, progress: share, telemetry: telemetry, now: now) }
        case 1: ask("cancel") { try $0.cancelJob(id, by: who, now: now) }
        case 2: ask("retry") { try $0.retryJob(id, by: who, now: now) }
        case 3:
            ask("give back") {
                try $0.giveBack(lease, reason: "later", notBefore: Fixture.time(clock + 50), now: now)
                return true
            }
        case 4:
            ask("conclude") {
                try $0.conclude(lease, candidate: model, isPromoted: isPromoted, result: "r", now: now)
                return true
            }
        case 5:
            let report = ReplayReport(job: id, before: model, after: model, cases: [])
            ask("save replay") {
                try $0.save(report, now: now); return true
            }
            ask("replay") { try $0.replay(ofJob: id) }
        default:
            ask("move") {
                try $0.move(lease, to: next, progress: min(1, share), result: key.subject, now: now)
                return true
            }
        }
    }

    private mutating func handleModels() throws {
        let (who, now, base) = (person(), now, ["lungs", "heart", "a@b"][number(0..<3)])
        try Data("weights \(number(0..<4))".utf8).write(to: file)
        let lineage = ModelLineage(parent: nil, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s")
        let report = GateReport(
            passes: number(0..<2) == 0, reasons: ["worse"], holdOut: [], corrected: [], margin: 0.1, confidence: 0.9)
        let name = ModelName(base: base, version: number(1..<4))
        let reason = [nil, " ", "looked at"][number(0..<3)]
        let file = file
        ask("publish") {
            try $0.publish(file, as: base, lineage: lineage, evaluation: report, by: who, now: now)
        }
        ask("promote") { try $0.promote(name, reason: reason, by: who, now: now) }
        if number(0..<3) == 0 { ask("roll back") { try $0.rollback(base, reason: reason, by: who, now: now) } }
        ask("model") { try $0.model(ModelName(rawValue: base)) }
    }

    private mutating func workTogether() {
        let (id, who, now) = (caseID(), person(), now)
        let comment = ["", "see slice 3"][number(0..<2)]
        let assignee = [nil, "ana", ""][number(0..<3)]
        let mark = [CaseMark.Kind.deferred, .flagged, .unflagged][number(0..<3)]
        let verdict = [Approval.Verdict.approved, .returned, .requested][number(0..<3)]
        let key = one(of: corrections.suffix(3))
        let role = PersonRole.allCases[number(0..<3)]
        switch number(0..<8) {
        case 7: deliver(id, key, by: who, at: now)
        case 0:
            ask("assign") {
                try $0.assign(id, to: assignee, by: who, now: now); return true
            }
        case 1, 2:
            ask("mark") {
                try $0.mark(id, mark, comment: comment, by: who, now: now); return true
            }
        case 3:
            if let reading = ask("begin reading", { try $0.beginReading(of: id, by: who, now: now) }) {
                readings.append(reading)
            }
        case 4:
            if number(0..<4) == 0 {
                ask("give role") {
                    try $0.give(role, to: who, by: who, now: now); return true
                }
            }
        default:
            if let key {
                ask("judge") {
                    try $0.judge(key, verdict, comment: comment, by: who, now: now); return true
                }
                ask("approval") { try $0.approval(of: key) }
            }
        }
        ask("worklist") { try $0.worklist() }
    }

    mutating func compareEverything() throws {
        ask("worklist") { try $0.worklist() }
        ask("corrections") { try $0.corrections() }
        ask("deliveries") { try $0.deliveries() }
        ask("delivery routes") { try $0.deliveryRoutes() }
        ask("jobs") { try $0.jobs() }
        ask("models") { try $0.models() }
        ask("promotions") { try $0.promotions() }
        ask("patients") { try $0.patients() }
        ask("roles") { try $0.roles() }
        ask("own role") { try $0.ownRole() }
        ask("log") { try $0.audit(after: 3, limit: 10_000) }
        ask("log verdict") { try $0.verifyAudit() }
        for id in (1..<5).map({ CaseID(rawValue: String($0)) }) + readings {
            ask("record") { try $0.caseRecord(id) }
            ask("find") { try $0.findCase(id.rawValue) }
            ask("patient's role") { try $0.role(of: id) }
            ask("sessions") { try $0.sessions(of: id) }
            ask("open session") { try $0.openSession(of: id) }
            ask("put aside") { try $0.putAsideSessions(of: id) }
            ask("readings") { try $0.readings(of: id) }
            ask("newest correction") { try $0.newestCorrection(of: id) }
            for session in (try? sqlite.store.sessions(of: id)) ?? [] {
                ask("load") { try $0.loadSession(session.id) }
            }
        }
        for key in corrections { ask("correction") { try $0.correction(key) } }
        #expect(try sqlite.store.verifyAudit().isIntact)
    }
}
