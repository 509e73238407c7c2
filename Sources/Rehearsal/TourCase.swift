import CaseWork
import Foundation
import Phantoms
import VolumeFiles

/// The case that the tour is about.
package enum TourCase {
    /// A thorax with an effusion, which the prediction leaves out: something to correct.
    /// - Returns: the patient's folder.
    /// - Throws: ``WorkError`` if there is no place for it.
    package static func make(below folder: URL) throws -> URL {
        let patient = folder.appendingPathComponent("sample")
        do {
            try FileManager.default.createDirectory(
                at: patient, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw WorkError("\(folder.path) cannot be made.", .failed)
        }
        let phantom = try ThoraxPhantom.generate(
            PhantomSpecification(seed: 5, patient: 1, matrix: 160, slices: 40, pathologies: [.effusion]))
        try NiftiFile.write(phantom.volume, to: patient.appendingPathComponent("ct.nii.gz"))
        return patient
    }
}
