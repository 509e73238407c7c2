import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``CaseStoring/save(_:for:by:now:)``.
    package func save(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        try save(prediction, for: id, isProposed: true, by: actor, now: now)
    }

    /// See ``ReplayStoring/keep(_:for:by:now:)``.
    package func keep(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        try save(prediction, for: id, isProposed: false, by: actor, now: now)
    }

    private func save(
        _ prediction: Prediction, for id: CaseID, isProposed: Bool, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        let at = try StoredTime.encode(now)
        let predictionID = try PredictionID(of: id, prediction)
        try write(.predictions) { state throws(CaseStoreError) in
            try state.save(prediction, predictionID, for: id, isProposed: isProposed, at, actor)
        }
        return predictionID
    }

    /// See ``CaseStoring/prediction(_:)``.
    package func prediction(_ id: PredictionID) throws(CaseStoreError) -> Prediction {
        try read { state throws(CaseStoreError) in try state.prediction(id) }
    }

    /// See ``CaseStoring/newestPrediction(for:)``.
    package func newestPrediction(for id: CaseID) throws(CaseStoreError) -> PredictionID? {
        try read { state throws(CaseStoreError) in state.cases[id]?.proposals.last }
    }

    // MARK: Replays

    /// See ``ReplayStoring/save(_:now:)``.
    package func save(_ replay: ReplayReport, now: Date) throws(CaseStoreError) {
        _ = try StoredTime.encode(now)
        try write(.replays) { state throws(CaseStoreError) in
            let index = try state.jobIndex(replay.job)
            state.jobs[index].replay = replay
        }
    }

    /// See ``ReplayStoring/replay(ofJob:)``.
    package func replay(ofJob id: Int64) throws(CaseStoreError) -> ReplayReport? {
        try read { state throws(CaseStoreError) in
            (try? state.jobIndex(id)).flatMap { state.jobs[$0].replay }
        }
    }
}

extension MemoryState {
    mutating func save(
        _ prediction: Prediction, _ predictionID: PredictionID, for id: CaseID, isProposed: Bool, _ at: Int64,
        _ actor: String
    ) throws(CaseStoreError) {
        try requireCase(id).record.geometry.require(prediction.masks, of: id)
        if predictions[predictionID] == nil {
            predictions[predictionID] = (id, prediction)
            try log(
                at, actor, .predictionSaved, .wholeCase(id),
                ["prediction": predictionID.rawValue, "model": prediction.model.rawValue])
        }
        if isProposed, cases[id]?.proposals.last != predictionID {
            cases[id]?.proposals.append(predictionID)
            touch(id, at)
        }
    }

    func prediction(_ id: PredictionID) throws(CaseStoreError) -> Prediction {
        guard let found = predictions[id] else { throw .noSuchPrediction(id) }
        return found.prediction
    }

    func requirePrediction(_ id: PredictionID, of caseID: CaseID) throws(CaseStoreError) {
        guard predictions[id]?.caseID == caseID else { throw .noSuchPrediction(id) }
    }
}
