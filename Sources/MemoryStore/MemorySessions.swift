import CaseStore
import Cases
import Foundation
import Volumes

extension MemoryCaseStore {
    /// See ``CaseStoring/beginSession(on:lease:now:)``.
    package func beginSession(
        on base: SessionBase, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write(.sessions) { state throws(CaseStoreError) in
            try state.require(lease)
            let id = lease.caseID
            if let open = state.openSession(of: id) {
                throw .sessionStillOpen(id, MemoryState.sessionID(open))
            }
            var startsFrom: Int?
            let prediction: PredictionID
            switch base {
            case .prediction(let chosen): prediction = chosen
            case .correction(let revision):
                startsFrom = revision
                prediction = try state.summary(CorrectionKey(caseID: id, revision: revision)).prediction
            }
            let session = try state.insertSession(prediction, startsFrom, lease, at)
            try state.log(
                at, lease.reviewer, .sessionBegun, .session(session, of: id),
                ["prediction": prediction.rawValue, "startsFrom": startsFrom.map(String.init) ?? "prediction"])
            return session
        }
    }

    /// See ``CaseStoring/openSession(of:)``.
    package func openSession(of id: CaseID) throws(CaseStoreError) -> ReviewSession? {
        try read { state throws(CaseStoreError) in state.openSession(of: id).map(state.session) }
    }

    /// See ``CaseStoring/sessions(of:)``.
    package func sessions(of id: CaseID) throws(CaseStoreError) -> [ReviewSession] {
        try read { state throws(CaseStoreError) in
            state.sessions.indices.filter { state.sessions[$0].caseID == id }.map(state.session)
        }
    }

    /// See ``CaseStoring/loadSession(_:)``.
    package func loadSession(_ id: SessionID) throws(CaseStoreError) -> LoadedSession {
        try read { state throws(CaseStoreError) in try state.loadSession(id) }
    }

    /// See ``CaseStoring/append(_:from:to:lease:state:now:)``.
    package func append(
        _ entries: [JournalEntry], from sequence: Int, to session: SessionID, lease: CaseLease,
        state saved: SessionState?, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write(.journal) { state throws(CaseStoreError) in
            let index = try state.requireOpen(session, lease)
            try JournalRules.require(entries, on: state.requireCase(lease.caseID).record.geometry.size)
            let length = state.sessions[index].steps.count
            let isWritten =
                JournalRules.mayBeWritten(entries.count, from: sequence, length: length)
                && state.sessions[index].steps[(sequence - 1)...].map(\.step.entry) == entries
            if !isWritten {
                try JournalRules.requireNext(sequence, behind: length, of: session)
                for (i, entry) in entries.enumerated() {
                    state.insert(
                        JournalStep(
                            session: session, sequence: sequence + i, entry: entry, patch: entry.patch.encoded(),
                            reviewer: lease.reviewer, writtenAt: at), at: index)
                }
            }
            if let saved { state.sessions[index].state = saved }
        }
    }

    /// See ``CaseStoring/saveState(_:of:lease:now:)``.
    package func saveState(
        _ saved: SessionState, of session: SessionID, lease: CaseLease, now: Date
    ) throws(CaseStoreError) {
        _ = try StoredTime.encode(now)
        try write(.sessionStates) { state throws(CaseStoreError) in
            let index = try state.requireOpen(session, lease)
            state.sessions[index].state = saved
        }
    }

    /// See ``CaseStoring/abandon(_:reason:lease:now:)``.
    package func abandon(
        _ session: SessionID, reason: String, lease: CaseLease, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write(.sessions) { state throws(CaseStoreError) in
            let index = try state.requireOpen(session, lease)
            try state.abandon(index, reason: reason, lease, at)
        }
    }

    /// See ``CaseStoring/putAsideSessions(of:)``.
    package func putAsideSessions(of id: CaseID) throws(CaseStoreError) -> [PutAsideSession] {
        try read { state throws(CaseStoreError) in
            _ = try state.requireCase(id)
            let found = state.sessions.indices.filter {
                let session = state.sessions[$0]
                return session.caseID == id && session.status == .abandoned && !session.steps.isEmpty
            }
            let newestFirst = found.sorted {
                (state.sessions[$0].touchedAt, $0) > (state.sessions[$1].touchedAt, $1)
            }
            return newestFirst.map { index in
                let session = state.sessions[index]
                let standing = JournalRules.standingEdits(
                    session.steps.map(\.step.entry).map {
                        StepOutline(kind: $0.kind, name: $0.name, slice: $0.slice, part: $0.part?.number)
                    })
                return PutAsideSession(
                    session: state.session(index), putAsideAt: StoredTime.decode(session.touchedAt),
                    edits: standing.count, slices: Set(standing).sorted())
            }
        }
    }

