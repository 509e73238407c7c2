/// What carrying a correction on came to on the slices beside it.
public struct CarriedSlices: Hashable, Sendable, Codable {
    /// Whose they are.
    public let patient: String
    /// The structure's name.
    public let structure: String
    /// The kind of error that they had.
    public let kind: String
    /// What carried it on.
    public let method: String
    /// How many slices there were beside the corrected one.
    public let slices: Int
    /// How many of them needed the correction.
    public let needed: Int
    /// How many of those it repaired: 99 % of the contour within 2 mm (surface Dice of the slice).
    public let repaired: Int
    /// How many it nearly repaired or repaired: 95 % of the contour within 2 mm.
    public let nearly: Int
    /// How many slices it made worse.
    public let harmed: Int

    /// Slices from their parts.
    public init(
        patient: String, structure: String, kind: String, method: String, slices: Int, needed: Int, repaired: Int,
        nearly: Int, harmed: Int
    ) {
        self.patient = patient
        self.structure = structure
        self.kind = kind
        self.method = method
        self.slices = slices
        self.needed = needed
        self.repaired = repaired
        self.nearly = nearly
        self.harmed = harmed
    }
}

extension [CarriedSlices] {
    /// All of a method's slices together; `nil` where it has none.
    public func total(of method: String, where isWanted: (CarriedSlices) -> Bool = { _ in true }) -> CarriedSlices? {
        let own = filter { $0.method == method && isWanted($0) }
        guard !own.isEmpty else { return nil }
        func sum(_ part: (CarriedSlices) -> Int) -> Int { own.reduce(0) { $0 + part($1) } }
        return CarriedSlices(
            patient: "all", structure: "all", kind: "all", method: method, slices: sum { $0.slices },
            needed: sum { $0.needed }, repaired: sum { $0.repaired }, nearly: sum { $0.nearly },
            harmed: sum { $0.harmed })
    }
}
