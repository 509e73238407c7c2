import Cases
import Volumes

/// Masks in bytes, in the structures' order: what is hashed and kept.
package typealias CodedMasks = [(StructureName, [UInt8])]

/// The uncertainty of a prediction as it is kept; its texts and bytes are part of the prediction's id.
package struct StoredUncertainty: Sendable {
    /// The grid of the map, as JSON.
    package let geometry: String
    /// The scores of the slices, as JSON.
    package let sliceScores: String
    /// The map in bytes.
    package let data: [UInt8]

    /// The stored form of an uncertainty.
    package init(_ uncertainty: PredictionUncertainty) throws(CaseStoreError) {
        geometry = try StoredJSON.encode(uncertainty.map.geometry, what: "the grid of an uncertainty")
        sliceScores = try StoredJSON.encode(uncertainty.sliceScores, what: "the slice scores of an uncertainty")
        data = uncertainty.map.encoded()
    }

    /// A stored form from its parts, as a store reads it.
    package init(geometry: String, sliceScores: String, data: [UInt8]) {
        self.geometry = geometry
        self.sliceScores = sliceScores
        self.data = data
    }

    /// The uncertainty again.
    /// - Parameter what: names the prediction in errors.
    /// - Throws: ``CaseStoreError/damaged(what:reason:)``.
    package func value(of what: String) throws(CaseStoreError) -> PredictionUncertainty {
        let grid = try StoredJSON.decode(GridGeometry.self, geometry, what: "the uncertainty of \(what)")
        let scores = try StoredJSON.decode([Double].self, sliceScores, what: "the uncertainty of \(what)")
        do {
            return PredictionUncertainty(map: try ByteMap(encoded: data, geometry: grid), sliceScores: scores)
        } catch {
            throw CaseStoreError.damaged(what: "the uncertainty of \(what)", reason: error.description)
        }
    }
}

extension PredictionID {
    /// The id of a content. Predictions without uncertainty keep the form, and so the ids, that they had before there
    /// was any.
    package init(
        of id: CaseID, _ model: ModelName, _ preprocessing: [String], _ masks: CodedMasks,
        _ uncertainty: StoredUncertainty?
    ) {
        let form = uncertainty == nil ? "pleura-prediction-1" : "pleura-prediction-2"
        let fields =
            [form, id.rawValue, model.rawValue, String(preprocessing.count)] + preprocessing
            + masks.map(\.0.rawValue) + (uncertainty.map { [$0.geometry, $0.sliceScores] } ?? [])
        self.init(rawValue: Canonical.hash(fields, blobs: masks.map(\.1) + (uncertainty.map { [$0.data] } ?? [])))
    }
}

extension PredictionID {
    /// The id of a prediction for a case.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if its uncertainty has no stored form.
    package init(of id: CaseID, _ prediction: Prediction) throws(CaseStoreError) {
        var uncertainty: StoredUncertainty?
        if let value = prediction.uncertainty { uncertainty = try StoredUncertainty(value) }
        self.init(of: id, prediction.model, prediction.preprocessing, prediction.masks.coded(), uncertainty)
    }
}

extension [StructureName: Mask] {
    /// The masks in bytes, in the order in which they are hashed.
    package func coded() -> CodedMasks {
        sorted { StructureName.isStoredBefore($0.key, $1.key) }.map { ($0.key, $0.value.runLengthEncoded()) }
    }
}
