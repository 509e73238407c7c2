import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``StructureStoring/keep(_:lease:now:)``.
    package func keep(_ listing: StructureListing, lease: CaseLease, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try listing.requireValid()
        try write(.structureLists) { state throws(CaseStoreError) in
            try state.require(lease)
            state.cases[lease.caseID]?.structureListing = listing
            state.touch(lease.caseID, at)
            try state.log(at, lease.reviewer, .structuresListed, .wholeCase(lease.caseID), listing.logged)
        }
    }

    /// See ``StructureStoring/structureListing(of:)``.
    package func structureListing(of id: CaseID) throws(CaseStoreError) -> StructureListing? {
        try read { state throws(CaseStoreError) in try state.requireCase(id).structureListing }
    }
}
