import Anatomy
import Cases
import Digests

extension Dataset {
    /// A name for everything that a training of these structures depends on: the images, contours and seen slices of
    /// the patients that are trained on or validated with, and who is which.
    public func digest(for structures: [StructureName]) -> String {
        let digest = SHA256Digest()
        for part in [DatasetSplit.Part.training, .validation] {
            digest.update("\(part.rawValue)\n")
            for patient in patients(in: part) {
                digest.update("\(patient.id) \(patient.image.digest)")
                for (name, mask) in patient.masks.sorted(by: { $0.key < $1.key })
                where StructureCatalogue.current.isDigested(name, learning: structures) {
                    digest.update(" \(name)=\(mask.digest)")
                }
                digest.update(" \(patient.seenSlices.map { "\($0)" } ?? "all")\n")
            }
        }
        return digest.finish()
    }
}
