import Volumes

/// The settings of ``BaselineSegmenter``, in HU, mm and ml. They were chosen on LIDC-IDRI-0001 (surface Dice at 2 mm)
/// and looked at on partial, half and low-dose chests, abdomens and a leg.
public struct BaselineParameters: Hashable, Sendable {
    /// Air-like is below this.
    public var airThreshold: HounsfieldUnit = -400
    /// What is below this is padding outside the scan circle (−2000, −2048, −3024), no measurement.
    public var paddingThreshold: HounsfieldUnit = -1500
    /// The body is opened with a disc of this radius, so that a thin couch and clothes fall off.
    public var bodyOpening: Millimetres = 4
    /// Lung tissue, unlike gas, has voxels above this.
    public var tissueThreshold: HounsfieldUnit = -900
    /// A region is lung if at least this share of its interior is above ``tissueThreshold``.
    public var lungTissueShare = 0.05
    /// The interior is what is deeper than this.
    public var interiorDepth: Millimetres = 2
    /// Pure gas is below this.
    public var gasThreshold: HounsfieldUnit = -940
    /// Pockets of gas are wider than twice this.
    public var gasOpening: Millimetres = 3
    /// Regions of lung below this are dropped unless they lie close to a lung.
    public var smallestLung = 10.0
    /// The airway lumen is grown with thresholds rising to this.
    public var airwayThreshold: HounsfieldUnit = -850
    /// The most an airway tree may hold; more is a leak into the lung.
    public var largestAirway = 120.0
    /// Airways thinner than twice this belong to the lung.
    public var airwayOpening: Millimetres = 3
    /// The airway's wall.
    public var airwayWall: Millimetres = 2
    /// The rolling ball that takes vessels and nodules at the pleura into the lung.
    public var closingRadius: Millimetres = 8
    /// Holes in a slice up to this area times the slice spacing are filled; larger ones may be the liver's dome.
    public var largestSliceHole = 1.0

    /// The settings that the project evaluates.
    public init() {}

    /// The steps with their parameters, for the record.
    func summary(turned: Bool) -> [String] {
        [
            "baseline-threshold 1: no trained model",
            turned ? "axes turned to left, back, head for the work and back again" : "axes left as they are",
            "body: above \(airThreshold.value) HU, opened by \(bodyOpening.value) mm, largest part, slices filled",
            "air: \(paddingThreshold.value)..<\(airThreshold.value) HU inside the body",
            "airways: grown from the trachea up to \(airwayThreshold.value) HU and \(largestAirway) ml, opened by"
                + " \(airwayOpening.value) mm, wall \(airwayWall.value) mm, removed",
            "gas: up to \(gasThreshold.value) HU, opened by \(gasOpening.value) mm, with tissue all round, removed",
            "lungs: at least \(smallestLung) ml, \(lungTissueShare) of what is deeper than \(interiorDepth.value) mm"
                + " above \(tissueThreshold.value) HU",
            "closing: ball of \(closingRadius.value) mm, holes filled (in a slice up to \(largestSliceHole) ml)",
        ]
    }
}
