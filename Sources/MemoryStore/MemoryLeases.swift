import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``CaseStoring/openForWriting(_:reviewer:holder:replacing:now:duration:)``.
    package func openForWriting(
        _ id: CaseID, reviewer: String, holder: String, replacing gone: String?, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> CaseLease {
        let at = try StoredTime.encode(now)
        try LeaseTerm.require(reviewer: reviewer, holder: holder, duration)
        let term = LeaseTerm(from: at, for: duration)
        // A refusal is thrown after the write, because it may have shortened the other's lease.
        let grant = try write(.leases) { state throws(CaseStoreError) -> Result<CaseLease, CaseStoreError> in
            _ = try state.requireCase(id)
            let known = state.leases[id]
            let generation = (known?.generation ?? 0) + 1
            if var held = known, let other = held.holder, other != holder {
                if other != gone, held.term.lasts(at: at) {
                    state.leases[id] = held
                    return .failure(
                        .leased(
                            id, reviewer: held.reviewer, holder: other, until: StoredTime.decode(held.term.expiresAt)))
                }
                try state.log(
                    at, reviewer, .leaseTakenOver, .wholeCase(id),
                    ["from": held.reviewer, "why": other == gone ? "holder is gone" : "not renewed"])
            }
            state.leases[id] = MemoryState.Lease(
                generation: generation, reviewer: reviewer, holder: holder, term: term)
            return .success(
                CaseLease(
                    of: id, reviewer: reviewer, holder: holder, generation: generation, duration: duration, term))
        }
        return try grant.get()
    }

    /// See ``CaseStoring/renew(_:now:)``.
    package func renew(_ lease: CaseLease, now: Date) throws(CaseStoreError) -> CaseLease {
        let term = LeaseTerm(from: try StoredTime.encode(now), for: lease.duration)
        try write(.leases) { state throws(CaseStoreError) in
            try state.require(lease)
            // As in a file, the granted duration stays what it was.
            state.leases[lease.caseID]?.term.renewedAt = term.renewedAt
            state.leases[lease.caseID]?.term.expiresAt = term.expiresAt
        }
        return lease.renewed(term)
    }

    /// See ``CaseStoring/release(_:)``.
    package func release(_ lease: CaseLease) throws(CaseStoreError) {
        try write(.leases) { state throws(CaseStoreError) in
            if state.leases[lease.caseID]?.generation == lease.generation {
                state.leases[lease.caseID]?.holder = nil
            }
        }
    }
}

extension MemoryState {
    /// Throws unless the lease is its case's newest.
    func require(_ lease: CaseLease) throws(CaseStoreError) {
        guard let newest = leases[lease.caseID] else { throw .leaseLost(lease.caseID, takenBy: nil) }
        try lease.requireNewest(
            generation: newest.generation, holder: newest.holder, reviewer: newest.reviewer)
    }
}
