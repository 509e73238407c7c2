import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``JobStoring/addJob(model:corrections:by:now:)``.
    package func addJob(
        model: ModelName, corrections: [CorrectionKey], by actor: String, now: Date
    ) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        try JobRules.require(corrections)
        return try write(.jobs) { state throws(CaseStoreError) in
            try state.requireTrainable(corrections)
            let waiting = state.jobs.firstIndex {
                $0.state == .queued && $0.model == model && Set($0.corrections) == Set(corrections)
            }
            if let waiting { return state.job(at: waiting) }
            state.jobs.append(
                MemoryState.QueuedJob(model: model, corrections: corrections, queuedAt: at, changedAt: at))
            try state.log(
                at, actor, .jobQueued, .job(Int64(state.jobs.count)),
                ["model": model.rawValue, "corrections": String(corrections.count)])
            return state.job(at: state.jobs.count - 1)
        }
    }

    /// See ``JobStoring/jobs()``.
    package func jobs() throws(CaseStoreError) -> [Job] {
        try read { state throws(CaseStoreError) in state.jobs.indices.map(state.job) }
    }

    /// See ``JobStoring/job(_:)``.
    package func job(_ id: Int64) throws(CaseStoreError) -> Job {
        try read { state throws(CaseStoreError) in state.job(at: try state.jobIndex(id)) }
    }

    /// See ``JobStoring/cancelJob(_:by:now:)``.
    package func cancelJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        return try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.jobIndex(id)
            let job = state.job(at: index)
            if job.state == .queued {
                try state.set(index, to: .cancelled, result: JobRules.cancelled(by: actor), actor, at)
            } else if job.state.isRunning {
                if job.cancelRequestedBy == nil {
                    state.jobs[index].cancelRequestedBy = actor
                    state.jobs[index].changedAt = at
                    try state.log(at, actor, .jobCancelRequested, .job(id))
                }
            } else {
                throw .illegalJobTransition(id, from: job.state, to: .cancelled)
            }
            return state.job(at: index)
        }
    }

    /// See ``JobStoring/retryJob(_:by:now:)``.
    package func retryJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        return try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.jobIndex(id)
            try JobRules.requireRetry(of: state.job(at: index))
            try state.requireTrainable(state.jobs[index].corrections)
            state.jobs[index].attempts = 0
            state.jobs[index].notBefore = nil
            state.jobs[index].cancelRequestedBy = nil
            try state.set(index, to: .queued, result: nil, actor, at)
            return state.job(at: index)
        }
    }

    // MARK: Leases

    /// See ``JobStoring/takeJob(by:isGone:maximumAttempts:now:duration:)``.
    package func takeJob(
        by holder: String, isGone: (String) -> Bool, maximumAttempts: Int, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> JobLease? {
        let at = try StoredTime.encode(now)
        try LeaseTerm.require(holder: holder, duration)
        return try write(.jobs) { state throws(CaseStoreError) -> JobLease? in
            var busy: Set<String> = []
            for index in state.jobs.indices where state.jobs[index].state.isRunning {
                if let other = state.jobs[index].holder, !isGone(other), state.jobs[index].term.lasts(at: at) {
                    busy.insert(state.jobs[index].model.base)
                    continue
                }
                let end = JobRules.end(
                    ofLostJobWith: state.jobs[index].attempts, of: maximumAttempts,
                    cancelRequestedBy: state.jobs[index].cancelRequestedBy)
                if let end {
                    try state.set(index, to: end.state, result: end.result, holder, at)
                    continue
                }
                try state.log(
                    at, holder, .jobTakenOver, .job(Int64(index + 1)), ["from": state.jobs[index].holder ?? "nobody"])
                return try state.grant(index, holder, at, duration)
            }
            for index in state.jobs.indices where state.jobs[index].state == .queued {
                let job = state.jobs[index]
                guard JobRules.isDue(notBefore: job.notBefore, changedAt: job.changedAt, now: at),
                    !busy.contains(job.model.base)
                else { continue }
                return try state.grant(index, holder, at, duration)
            }
            return nil
        }
    }

    /// See ``JobStoring/heartbeat(_:progress:telemetry:now:)``.
    package func heartbeat(
        _ lease: JobLease, progress: Double, telemetry: JobTelemetry?, now: Date
    ) throws(CaseStoreError) -> String? {
        let at = try StoredTime.encode(now)
        try JobRules.require(progress: progress)
        return try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.require(lease)
            state.renew(index, lease, at)
            state.jobs[index].progress = progress
            state.jobs[index].changedAt = at
            if let telemetry { state.jobs[index].telemetry = telemetry }
            return state.jobs[index].cancelRequestedBy
        }
    }

    /// See ``JobStoring/move(_:to:progress:result:now:)``.
    package func move(
        _ lease: JobLease, to next: JobState, progress: Double, result: String?, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try JobRules.require(progress: progress)
        try JobRules.requireMove(of: lease.job, to: next)
        try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.require(lease)
            try state.set(index, to: next, result: result, lease.holder, at)
            state.jobs[index].progress = progress
            state.renew(index, lease, at)
        }
    }

    /// See ``JobStoring/conclude(_:candidate:isPromoted:result:now:)``.
    package func conclude(
        _ lease: JobLease, candidate: ModelName, isPromoted: Bool, result: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.require(lease)
            _ = try state.model(candidate)
            try state.set(index, to: isPromoted ? .promoted : .held, result: result, lease.holder, at)
            state.jobs[index].progress = 1
            if isPromoted { _ = try state.promote(candidate, .gate, reason: result, by: lease.holder, at) }
        }
    }

    /// See ``JobStoring/giveBack(_:reason:notBefore:now:)``.
    package func giveBack(
        _ lease: JobLease, reason: String, notBefore: Date, now: Date
    ) throws(CaseStoreError) {
        let (at, until) = (try StoredTime.encode(now), try StoredTime.encode(notBefore))
        try write(.jobs) { state throws(CaseStoreError) in
            let index = try state.require(lease)
            try state.set(index, to: .queued, result: reason, lease.holder, at)
            state.jobs[index].notBefore = until
        }
    }
}

