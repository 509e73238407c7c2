import Cases

extension Prediction {
    /// What to say of a prediction that cannot be right, whoever reads it: structures without a single voxel, and lungs
    /// larger than anybody's.
    package var warningsOfPlausibility: [String] { warningsOfEmptiness + warningsOfSize }

    /// The largest lung that is believed, ml; both together may hold twice that. Total lung capacity of tall men is
    /// 8 to 9 l.
    private static let largestLung = 5500.0

    private var warningsOfSize: [String] {
        masks.keys.sorted().compactMap { name in
            let most = name == .lungs ? 2 * Self.largestLung : Self.largestLung
            guard [.lungLeft, .lungRight, .lungs].contains(name), let volume = masks[name]?.millilitres, volume > most
            else { return nil }
            return "\(model) made \(name) \(Int(volume.rounded())) ml, larger than any lung: it probably holds air "
                + "outside the body or the other lung. Look at it before any use."
        }
    }

    /// What to say of structures without a single voxel: a model that finds no lung in a chest has mostly been given
    /// something else than a chest in HU, and an empty mask looks like a finished one.
    private var warningsOfEmptiness: [String] {
        let empty = masks.keys.sorted().filter { masks[$0]?.isEmpty ?? true }
        guard !empty.isEmpty else { return [] }
        let names = empty.map(\.rawValue).joined(separator: ", ")
        let isLung = empty.contains { [.lungLeft, .lungRight, .lungs].contains($0) }
        let cause =
            isLung
            ? " Check that the image is a chest CT in HU (air at -1000) and is not upside down or cropped."
            : ""
        return ["\(model) found nothing of \(names): the mask is empty.\(cause)"]
    }
}
