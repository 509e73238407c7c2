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

/// What a prediction says in words, as it is kept; all of it is part of the prediction's id.
package struct PredictionWords: Hashable, Sendable {
    /// Who proposed it.
    package let model: ModelName
    /// SHA-256 of the recipe; `nil` where none is known.
    package let recipeDigest: String?
    /// How the image was prepared.
    package let preprocessing: [String]
    /// What there is to know of the masks.
    package let notes: [String]

    /// What stood before each note where notes were kept among the steps of the preprocessing.
    private static let noteMark = "note: "

    /// The words of a prediction.
    package init(_ prediction: Prediction) {
        (model, recipeDigest) = (prediction.model, prediction.recipeDigest)
        (preprocessing, notes) = (prediction.preprocessing, prediction.notes)
    }

    /// The words of a stored prediction.
    /// - Parameter notes: `nil` for one that was stored before notes had a place of their own: they stand among the steps
    ///   of its preprocessing, each behind a mark.
    package init(model: ModelName, recipeDigest: String?, preprocessing: [String], notes: [String]?) {
        (self.model, self.recipeDigest) = (model, recipeDigest)
        if let notes {
            (self.preprocessing, self.notes) = (preprocessing, notes)
        } else {
            self.preprocessing = preprocessing.filter { !$0.hasPrefix(Self.noteMark) }
            self.notes = preprocessing.filter { $0.hasPrefix(Self.noteMark) }
                .map { String($0.dropFirst(Self.noteMark.count)) }
        }
    }

    /// What is hashed for the id, and the name of that form.
    ///
    /// What could be said before recipes and notes had places of their own keeps the form, and so the id, that it had: a
    /// file that is loaded again is the prediction that it was. The forms have different names, and no step begins with
    /// the mark in the older two, so no two contents have one id.
    func fields(hasUncertainty: Bool) -> (form: String, fields: [String]) {
        guard recipeDigest == nil, !preprocessing.contains(where: { $0.hasPrefix(Self.noteMark) }) else {
            return (
                "pleura-prediction-3",
                [model.rawValue, hasUncertainty ? "uncertainty" : "", recipeDigest == nil ? "" : "recipe"]
                    + [recipeDigest ?? "", String(preprocessing.count)] + preprocessing + [String(notes.count)] + notes
            )
        }
        let lines = preprocessing + notes.map { Self.noteMark + $0 }
        return (
            hasUncertainty ? "pleura-prediction-2" : "pleura-prediction-1",
            [model.rawValue, String(lines.count)] + lines
        )
    }
}

extension PredictionID {
    /// The id of a content.
    package init(
        of id: CaseID, _ words: PredictionWords, _ masks: CodedMasks, _ uncertainty: StoredUncertainty?
    ) {
        let (form, said) = words.fields(hasUncertainty: uncertainty != nil)
        let fields =
            [form, id.rawValue] + said + masks.map(\.0.rawValue)
            + (uncertainty.map { [$0.geometry, $0.sliceScores] } ?? [])
        self.init(rawValue: Canonical.hash(fields, blobs: masks.map(\.1) + (uncertainty.map { [$0.data] } ?? [])))
    }

    /// The id of a prediction for a case.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if its uncertainty has no stored form.
    package init(of id: CaseID, _ prediction: Prediction) throws(CaseStoreError) {
        var uncertainty: StoredUncertainty?
        if let value = prediction.uncertainty { uncertainty = try StoredUncertainty(value) }
        self.init(of: id, PredictionWords(prediction), prediction.masks.coded(), uncertainty)
    }
}

extension [StructureName: Mask] {
    /// The masks in bytes, in the order in which they are hashed.
    package func coded() -> CodedMasks {
        sorted { StructureName.isStoredBefore($0.key, $1.key) }.map { ($0.key, $0.value.runLengthEncoded()) }
    }
}
