import CaseWork
import Cases
import Dicom
import Foundation
import Phantoms
import VolumeFiles

/// Synthetic patients with exact masks, as folders that datasets are built from. The same seed makes the same files, byte
/// for byte.
package struct PhantomPatients {
    /// The forms in which patients are written.
    package enum Format: String {
        /// `CT/*.dcm` and `RTSTRUCT.dcm`.
        case dicom
        /// `ct.nii.gz` and `<Structure>.nii.gz`.
        case nifti
    }

    private let count: Int
    private let seed: UInt64
    /// `nil` for the known sites in turn.
    private let site: PhantomSite?
    private let format: Format
    private let matrix: Int?
    private let slices: Int?
    /// `nil` for what chance gives each patient.
    private let pathologies: Set<Pathology>?

    /// Patients as the command line asks for them.
    /// - Parameters:
    ///   - count: 1…10,000.
    ///   - site: a site's name; otherwise the first three in turn.
    ///   - format: `dicom` or `nifti`.
    ///   - matrix: columns and rows, 8…2048.
    ///   - slices: 8…2048.
    ///   - pathology: names separated by commas, or `none`; otherwise by chance.
    /// - Throws: ``CaseWork/WorkError`` naming the option that is wrong.
    package init(
        count: Int, seed: UInt64, site: String?, format: String, matrix: Int?, slices: Int?, pathology: String?
    ) throws(WorkError) {
        guard count > 0, count <= 10_000 else { throw WorkError("--patients is 1…10000, not \(count).") }
        guard let form = Format(rawValue: format) else {
            throw WorkError("--format is dicom or nifti, not \(format).")
        }
        for (name, value) in [("--matrix", matrix), ("--slices", slices)] {
            if let value, !(8...2048).contains(value) { throw WorkError("\(name) is 8…2048, not \(value).") }
        }
        (self.count, self.seed, self.format, self.matrix, self.slices) = (count, seed, form, matrix, slices)
        pathologies = try Self.pathologies(pathology)
        self.site = try site.map { (name) throws(WorkError) in
            guard let known = PhantomSite.named(name) else {
                let names = PhantomSite.all.map(\.name).joined(separator: ", ")
                throw WorkError("\(name) is not a site; there are \(names).")
            }
            return known
        }
    }

    private static func pathologies(_ text: String?) throws(WorkError) -> Set<Pathology>? {
        guard let text else { return nil }
        if text == "none" { return [] }
        var chosen: Set<Pathology> = []
        for word in text.split(separator: ",") {
            guard let known = Pathology(rawValue: String(word)) else {
                let names = Pathology.allCases.map(\.rawValue).joined(separator: ", ")
                throw WorkError("\(word) is not a pathology; there are \(names), none.")
            }
            chosen.insert(known)
        }
        return chosen
    }

    /// Makes the patients and writes them below a folder.
    /// - Parameters:
    ///   - conventions: the colours of structures, for RTSTRUCT.
    ///   - progress: is told of each patient before it is made.
    package func write(
        below folder: URL, by conventions: StructureConventions, progress: (String) -> Void
    ) throws {
        for patient in 1...count {
            let name = "phantom-" + (patient < 10 ? "0" : "") + "\(patient)"
            progress("\(name)  \(patient) of \(count)")
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(
                    seed: seed, patient: patient, site: site ?? PhantomSite.all[(patient - 1) % PhantomSite.all.count],
                    matrix: matrix, slices: slices, pathologies: pathologies))
            try write(phantom, name: name, to: folder.appendingPathComponent(name), conventions)
        }
    }

    private func write(
        _ phantom: Phantom, name: String, to url: URL, _ conventions: StructureConventions
    ) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw WorkError("\(url.path) cannot be made.", .failed)
        }
        try PatientFile(
            site: phantom.description.site, pathologies: phantom.description.pathologies.map(\.rawValue).sorted()
        ).write(in: url)
        guard format == .dicom else {
            try NiftiFile.write(phantom.volume, to: url.appendingPathComponent("ct.nii.gz"))
            for (structure, mask) in phantom.masks {
                try NiftiFile.write(mask, to: url.appendingPathComponent("\(structure).nii.gz"))
            }
            return
        }
        // Nothing from the clock: the same seed gives the same files.
        let origin = "pleura phantom \(seed) \(name) \(phantom.description.site)"
        let (date, time) = ("20200101", "120000")
        let series = try CTSeriesWriter.write(
            phantom.volume, to: url.appendingPathComponent("CT"),
            pseudonym: DicomPseudonym(
                patientName: "PHANTOM^\(name.uppercased())", patientID: name, date: date, time: time,
                seriesDescription: "synthetic thorax \(phantom.description.site)"),
            seed: origin)
        let colour = try conventions.colours()
        try RTStructWriter.write(
            phantom.masks.keys.sorted().compactMap { structure in
                phantom.masks[structure].map {
                    RTStructureToWrite(
                        name: structure, mask: $0, colour: colour(StructureName(rawValue: structure)))
                }
            }, on: series, to: url.appendingPathComponent("RTSTRUCT.dcm"),
            origin: RTStructWriter.Origin(
                label: "phantom", date: date, time: time, seed: origin, method: DrawingMethod(.automatic)))
    }
}
