import Commands
import Cases
import Volumes

/// What one mask is, and what the CT is in it.
public struct StructureStatistics: Hashable, Sendable {
    /// The volume, ml.
    public let millilitres: Double
    /// The surface, mm²: the areas of its surface elements, as the surface Dice has them.
    public let squareMillimetres: Double
    /// The CT numbers of its voxels.
    public let histogram: HounsfieldHistogram
    /// Its longest lines; `nil` where it is empty.
    public let diameters: MaskDiameters?

    /// Statistics from their parts.
    public init(
        millilitres: Double, squareMillimetres: Double, histogram: HounsfieldHistogram, diameters: MaskDiameters?
    ) {
        self.millilitres = millilitres
        self.squareMillimetres = squareMillimetres
        self.histogram = histogram
        self.diameters = diameters
    }

    /// How many voxels it has.
    public var voxelCount: Int { histogram.count }
}

/// What became of statistics that were asked for.
public enum StatisticsNews: Hashable, Sendable {
    /// They were worked out.
    case done(id: Int, StructureStatistics)
    /// They could not be: why.
    case failed(id: Int, String)
}

/// The statistics of the structures, as far as somebody has asked for them.
public struct StatisticsState: Hashable, Sendable {
    /// Statistics with the mask that they are of.
    struct Known: Hashable, Sendable {
        let mask: Mask
        let statistics: StructureStatistics
    }

    /// What is being worked out.
    struct Request: Hashable, Sendable {
        let name: StructureName
        let mask: Mask
    }

    var known: [StructureName: Known] = [:]
    /// Of which mask they could not be worked out, and why.
    struct Failure: Hashable, Sendable {
        let mask: Mask
        let reason: String
    }

    var running: [Int: Request] = [:]
    var failures: [StructureName: Failure] = [:]
    /// How often statistics were asked for: no number is given twice, so that no answer is taken for another's.
    var count = 0

    /// Nobody has asked yet.
    public init() {}
}

extension ReviewState {
    /// The newest statistics of a structure that there are, and whether they are of its mask as it stands.
    public func statistics(of structure: StructureState) -> (statistics: StructureStatistics, isCurrent: Bool)? {
        statistics.known[structure.name].map { ($0.statistics, $0.mask == structure.mask) }
    }

    /// Why a structure's mask as it stands could not be described; `nil` where it could, or nobody has tried.
    public func whyNotDescribed(_ structure: StructureState) -> String? {
        statistics.failures[structure.name].flatMap { $0.mask == structure.mask ? $0.reason : nil }
    }

    /// Shows the statistics of the structure that is edited. What could not be worked out is tried again.
    mutating func showStatistics() -> [ReviewEffect] {
        guard active != nil else { return warn("there is no structure to describe yet") }
        statistics.failures = [:]
        return open(.statistics(scroll: 0))
    }

    /// Shows the statistics of another structure, which is edited from now on.
    mutating func describeNext(backwards: Bool) -> [ReviewEffect] {
        let selected = selectNextStructure(backwards: backwards)
        if case .overlay(.statistics) = mode { mode = .overlay(.statistics(scroll: 0)) }
        return selected
    }

    /// Has the statistics that are on the screen worked out, unless they are known or on their way, or could not be: the
    /// mask may be another than the one they were asked for.
    mutating func keepStatisticsUp() -> [ReviewEffect] {
        guard case .overlay(.statistics) = mode, let active, statistics.known[active.name]?.mask != active.mask,
            whyNotDescribed(active) == nil
        else { return [] }
        let request = StatisticsState.Request(name: active.name, mask: active.mask)
        guard !statistics.running.values.contains(request) else { return [] }
        statistics.count += 1
        statistics.running[statistics.count] = request
        return [.describe(id: statistics.count, mask: active.mask)]
    }

    /// Takes in what became of statistics. What was asked before the case was opened anew is nobody's.
    mutating func receive(_ news: StatisticsNews) {
        switch news {
        case .done(let id, let found):
            guard let request = statistics.running.removeValue(forKey: id) else { return }
            // An answer about a mask before the one that is described already is older.
            if let known = statistics.known[request.name], isCurrent(known, request.name) { return }
            statistics.known[request.name] = StatisticsState.Known(mask: request.mask, statistics: found)
        case .failed(let id, let reason):
            guard let request = statistics.running.removeValue(forKey: id) else { return }
            statistics.failures[request.name] = StatisticsState.Failure(mask: request.mask, reason: reason)
            message = StatusMessage("\(request.name) could not be described: \(reason)", kind: .warning)
        }
    }

    private func isCurrent(_ known: StatisticsState.Known, _ name: StructureName) -> Bool {
        structures.contains { $0.name == name && $0.mask == known.mask }
    }

    /// The case is opened anew: what was known is of masks that are gone.
    mutating func forgetStatistics() {
        statistics.known = [:]
        statistics.running = [:]
        statistics.failures = [:]
    }
}
