import Cases
import Editing
import Foundation
import Review
import Volumes

/// How cases are opened for review, as the command line and the settings say.
package struct OpeningOptions: Sendable {
    /// Who reviews.
    package var reviewer: String
    /// The tolerance of surface Dice of each structure, mm.
    package var tolerance: @Sendable (StructureName) -> Millimetres
    /// How other programs name structures, and the colours that structures have in files.
    package var conventions: StructureConventions
    /// Whether a correction needs the approval of a second person before it counts.
    package var needsTwoPersons = false
    /// What the user has set of how slices are shown.
    package var preferences = ViewPreferences()
    /// Who predicts.
    package var predictor: CasePredictor
    /// Masks to review instead of predicted ones.
    package var prediction: URL?
    /// Masks to measure against instead of the prediction.
    package var reference: URL?
    /// Masks that are shown for orientation and that nobody edits.
    package var context: URL?
    /// Whether this is a second reader's reading that knows nothing of what others did.
    package var isBlinded = false
    /// Whether two readings are brought together.
    package var adjudicates = false
    /// Which second reader's, where there are several.
    package var reader: String?

    /// Says whose a case is; `nil` where cases are only drawn.
    package var identity: PatientIdentity?
    /// Gives who answers prompts; `nil` where nobody is installed, and an error, which the reviewer is told, where
    /// somebody is who cannot be used. It is called once for every case that is opened for editing, on a thread that may
    /// wait; what takes long to load is kept by whoever gives it. Without it prompts are answered along image edges.
    package var promptAnswering: (@Sendable () throws -> (any PromptAnswering)?)?
    /// The predictions that are looked at instead of a review.
    package var replay: ReplayedCase?

    /// Options as they are asked for.
    package init(
        reviewer: String, tolerance: @escaping @Sendable (StructureName) -> Millimetres,
        conventions: StructureConventions, needsTwoPersons: Bool = false, predictor: CasePredictor,
        prediction: URL? = nil, reference: URL? = nil, isBlinded: Bool = false, adjudicates: Bool = false,
        reader: String? = nil, identity: PatientIdentity? = nil, replay: ReplayedCase? = nil
    ) {
        self.reviewer = reviewer
        self.tolerance = tolerance
        self.conventions = conventions
        self.needsTwoPersons = needsTwoPersons
        self.predictor = predictor
        self.prediction = prediction
        self.reference = reference
        self.isBlinded = isBlinded
        self.adjudicates = adjudicates
        self.reader = reader
        self.identity = identity
        self.replay = replay
    }

    /// What masks are measured against, for the screen.
    package var referenceSource: ReferenceSource { reference.map { .file($0.lastPathComponent) } ?? .prediction }

    /// What each structure is measured against: the reference's masks, and the prediction's own where the reference has
    /// none. What was added and the reference lacks is measured against nothing.
    /// - Parameters:
    ///   - added: the structures under review that nobody proposed.
    ///   - notes: takes in what is to be said of the reference, and which structures it has no mask of.
    package func references(
        for prediction: Prediction, of loaded: LoadedCase, added: Set<StructureName> = [], notes: inout Notes
    ) throws -> [StructureName: Mask] {
        guard let reference else { return prediction.masks }
        let reading = try StructureFiles.read(reference, for: loaded, by: conventions, notes: &notes)
        var references = prediction.masks
        for name in prediction.masks.keys.sorted() {
            if let mask = reading.masks[name] {
                references[name] = mask
            } else if let reason = reading.leftOut[name] {
                notes.add("\(name) was left out of the reference (\(reason)) and is measured against the prediction.")
            } else {
                notes.add("The reference has no \(name), which is measured against the prediction.")
            }
        }
        for name in added.sorted() {
            guard reading.masks[name] == nil, let reason = reading.leftOut[name] else { continue }
            notes.add("\(name) was left out of the reference (\(reason)) and is measured against nothing.")
        }
        let others = reading.masks.filter { prediction.masks[$0.key] == nil }
        // Also those that are not there yet: somebody may add them.
        references.merge(others) { known, _ in known }
        let unknown = others.keys.filter { !added.contains($0) }.sorted().map(\.rawValue)
        if !unknown.isEmpty {
            notes.add("The reference also has \(unknown.joined(separator: ", ")), which is not under review.")
        }
        return references
    }

    /// The masks for orientation, in the order of structures.
    /// - Parameter notes: takes in what is to be said of them.
    package func contextMasks(of loaded: LoadedCase, notes: inout Notes) throws -> [ContextMask] {
        guard let context else { return [] }
        let reading = try StructureFiles.read(context, for: loaded, by: conventions, notes: &notes)
        for (name, reason) in reading.leftOut.sorted(by: { $0.key < $1.key }) {
            notes.add("\(name), for orientation, was left out (\(reason)).")
        }
        return reading.masks.sorted { $0.key < $1.key }.map { ContextMask(name: $0.key, mask: $0.value) }
    }

    /// The structures that are shown of a case.
    private func names(
        _ masks: [StructureName: Mask], _ prediction: Prediction, _ listed: StructureListing?,
        _ left: [StructureName: Mask]
    ) -> Set<StructureName> {
        // What a correction has emptied was there all the same where it was proposed; what was added is gone then.
        let drawn = masks.merging(left) { $1.isEmpty ? $0 : $1 }.filter { !$0.value.isEmpty }
        return Set(prediction.masks.keys).union(drawn.keys).union(listed?.added ?? [])
    }

    /// The structures of a case that nobody proposed, of the parts that ``structures(_:_:_:listed:left:)`` has.
    package func added(
        _ masks: [StructureName: Mask], _ prediction: Prediction, listed: StructureListing? = nil,
        left: [StructureName: Mask] = [:]
    ) -> Set<StructureName> { names(masks, prediction, listed, left).subtracting(prediction.masks.keys) }

    /// The structures of a case, each with mask, prediction and reference.
    /// - Parameters:
    ///   - listed: which were added, and in which order and colours all are shown.
    ///   - left: the masks of a review that was left, or of a second reader: what has a voxel there is shown, listed or
    ///     not.
    package func structures(
        _ masks: [StructureName: Mask], _ prediction: Prediction, _ references: [StructureName: Mask],
        listed: StructureListing? = nil, left: [StructureName: Mask] = [:]
    ) -> [StructureState] {
        let listing = listed ?? StructureListing([])
        guard let any = prediction.masks.values.first ?? masks.values.first ?? left.values.first else { return [] }
        return listing.sorted(names(masks, prediction, listed, left)).map { name in
            let empty = Mask(geometry: any.geometry)
            let proposed = prediction.masks[name] ?? empty
            var structure = StructureState(
                name: name, mask: masks[name] ?? empty, prediction: proposed, reference: references[name] ?? proposed,
                tolerance: tolerance(name))
            structure.isAdded = prediction.masks[name] == nil
            structure.hasReference = references[name] != nil || prediction.masks[name] != nil
            structure.colour = listing[name]?.colour
            return structure
        }
    }
}
