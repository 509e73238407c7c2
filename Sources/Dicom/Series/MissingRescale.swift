import ImageValues
import Volumes

/// Slices that state no rescale slope and intercept among others that do.
///
/// Their stored values may be HU already, or may need the slope and intercept of the others: read the wrong way, one
/// slice is 1024 HU off among right ones. Only the voxels can tell. A slice is compared with the nearest one that states
/// its rescale, read in every way that comes into question; one way must fit by far the best.
enum MissingRescale {
    /// A way of reading stored values.
    struct Rule: Hashable {
        var slope, intercept: Double

        static let none = Rule(slope: 1, intercept: 0)

        /// The HU of a stored value; `nil` where 16 bits do not hold it.
        func hounsfield(_ stored: Int16) -> Int16? {
            let value = (Double(stored) * slope + intercept).rounded(.toNearestOrEven)
            return value >= -32_768 && value <= 32_767 ? Int16(value) : nil
        }

        var description: String { "slope \(Self.text(slope)) and intercept \(Self.text(intercept))" }

        private static func text(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
        }
    }

    /// How many times worse than the best every other way must fit.
    private static let margin = 3.0
    /// More ways than these in a series: each slice has its own, and none can be lent to another.
    private static let mostRules = 4

    /// The slices in HU, those without a rescale read as their neighbours show.
    /// - Parameters:
    ///   - order: the slices by position, so that neighbours are known.
    ///   - label: what a slice is called in messages.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent`, naming the slices, where the voxels do not tell.
    static func settled(
        _ decoded: [DicomFile.Decoded], order: [Int], label: (Int) -> String, warnings: inout [String]
    ) throws(ImageFormatsError) -> [DicomFile.Decoded] {
        let missing = order.filter { decoded[$0].hasNoRescale }
        guard !missing.isEmpty, missing.count < order.count else { return decoded }
        let stated = Set(order.filter { !decoded[$0].hasNoRescale }.map { decoded[$0].rule })
        let rules = ([.none] + stated.sorted { ($0.slope, $0.intercept) < ($1.slope, $1.intercept) }).unique
        var settled = decoded
        var read: [Rule: [Int]] = [:]
        for (place, index) in order.enumerated() where decoded[index].hasNoRescale {
            let best: (rule: Rule, slice: VolumeSlice)?
            if rules.count == 1 {
                best = (.none, decoded[index].slice)
            } else if stated.count > mostRules {
                best = nil
            } else {
                let near = nearest(to: place, order) { !decoded[$0].hasNoRescale }
                best = near.flatMap { fitting(decoded[index].slice, to: decoded[$0].slice, rules) }
            }
            guard let best else { throw refusal(missing.map(label), order.count) }
            settled[index].slice = best.slice
            read[best.rule, default: []].append(index)
        }
        for rule in rules {
            guard let slices = read[rule] else { continue }
            let how =
                rule == .none
                ? "taken as HU as they are stored" : "read with the \(rule.description) of the others"
            warnings.append(
                "\(slices.count) of \(order.count) slices state no rescale slope and intercept "
                    + "(\(list(slices.map(label)))); \(rules.count == 1 ? "they were" : "their voxels fit their neighbours when") "
                    + "\(how). Check these slices against their neighbours.")
        }
        return settled
    }

    private static func nearest(to place: Int, _ order: [Int], where isWanted: (Int) -> Bool) -> Int? {
        for distance in 1..<max(order.count, 2) {
            for other in [place - distance, place + distance]
            where order.indices.contains(other) && isWanted(order[other]) {
                return order[other]
            }
        }
        return nil
    }

    /// The one rule by which a slice fits its neighbour, with the slice read by it.
    private static func fitting(
        _ slice: VolumeSlice, to neighbour: VolumeSlice, _ rules: [Rule]
    ) -> (rule: Rule, slice: VolumeSlice)? {
        guard slice.values.count == neighbour.values.count else { return nil }
        var fits: [(rule: Rule, distance: Double, values: [Int16])] = []
        for rule in rules {
            var values: [Int16] = []
            values.reserveCapacity(slice.values.count)
            var sum = 0.0
            for (stored, other) in zip(slice.values, neighbour.values) {
                guard let value = rule.hounsfield(stored) else { break }
                values.append(value)
                sum += abs(Double(value) - Double(other))
            }
            guard values.count == slice.values.count else { continue }
            fits.append((rule, sum / Double(max(values.count, 1)), values))
        }
        fits.sort { $0.distance < $1.distance }
        guard let best = fits.first else { return nil }
        // The others must be far worse, and worse by more than noise and anatomy make of two neighbours.
        if fits.count > 1, fits[1].distance < max(margin * best.distance, best.distance + 100) { return nil }
        guard let read = try? VolumeSlice(width: slice.width, height: slice.height, values: best.values) else {
            return nil
        }
        return (best.rule, read)
    }

    private static func refusal(_ files: [String], _ count: Int) -> ImageFormatsError {
        ImageFormatsError(
            .inconsistent,
            "\(files.count) of \(count) slices state no rescale slope and intercept, and their voxels do not show "
                + "whether they are HU",
            files: files, mend: "Export the series again: a part of it would be off by the intercept of the others.")
    }

    /// The first few names.
    static func list(_ names: [String]) -> String {
        let more = names.count - 5
        return names.prefix(5).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

extension DicomFile.Decoded {
    /// How its stored values became HU.
    var rule: MissingRescale.Rule { MissingRescale.Rule(slope: slope, intercept: intercept) }
}

extension [MissingRescale.Rule] {
    /// Each once, in order.
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
