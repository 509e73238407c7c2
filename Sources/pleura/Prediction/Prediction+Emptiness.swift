import Cases

extension Prediction {
    /// What to say of structures without a single voxel: a model that finds no lung in a chest has mostly been given
    /// something else than a chest in HU, and an empty mask looks like a finished one.
    var warningsOfEmptiness: [String] {
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
