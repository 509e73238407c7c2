import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Phantoms
import Segmentation
import VolumeFiles
import Volumes

/// The people of a rehearsal: phantoms that are made, imported, predicted and corrected.
extension LearningLoop {
    /// Makes a phantom with disease, imports it and says what it is for.
    func make(_ site: PhantomSite, _ number: Int, _ role: PatientRole) throws -> Patient {
        if isStopped() { throw CancellationError() }
        let name = "\(site.name)-\(role == .holdOut ? "held" : "case")-\(number)"
        let folder = home.appendingPathComponent("phantoms/\(name)")
        let image = folder.appendingPathComponent("ct.nii.gz")
        if !FileManager.default.fileExists(atPath: image.path) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let phantom = try ThoraxPhantom.generate(
                PhantomSpecification(
                    seed: options.seed, patient: number, site: site, matrix: options.matrix, slices: options.slices,
                    pathologies: Self.pathologies(at: site, number)))
            for structure in [StructureCatalogue.current.lungs.left, StructureCatalogue.current.lungs.right] {
                guard let mask = phantom.masks[structure.rawValue] else { continue }
                try NiftiFile.write(mask, to: folder.appendingPathComponent("\(structure).nii.gz"))
            }
            // Last, so that a patient who was cut off is made again.
            try NiftiFile.write(phantom.volume, to: image)
        }
        // As a department that names its sites: the gate then judges each that has enough hold-out patients, and names the
        // others.
        let loaded = try LoadedCase.read(CaseSource(url: image)).made(by: Acquisition(site: site.name))
        try store.register(loaded.record, by: "rehearsal", now: Date())
        try store.assignPatient(
            hasher.hash(name), to: loaded.record.id, holdOutShare: role == .holdOut ? 1 : 0, by: "rehearsal",
            now: Date())
        return Patient(id: loaded.record.id, folder: folder, site: site.name, name: name)
    }

    /// What a patient has: at each site one thing after another, and fibrosis with it at the site where all have that.
    package static func pathologies(at site: PhantomSite, _ number: Int) -> Set<Pathology> {
        let scarred: [Set<Pathology>] = [[], [.nodules], [.mass], [], [.effusion]]
        let others: [Set<Pathology>] = [[.effusion], [.consolidation], [.atelectasis], [.mass, .nodules], []]
        guard site.percentFibrosis == 100 else { return others[number % others.count] }
        return scarred[number % scarred.count].union([.fibrosis])
    }

    func truth(_ patient: Patient, on grid: GridGeometry) throws -> [StructureName: Mask] {
        var notes = Notes()
        let masks = try StructureFiles.read(
            patient.folder, on: grid, frameOfReferenceUID: "", by: surroundings.conventions, notes: &notes
        ).masks
        for note in notes.sentences { say("note: \(note)") }
        return try masks.withWholes()
    }

    func image(of patient: Patient) throws -> Volume {
        try LoadedCase.read(CaseSource(url: patient.folder.appendingPathComponent("ct.nii.gz"))).volume
    }

    func predictor() throws -> CasePredictor {
        guard let entry = try catalogue().preferred() else { throw WorkError("No trained model is installed.") }
        return CasePredictor(
            ModelChoice(kind: .model(entry), isNamed: true), networks: surroundings.networks,
            options: PredictionOptions())
    }

    /// Predicts cases and lets the oracle review them.
    /// - Returns: the mean surface Dice of the predictions against what was filed.
    @discardableResult
    func correct(_ patients: [Patient]) throws -> Double {
        let predictor = try predictor()
        var values: [Double] = []
        let filed = Dictionary(
            try store.corrections().corrections.map { ($0.key.caseID, $0) }, uniquingKeysWith: { first, _ in first })
        for patient in patients {
            if isStopped() { throw CancellationError() }
            if let correction = filed[patient.id] {
                values += correction.outcomes.compactMap(\.surfaceDiceAgainstPrediction)
                continue
            }
            let volume = try image(of: patient)
            let prediction = try predictor.predict(volume).prediction
            _ = try store.save(prediction, for: patient.id, by: "rehearsal", now: Date())
            let correction = try CorrectionOracle(store: store).review(
                patient.id, truth: try truth(patient, on: volume.geometry),
                tolerance: surroundings.tolerance)
            values += correction.outcomes.compactMap(\.surfaceDiceAgainstPrediction)
        }
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