    /// See ``CaseStoring/restore(_:lease:now:)``.
    package func restore(_ session: SessionID, lease: CaseLease, now: Date) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write(.sessions) { state throws(CaseStoreError) in
            try state.require(lease)
            let old = state.session(try state.sessionIndex(session))
            guard old.caseID == lease.caseID else { throw .noSuchSession(session) }
            guard old.status == .abandoned else { throw .notPutAside(session, old.status) }
            let loaded = try state.loadSession(session)
            let (review, damage) = try loaded.replayed()
            if let open = state.openSession(of: lease.caseID) {
                try state.abandon(open, reason: "session \(session) was restored in its place", lease, at)
            }
            return try state.copy(loaded, steps: review.length, .sessionRestored, damage, lease, at)
        }
    }

    /// See ``CaseStoring/salvage(_:keeping:lease:now:)``.
    package func salvage(
        _ session: SessionID, keeping count: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write(.sessions) { state throws(CaseStoreError) in
            let index = try state.requireOpen(session, lease)
            let loaded = try state.loadSession(session)
            let damage = try loaded.requireSound(count)
            state.close(index, as: .abandoned, at)
            return try state.copy(loaded, steps: count, .sessionSalvaged, damage, lease, at)
        }
    }
}

extension MemoryState {
    static func sessionID(_ index: Int) -> SessionID { SessionID(rawValue: Int64(index + 1)) }

    func sessionIndex(_ id: SessionID) throws(CaseStoreError) -> Int {
        guard let index = Int(exactly: id.rawValue), sessions.indices.contains(index - 1) else {
            throw .noSuchSession(id)
        }
        return index - 1
    }

    func openSession(of id: CaseID) -> Int? {
        sessions.firstIndex { $0.caseID == id && $0.status == .open }
    }

    func session(_ index: Int) -> ReviewSession {
        let session = sessions[index]
        return ReviewSession(
            id: Self.sessionID(index), caseID: session.caseID, prediction: session.prediction,
            startsFrom: session.startsFrom, reviewer: session.reviewer, begunAt: StoredTime.decode(session.begunAt),
            status: session.status, journalLength: session.steps.count)
    }

    /// The session's place, if the lease is its case's newest and it is open.
    func requireOpen(_ id: SessionID, _ lease: CaseLease) throws(CaseStoreError) -> Int {
        try require(lease)
        let index = try sessionIndex(id)
        try JournalRules.requireOpen(session(index), of: lease.caseID)
        return index
    }

    mutating func insertSession(
        _ prediction: PredictionID, _ startsFrom: Int?, _ lease: CaseLease, _ at: Int64
    ) throws(CaseStoreError) -> SessionID {
        try requirePrediction(prediction, of: lease.caseID)
        sessions.append(
            Session(
                caseID: lease.caseID, prediction: prediction, startsFrom: startsFrom, reviewer: lease.reviewer,
                begunAt: at, touchedAt: at))
        return Self.sessionID(sessions.count - 1)
    }

    mutating func insert(_ step: JournalStep, at index: Int) {
        sessions[index].steps.append((step, step.hash(behind: sessions[index].lastHash)))
        sessions[index].touchedAt = step.writtenAt
    }

    mutating func close(_ index: Int, as status: SessionStatus, _ at: Int64) {
        sessions[index].status = status
        sessions[index].touchedAt = at
    }

    mutating func abandon(
        _ index: Int, reason: String, _ lease: CaseLease, _ at: Int64
    ) throws(CaseStoreError) {
        close(index, as: .abandoned, at)
        try log(
            at, lease.reviewer, .sessionAbandoned, .session(Self.sessionID(index), of: lease.caseID),
            [
                "reason": reason, "journalLength": String(sessions[index].steps.count),
                "journalHash": sessions[index].lastHash,
            ])
    }

    /// Begins a session with the first steps of another, and with where that one was left.
    mutating func copy(
        _ loaded: LoadedSession, steps count: Int, _ action: AuditAction, _ damage: JournalDamage?,
        _ lease: CaseLease, _ at: Int64
    ) throws(CaseStoreError) -> SessionID {
        let old = loaded.session
        let fresh = try insertSession(old.prediction, old.startsFrom, lease, at)
        let (from, to) = (try sessionIndex(old.id), try sessionIndex(fresh))
        for each in sessions[from].steps.prefix(count) { insert(each.step.moved(to: fresh), at: to) }
        sessions[to].state = loaded.state
        try log(
            at, lease.reviewer, action, .session(old.id, of: lease.caseID),
            [
                "into": fresh.description, "kept": String(count), "journalLength": String(old.journalLength),
                "journalHash": sessions[from].lastHash, "damage": damage?.description ?? "none",
            ])
        return fresh
    }

    func loadSession(_ id: SessionID) throws(CaseStoreError) -> LoadedSession {
        let index = try sessionIndex(id)
        let session = session(index)
        let reference = try prediction(session.prediction)
        let geometry = try requireCase(session.caseID).record.geometry
        var correction: Cases.Correction?
        if let revision = session.startsFrom {
            correction = try self.correction(CorrectionKey(caseID: session.caseID, revision: revision))
        }
        var reader = JournalReader(session)
        var damage: JournalDamage?
        for each in sessions[index].steps where damage == nil { damage = reader.read(each.step, hash: each.hash) }
        if damage == nil { damage = reader.end(hash: sessions[index].lastHash) }
        return LoadedSession(
            session: session, geometry: geometry, reference: reference,
            base: LoadedSession.base(reference, correction, on: geometry), entries: reader.entries,
            times: reader.times, damage: damage,
            state: sessions[index].state ?? SessionState(), stateDamage: nil)
    }
}
