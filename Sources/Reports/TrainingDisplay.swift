import Foundation
import Training

/// Tells of a training: a bar with the time left, and a line an epoch.
package final class TrainingDisplay {
    private let epochs: Int
    /// Shows a line that the next one replaces, where there is a terminal.
    private let progress: (String) -> Void
    /// Says a line that stays.
    private let say: (String) -> Void
    private let clock = ContinuousClock()
    private var epochStart: ContinuousClock.Instant
    private var lastDrawn: ContinuousClock.Instant?
    /// Seconds of the epochs that were seen whole.
    private var epochSeconds: [Double] = []
    private var firstStep: (step: Int, at: ContinuousClock.Instant)?

    /// A display of a training that is about to begin, or to be resumed.
    /// - Parameters:
    ///   - epochs: of the whole training.
    ///   - progress: shows a line that the next one replaces.
    ///   - say: says a line that stays.
    package init(epochs: Int, progress: @escaping (String) -> Void, say: @escaping (String) -> Void) {
        self.epochs = epochs
        self.progress = progress
        self.say = say
        epochStart = clock.now
    }

    /// Takes in what has happened.
    package func show(_ event: Trainer.Event) {
        switch event {
        case .step(let epoch, let step, let steps, let loss):
            let now = clock.now
            if firstStep == nil { firstStep = (step, now) }
            guard let first = firstStep, isDue(now) else { return }
            let pace = step > first.step ? seconds(first.at, now) / Double(step - first.step) : nil
            let left = pace.map { rest(epoch, inEpoch: Double(steps - step) * $0, whole: Double(steps) * $0) }
            draw(
                "epoch \(epoch)/\(epochs)  step \(step)/\(steps)  loss \(Self.number(loss))", done: Double(step),
                of: Double(steps), left: left)
        case .validating(let epoch, let done, let all):
            guard isDue(clock.now) else { return }
            draw("epoch \(epoch)/\(epochs)  validating \(done)/\(all)", done: Double(done), of: Double(all), left: nil)
        case .epoch(let point, let isBest):
            let now = clock.now
            let taken = seconds(epochStart, now)
            epochSeconds.append(taken)
            (epochStart, firstStep) = (now, nil)
            var line = "epoch \(point.epoch)/\(epochs)  loss \(Self.number(point.trainingLoss))"
            if let loss = point.validationLoss { line += "  validation \(Self.number(loss))" }
            if let score = point.surfaceDice {
                let each = point.surfaceDiceByStructure.sorted { $0.key < $1.key }
                    .map { "\($0.key) \(Self.number($0.value))" }
                line += "  surface Dice \(Self.number(score)) (\(each.joined(separator: ", ")))"
            }
            line += "  \(Self.time(taken))\(isBest ? "  best" : "")"
            say(line)
        }
    }

    private func rest(_ epoch: Int, inEpoch: Double, whole: Double) -> Double {
        let each = epochSeconds.isEmpty ? whole : epochSeconds.reduce(0, +) / Double(epochSeconds.count)
        return inEpoch + Double(epochs - epoch) * each
    }

    private func isDue(_ now: ContinuousClock.Instant) -> Bool {
        if let lastDrawn, seconds(lastDrawn, now) < 0.2 { return false }
        lastDrawn = now
        return true
    }

    private func draw(_ text: String, done: Double, of all: Double, left: Double?) {
        let width = 24
        let filled = all > 0 ? Int((Double(width) * done / all).rounded(.down)) : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        progress("\(bar)  \(text)" + (left.map { "  \(Self.time($0)) left" } ?? ""))
    }

    private func seconds(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> Double {
        let parts = (to - from).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }

    private static func number(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }
}
