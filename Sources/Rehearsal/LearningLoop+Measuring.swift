import CaseStore
import Cases
import Foundation
import Reports
import SurfaceMetrics
import Volumes

/// What a rehearsal measures and shows.
extension LearningLoop {
    /// Hold-out patients by site with the version in use, against the truth.
    mutating func measure(_ held: [Patient]) throws -> [LoopReport.Site] {
        let predictor = try predictor()
        if let known = scores[predictor.choice.name] { return known }
        say("Measuring \(predictor.choice.name) on the hold-out.")
        var values: [String: [Double]] = [:]
        for patient in held {
            if isStopped() { throw CancellationError() }
            let volume = try image(of: patient)
            let masks = try predictor.predict(volume).prediction.masks
            let truth = try truth(patient, on: volume.geometry)
            let each = try masks.keys.sorted().compactMap { name -> Double? in
                guard let mask = masks[name], let wanted = truth[name] else { return nil }
                return try SurfaceMeasurement.measure(
                    reference: wanted, test: mask, tolerances: [2], contents: .scores
                ).agreements[0].surfaceDice
            }
            values[patient.site, default: []].append(each.reduce(0, +) / Double(max(1, each.count)))
        }
        let sites = values.keys.sorted().map { site in
            let sorted = (values[site] ?? []).sorted()
            let middle = sorted.count / 2
            let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            let mean = sorted.reduce(0, +) / Double(sorted.count)
            return LoopReport.Site(site: site, patients: sorted.count, median: median, mean: mean, worst: sorted[0])
        }
        scores[predictor.choice.name] = sites
        return sites
    }

    /// The slice of the first case on which the old proposal was most wrong.
    mutating func picture(_ cases: [Patient], job: Int64) throws {
        guard
            let replayed = try store.replay(ofJob: job)?.cases.first(where: { item in
                cases.contains { $0.id == item.correction.caseID }
            }), let patient = cases.first(where: { $0.id == replayed.correction.caseID })
        else { return }
        let volume = try image(of: patient)
        let truth = try truth(patient, on: volume.geometry)
        let before = try store.prediction(PredictionID(rawValue: replayed.predictionBefore)).masks
        let after = try store.prediction(PredictionID(rawValue: replayed.predictionAfter)).masks
        func union(_ masks: [StructureName: Mask]) throws -> Mask {
            try masks.filter { StructureCatalogue.current.isLung($0.key) }.values
                .reduce(Mask(geometry: volume.geometry)) { try $0.union($1) }
        }
        let (exact, old, new) = (try union(truth), try union(before), try union(after))
        let wrong = try exact.symmetricDifference(old).slices.map(\.count)
        guard let z = wrong.indices.max(by: { wrong[$0] < wrong[$1] }) else { return }
        pictures.append(
            LoopPage.Picture(
                title: "\(patient.name), slice \(z + 1)",
                bitmap: LoopPage.bitmap(
                    volume, slice: z,
                    outlines: [(exact, [0, 200, 80]), (old, [230, 60, 60]), (new, [70, 140, 255])])))
    }
}
