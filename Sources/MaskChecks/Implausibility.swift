import Anatomy
import Volumes

/// What the catalogue calls implausible about a mask: it may be right, and a person should look at it.
public enum Implausibility: Hashable, Sendable {
    /// It has so many ml.
    case volume(millilitres: Double)
    /// Half of its voxels are above, or below, so many HU.
    case density(medianHU: Int, isDense: Bool)

    /// What is implausible about a structure's mask: its volume, then its density; nothing where the catalogue says
    /// nothing of either.
    /// - Parameter volume: the CT, on the mask's grid.
    /// - Complexity: O(voxels), if the catalogue says anything of the density.
    public static func found(in mask: Mask, _ facts: StructureFacts, of volume: Volume) -> [Implausibility] {
        var found: [Implausibility] = []
        let millilitres = mask.millilitres
        if let plausible = facts.plausibleMillilitres, !plausible.contains(millilitres) {
            found.append(.volume(millilitres: millilitres))
        }
        guard let plausible = facts.plausibleMedianHU else { return found }
        let median = medianHU(of: volume, in: mask)
        if !plausible.contains(Double(median)) {
            let isDense = plausible.greatest.map { Double(median) > $0 } ?? false
            found.append(.density(medianHU: median, isDense: isDense))
        }
        return found
    }

    /// The CT number that half of a mask's voxels are above; 0 of an empty mask.
    static func medianHU(of volume: Volume, in mask: Mask) -> Int {
        var counts = [Int](repeating: 0, count: 65_536)
        for (image, slice) in zip(volume.slices, mask.slices) where !slice.isEmpty {
            for y in 0..<slice.height {
                for x in 0..<slice.width where slice[x, y] {
                    counts[Int(image.values[y * slice.width + x]) + 32_768] += 1
                }
            }
        }
        let half = counts.reduce(0, +) / 2
        var seen = 0
        for (value, count) in counts.enumerated() {
            seen += count
            if seen > half { return value - 32_768 }
        }
        return 0
    }
}
