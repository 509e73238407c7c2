import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``ModelStoring/publish(_:as:lineage:evaluation:by:now:)``.
    package func publish(
        _ file: URL, as base: String, lineage: ModelLineage, evaluation: GateReport?, by actor: String, now: Date
    ) throws(CaseStoreError) -> ModelVersion {
        let at = try StoredTime.encode(now)
        try ModelRules.require(base: base)
        let (digest, byteCount) = try modelFolder.add(file)
        return try write(.models) { state throws(CaseStoreError) in
            let versions = state.models.filter { $0.name.base == base }
            if let known = versions.first(where: { $0.digest == digest }) { return known }
            let version = ModelVersion(
                name: ModelName(base: base, version: versions.count + 1), digest: digest, byteCount: byteCount,
                lineage: lineage, evaluation: evaluation, createdAt: StoredTime.decode(at), createdBy: actor)
            state.models.append(version)
            try state.log(at, actor, .modelPublished, .model(version.name), ["digest": digest])
            return version
        }
    }

    /// See ``ModelStoring/models()``.
    package func models() throws(CaseStoreError) -> [ModelVersion] {
        try read { state throws(CaseStoreError) in state.models }
    }

    /// See ``ModelStoring/model(_:)``.
    package func model(_ name: ModelName) throws(CaseStoreError) -> ModelVersion {
        try read { state throws(CaseStoreError) in
            if name.version != nil { return try state.model(name) }
            guard let promoted = state.promotedModel(of: name.rawValue) else { throw .noSuchModel(name.rawValue) }
            return try state.model(promoted)
        }
    }

    /// See ``ModelStoring/file(of:)``.
    package func file(of model: ModelVersion) throws(CaseStoreError) -> URL { try modelFolder.file(of: model) }

    /// See ``ModelStoring/promotedModel(of:)``.
    package func promotedModel(of base: String) throws(CaseStoreError) -> ModelName? {
        try read { state throws(CaseStoreError) in state.promotedModel(of: base) }
    }

    /// See ``ModelStoring/promote(_:reason:by:now:)``.
    package func promote(
        _ name: ModelName, reason: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Promotion {
        let at = try StoredTime.encode(now)
        return try write(.models) { state throws(CaseStoreError) in
            // The first version of a model takes nobody's place.
            if state.promotedModel(of: name.base) != nil {
                try RoleRules.require(.admin, to: "put a model in use", account: account, in: state.roles)
            }
            let words = try ModelRules.words(reason, for: state.model(name))
            return try state.promote(name, .person, reason: words, by: actor, at)
        }
    }

    /// See ``ModelStoring/rollback(_:reason:by:now:)``.
    package func rollback(
        _ base: String, reason: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Promotion {
        let at = try StoredTime.encode(now)
        return try write(.models) { state throws(CaseStoreError) in
            try RoleRules.require(.admin, to: "take a model out of use", account: account, in: state.roles)
            guard let current = state.promotedModel(of: base) else { throw .noSuchModel(base) }
            let before = state.promotions.last { $0.model == current && $0.kind != .rollback }?.before
            guard let before else { throw .noSuchModel("\(base) before \(current)") }
            return try state.promote(before, .rollback, reason: reason, by: actor, at)
        }
    }

    /// See ``ModelStoring/promotions()``.
    package func promotions() throws(CaseStoreError) -> [Promotion] {
        try read { state throws(CaseStoreError) in state.promotions }
    }
}

extension MemoryState {
    func promotedModel(of base: String) -> ModelName? { promotions.last { $0.model.base == base }?.model }

    func model(_ name: ModelName) throws(CaseStoreError) -> ModelVersion {
        guard let found = models.first(where: { $0.name == name }) else { throw .noSuchModel(name.rawValue) }
        return found
    }

    mutating func promote(
        _ name: ModelName, _ kind: Promotion.Kind, reason: String?, by actor: String, _ at: Int64
    ) throws(CaseStoreError) -> Promotion {
        guard name.version != nil else { throw .noSuchModel(name.rawValue) }
        let promotion = Promotion(
            sequence: Int64(promotions.count + 1), model: name, before: promotedModel(of: name.base), kind: kind,
            reason: reason, actor: actor, at: StoredTime.decode(at))
        promotions.append(promotion)
        try log(at, actor, .modelPromoted, .model(name), promotion.details)
        return promotion
    }
}