extension MemoryState {
    func jobIndex(_ id: Int64) throws(CaseStoreError) -> Int {
        guard let number = Int(exactly: id), jobs.indices.contains(number - 1) else { throw .noSuchJob(id) }
        return number - 1
    }

    func job(at index: Int) -> Job {
        let job = jobs[index]
        return Job(
            id: Int64(index + 1), state: job.state, model: job.model, corrections: job.corrections,
            progress: job.progress, result: job.result, attempts: job.attempts,
            notBefore: job.notBefore.map(StoredTime.decode), holder: job.holder,
            cancelRequestedBy: job.cancelRequestedBy, telemetry: job.telemetry,
            queuedAt: StoredTime.decode(job.queuedAt), changedAt: StoredTime.decode(job.changedAt))
    }

    /// Throws unless every correction may be trained on now.
    func requireTrainable(_ keys: [CorrectionKey]) throws(CaseStoreError) {
        for key in keys {
            try summary(key).requireTrainable(isReading: isReading(key.caseID), role: role(of: key.caseID))
        }
    }

    /// The job's place; throws unless the lease is its newest.
    func require(_ lease: JobLease) throws(CaseStoreError) -> Int {
        let index = try jobIndex(lease.job.id)
        try lease.requireNewest(generation: jobs[index].generation, holder: jobs[index].holder)
        return index
    }

    mutating func set(
        _ index: Int, to next: JobState, result: String?, _ actor: String, _ at: Int64
    ) throws(CaseStoreError) {
        let from = jobs[index].state
        try JobRules.require(Int64(index + 1), from: from, to: next)
        jobs[index].state = next
        jobs[index].result = result
        jobs[index].changedAt = at
        if !next.isRunning {
            jobs[index].holder = nil
            jobs[index].telemetry = nil
        }
        try log(
            at, actor, .jobMoved, .job(Int64(index + 1)), JobRules.details(from: from, to: next, result: result))
    }

    mutating func grant(
        _ index: Int, _ holder: String, _ at: Int64, _ duration: TimeInterval
    ) throws(CaseStoreError) -> JobLease {
        if jobs[index].state != .leased { try set(index, to: .leased, result: nil, holder, at) }
        jobs[index].holder = holder
        jobs[index].term = LeaseTerm(from: at, for: duration)
        jobs[index].notBefore = nil
        jobs[index].generation += 1
        jobs[index].attempts += 1
        jobs[index].changedAt = at
        return JobLease(
            job: job(at: index), holder: holder, generation: jobs[index].generation, duration: duration)
    }

    mutating func renew(_ index: Int, _ lease: JobLease, _ at: Int64) {
        let term = LeaseTerm(from: at, for: lease.duration)
        jobs[index].term.renewedAt = term.renewedAt
        jobs[index].term.expiresAt = term.expiresAt
    }
}
