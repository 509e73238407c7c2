import ArgumentParser
import CaseWork
import Dicom
import Foundation
import ImageValues
import JobWork
import Phantoms
import VolumeFiles

/// Makes synthetic thorax CT with exact masks.
struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom", abstract: "Make synthetic thorax CT with exact masks.",
        discussion: "The same seed makes the same patients, byte for byte.")

    @Argument(help: "The folder to write the patients to.") var folder: String
    @Option(help: "How many patients.") var patients = 1
    @Option(help: "Seed of all random choices.") var seed: UInt64 = 1
    @Option(help: "The site: siteA, siteB, siteC or the unseen siteD; otherwise the first three in turn.") var site:
        String?
    @Option(help: "dicom or nifti.") var format = "nifti"
    @Option(help: "Columns and rows, for smaller images over the same field of view.") var matrix: Int?
    @Option(
        help:
            "Pathologies, separated by commas: nodules, effusion, consolidation, emphysema, atelectasis, mass, or none; otherwise by chance."
    )
    var pathology: String?
    @Option(help: "Slices, for smaller images over the same chest.") var slices: Int?

    func run() throws {
        guard patients > 0, patients <= 10_000 else { throw ProgramError("--patients is 1…10000, not \(patients).") }
        guard ["dicom", "nifti"].contains(format) else {
            throw ProgramError("--format is dicom or nifti, not \(format).")
        }
        for (name, value) in [("--matrix", matrix), ("--slices", slices)] {
            if let value, !(8...2048).contains(value) { throw ProgramError("\(name) is 8…2048, not \(value).") }
        }
        let pathologies = try chosenPathologies()
        for patient in 1...patients {
            let name = "phantom-" + (patient < 10 ? "0" : "") + "\(patient)"
            Output.progress("\(name)  \(patient) of \(patients)")
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(
                    seed: seed, patient: patient, site: try chosenSite(patient), matrix: matrix, slices: slices,
                    pathologies: pathologies))
            try write(phantom, name: name, to: URL(fileURLWithPath: folder).appendingPathComponent(name))
        }
        Output.endProgress()
    }

    private func chosenPathologies() throws(ProgramError) -> Set<Pathology>? {
        guard let pathology else { return nil }
        if pathology == "none" { return [] }
        var chosen: Set<Pathology> = []
        for word in pathology.split(separator: ",") {
            guard let known = Pathology(rawValue: String(word)) else {
                let names = Pathology.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProgramError("\(word) is not a pathology; there are \(names), none.")
            }
            chosen.insert(known)
        }
        return chosen
    }

    private func chosenSite(_ patient: Int) throws(ProgramError) -> PhantomSite {
        guard let site else { return PhantomSite.all[(patient - 1) % PhantomSite.all.count] }
        guard let known = PhantomSite.named(site) else {
            let names = PhantomSite.all.map(\.name).joined(separator: ", ")
            throw ProgramError("\(site) is not a site; there are \(names).")
        }
        return known
    }

    private func write(_ phantom: Phantom, name: String, to url: URL) throws {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw ProgramError("\(url.path) cannot be made.", .failed)
        }
        try PatientFile(
            site: phantom.description.site, pathologies: phantom.description.pathologies.map(\.rawValue).sorted()
        ).write(in: url)
        if format == "nifti" {
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
        let theme = try Program.current().resources.theme("dark")
        try RTStructWriter.write(
            phantom.masks.keys.sorted().compactMap { structure in
                phantom.masks[structure].map {
                    RTStructureToWrite(name: structure, mask: $0, colour: RTColour(theme, structure: structure))
                }
            }, on: series, to: url.appendingPathComponent("RTSTRUCT.dcm"),
            origin: RTStructWriter.Origin(
                label: "phantom", date: date, time: time, seed: origin, method: DrawingMethod(.automatic)))
    }
}
