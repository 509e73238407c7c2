import Foundation

/// What one epoch came to.
public struct CurvePoint: Hashable, Sendable, Codable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The mean loss of the epoch's steps.
    public var trainingLoss: Double
    /// The mean over the validation patients of each one's loss; `nil` without such patients.
    public var validationLoss: Double?
    /// The mean 3D surface Dice at 2 mm over validation patients and structures, on the network's grid.
    public var surfaceDice: Double?
    /// The same by structure.
    public var surfaceDiceByStructure: [String: Double]
    /// The learning rate of the last step.
    public var learningRate: Double
}

/// The course of a training, epoch by epoch.
public struct TrainingCurve: Hashable, Sendable, Codable {
    /// The epochs so far.
    public var points: [CurvePoint]

    /// A curve from its points.
    public init(points: [CurvePoint] = []) { self.points = points }

    /// As CSV (RFC 4180) with a header; one column of surface Dice a structure. Numbers are the shortest that read
    /// back as the same double.
    public var csv: String {
        let structures = Set(points.flatMap(\.surfaceDiceByStructure.keys)).sorted()
        let head =
            ["epoch", "training_loss", "validation_loss", "surface_dice_2mm"]
            + structures.map { "surface_dice_2mm_\($0)" } + ["learning_rate"]
        let rows = points.map { point in
            let scores = structures.map { point.surfaceDiceByStructure[$0].map { "\($0)" } ?? "" }
            return
                (["\(point.epoch)", "\(point.trainingLoss)"]
                + [point.validationLoss, point.surfaceDice].map { $0.map { "\($0)" } ?? "" } + scores
                + ["\(point.learningRate)"])
                .joined(separator: ",")
        }
        return ([head.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    }
}
