import Anatomy
import Cases
import Volumes

/// Finds the lungs on a CT without a trained model: air inside the body, less the airways, split in two and closed.
///
/// Deterministic, and never a trained model's equal: a starting point for correction where no model fits, and what
/// a model is compared with. Tumours that touch the chest wall, effusions and atelectases stay outside.
///
/// The steps follow Hu, Hoffman and Reinhardt, IEEE Trans. Med. Imaging 20 (2001), with the leak guard of Mori et
/// al., ICPR 1996, for the airways.
public struct BaselineSegmenter: Sendable {
    /// The thresholds, radii and limits of the steps.
    public var parameters: BaselineParameters

    /// A segmenter; the parameters that are given were chosen on public CT, see ``BaselineParameters``.
    public init(parameters: BaselineParameters = BaselineParameters()) { self.parameters = parameters }

    /// Proposes `Lung_L` and `Lung_R` on the volume's own grid; the two never overlap. Left is the patient's left by
    /// the grid's direction cosines, whatever way its axes run.
    ///
    /// Where no lung is found both masks are empty and the last line of `preprocessing` says so.
    /// - Parameters:
    ///   - isCancelled: asked between steps; a yes ends the work with `CancellationError`.
    ///   - progress: told the share done, 0…1 and never falling, and the name of the step that begins.
    /// - Throws: `CancellationError`; ``Volumes/VolumesError`` if a parameter is out of range.
    public func segment(
        _ volume: Volume, isCancelled: () -> Bool = { false },
        progress: (_ fraction: Double, _ step: String) -> Void = { _, _ in }
    ) throws -> Prediction {
        try proposal(volume, isCancelled: isCancelled, progress: progress).prediction
    }

    /// ``segment(_:isCancelled:progress:)`` with what was found on the way: trachea and main bronchi, lumen and wall,
    /// and the notes on them, as ``WideAirways`` gives them.
    func proposal(
        _ volume: Volume, isCancelled: () -> Bool = { false }, progress: (Double, String) -> Void = { _, _ in }
    ) throws -> (prediction: Prediction, airways: WideAirways) {
        func begin(_ fraction: Double, _ step: String) throws {
            if isCancelled() { throw CancellationError() }
            progress(fraction, step)
        }
        try begin(0, "orient")
        let frame = AxialFrame(volume.geometry)
        let axial = try frame.axial(volume)
        var notes = parameters.summary(turned: !frame.isIdentity)

        try begin(0.05, "body")
        let body = try ThoraxBody(axial, parameters)
        try begin(0.3, "airways")
        let airways = try AirwayTree(axial, body, parameters)
        notes += airways.notes
        try begin(0.5, "lungs")
        let candidates = try LungCandidates(axial, body, airways, parameters)
        notes += candidates.notes
        try begin(0.6, "left and right")
        let sides = try LungSides(candidates, body, airways, parameters)
        notes += sides.notes
        try begin(0.7, "closing")
        let lungs = try sides.closed(axial, airways, parameters)
        if lungs.left.isEmpty && lungs.right.isEmpty { notes.append("no lung found: both masks are empty") }
        try begin(0.95, "orient back")
        let names = StructureCatalogue.current.lungs
        let masks = [
            names.left: try frame.original(lungs.left), names.right: try frame.original(lungs.right),
        ]
        try begin(1, "done")
        return (
            Prediction(model: .baseline, masks: masks, preprocessing: notes),
            WideAirways(mask: try frame.original(airways.removed), notes: airways.notes)
        )
    }
}
