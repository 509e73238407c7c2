import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import JobWork
import Lists
import Phantoms
import Reports

/// In which order a rehearsal's reviewer takes cases from a worklist.
package enum CaseOrder: String, CaseIterable, Sendable {
    /// The next by priority, as `n` in the worklist leads to it: what is expected to take most correcting first.
    case priority
    /// Drawn by the seed, whatever the model is unsure of.
    case random
}

/// What is corrected next.
extension LearningLoop {
    /// The worklist that rounds take their cases from: patients of the new site and of those that the model knows, in
    /// turn, each with a prediction and what it is expected to take. Empty where every round has new patients.
    mutating func worklist() throws -> [Patient] {
        guard options.pool > 0 else { return [] }
        say("Making the worklist.")
        let sites = [options.site] + PhantomSite.all
        let patients = try (0..<options.pool).map { try make(sites[$0 % sites.count], $0 + 1, .training) }
        for patient in patients where try store.newestPrediction(for: patient.id) == nil {
            if isStopped() { throw CancellationError() }
            let prediction = try predictor().predict(try image(of: patient)).prediction
            _ = try store.saveEstimated(prediction, for: patient.id, by: "rehearsal")
        }
        return patients
    }

    /// The cases of a round.
    /// - Parameters:
    ///   - worklist: what ``worklist()`` made.
    ///   - done: the rounds before.
    mutating func cases(ofRound number: Int, from worklist: [Patient], after done: [LoopReport.Round]) throws
        -> [Patient]
    {
        guard options.pool > 0 else {
            return try (0..<options.casesPerRound).map {
                try make(options.site, (number - 1) * options.casesPerRound + $0 + 1, .training)
            }
        }
        if done.count >= number { return worklist.filter { done[number - 1].cases.contains($0.name) } }
        let earlier = Set(done.flatMap(\.cases))
        let filed = Set(try store.corrections().corrections.map(\.key.caseID))
        // Those that were corrected before it was stopped in this round, then the next.
        var chosen = worklist.filter { !earlier.contains($0.name) && filed.contains($0.id) }
        while chosen.count < options.casesPerRound {
            let left = worklist.filter { patient in
                !earlier.contains(patient.name) && !chosen.contains { $0.id == patient.id }
            }
            guard let next = try next(of: left) else { break }
            chosen.append(next)
        }
        return chosen
    }

    private func next(of left: [Patient]) throws -> Patient? {
        switch options.order {
        case .random:
            return left.min { a, b in
                SHA256Digest.hex(of: "\(options.seed) \(a.name)") < SHA256Digest.hex(of: "\(options.seed) \(b.name)")
            }
        case .priority:
            let ids = Set(left.map(\.id))
            let now = Date()
            let entries = try store.worklist().items.filter { ids.contains($0.record.id) }
                .map { WorklistEntry($0, title: $0.record.caseSource.title, now: now) }
            let next = WorklistState(entries: entries, reviewer: CorrectionOracle(store: store).reviewer).next()
            return left.first { $0.id == next?.caseID }
        }
    }

    /// Predicts what is left of the worklist with the version in use, as a worker does when it has promoted one.
    func predictAnew() throws {
        guard options.pool > 0 else { return }
        _ = try Repredictor(
            store: store, home: home, catalogue: catalogue(), networks: surroundings.networks, log: JobLog(nil)
        ).run(isStopped: isStopped)
    }
}
