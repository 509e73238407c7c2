extension StructureName {
    /// The structures that stand first in what is stored, in the order of the program that stored the first one.
    private static let firstStored = ["Lung_L", "Lung_R", "Lungs", "Heart", "Esophagus", "SpinalCord", "Trachea"]

    /// Whether one structure stands before another in what is stored and hashed. Lists may be ordered as a department
    /// likes (``StructureCatalogue``); this order never changes and depends on no file, or stored contents would no longer
    /// be what their hashes say.
    public static func isStoredBefore(_ one: StructureName, _ other: StructureName) -> Bool {
        let places = [one, other].map { firstStored.firstIndex(of: $0.rawValue) ?? firstStored.count }
        return places[0] == places[1] ? one.rawValue < other.rawValue : places[0] < places[1]
    }
}
