import Cases
import MaskChecks
import Volumes

extension Prediction {
    /// What to say of a prediction that cannot be right, whoever reads it: structures without a single voxel, those larger
    /// than anybody's, and left ones that lie to the right of their partner.
    package var warningsOfPlausibility: [String] { warningsOfEmptiness + warningsOfSize + warningsOfSides }

    /// A network that was told another orientation than it was trained with finds everything, mirrored.
    private var warningsOfSides: [String] {
        masks.keys.sorted().compactMap { name in
            guard StructureCatalogue.current.side(of: name) == .left,
                let partner = StructureCatalogue.current.partner(of: name), let left = masks[name],
                let right = masks[partner], Mask.areSwapped(left: left, right: right)
            else { return nil }
            return "\(model) put \(name) to the patient's right of \(partner): left and right are swapped, or the "
                + "patient is turned about in the image. Look at both before any use."
        }
    }

    private var warningsOfSize: [String] {
        masks.keys.sorted().compactMap { name in
            guard let facts = StructureCatalogue.current[name], let most = facts.largestPredictedMillilitres,
                let volume = masks[name]?.millilitres, volume > most
            else { return nil }
            let cause =
                facts.tissue == .lung
                ? "larger than any lung: it probably holds air outside the body or the other lung"
                : "larger than anybody's: it probably holds something else"
            return "\(model) made \(name) \(Int(volume.rounded())) ml, \(cause). Look at it before any use."
        }
    }

    /// What to say of structures without a single voxel: a model that finds no lung in a chest has mostly been given
    /// something else than a chest in HU, and an empty mask looks like a finished one.
    private var warningsOfEmptiness: [String] {
        let empty = masks.keys.sorted().filter { masks[$0]?.isEmpty ?? true }
        guard !empty.isEmpty else { return [] }
        let names = empty.map(\.rawValue).joined(separator: ", ")
        let isLung = empty.contains(where: StructureCatalogue.current.isLung)
        let cause =
            isLung
            ? " Check that the image is a chest CT in HU (air at -1000) and is not upside down or cropped."
            : ""
        return ["\(model) found nothing of \(names): the mask is empty.\(cause)"]
    }
}
