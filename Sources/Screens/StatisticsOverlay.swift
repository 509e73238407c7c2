import Cases
import Review
import TerminalKit
import Volumes

/// What a structure is and what the CT is in it, over the image; below it the volumes of all structures.
enum StatisticsOverlay {
    /// How many classes the histogram has at most.
    static let bins = 12

    static func draw(
        _ state: ReviewState, scroll: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        guard let active = state.active else { return }
        let lines = lines(state, active, ListBox.textWidth(in: rect))
        let room = ListBox.room(for: lines.count, in: rect)
        let first = max(0, min(scroll, lines.count - room))
        let foot = ListBox.fitting(["j k scroll   Tab the next structure   Esc closes", "j k Tab Esc"], in: rect)
        let heading = heading(state, active)
        let shown = room < lines.count ? "   \(first + 1)–\(first + room) of \(lines.count)" : ""
        ListBox.drawBox(
            lines.dropFirst(first).prefix(room).map { ListBox.Line(text: "  " + $0, style: options.bar) },
            width: ListBox.readingWidth(lines + [foot, heading.text + shown], in: rect),
            heading: (heading.text + shown, heading.isCurrent ? options.theme.accent : options.theme.warning),
            foot: foot, options, &grid, rect)
    }

    /// How far the lines can be scrolled.
    static func lastScroll(_ state: ReviewState, in rect: CellRect) -> Int {
        guard let active = state.active else { return 0 }
        let count = lines(state, active, ListBox.textWidth(in: rect)).count
        return count - ListBox.room(for: count, in: rect)
    }

    /// What is described, and whether it is the mask as it stands.
    private static func heading(_ state: ReviewState, _ active: StructureState) -> (text: String, isCurrent: Bool) {
        let found = state.statistics(of: active)
        if found?.isCurrent == true { return ("\(active.name)", true) }
        if let reason = state.whyNotDescribed(active) { return ("\(active.name)   not described: \(reason)", false) }
        return found == nil
            ? ("\(active.name)   being worked out…", true) : ("\(active.name)   before the newest edits…", false)
    }

    private static func lines(_ state: ReviewState, _ active: StructureState, _ width: Int) -> [String] {
        var lines: [String] = []
        if let (found, _) = state.statistics(of: active) {
            lines = figures(found, active.mask.geometry) + [""] + chart(found.histogram, width) + [""]
        }
        let names = state.structures.map(\.name.rawValue)
        let column = min(24, names.map(\.columns).max() ?? 0)
        lines.append("volumes of all structures")
        for (structure, name) in zip(state.structures, NameFit.shortened(names, to: column)) {
            lines.append(
                (structure.name == active.name ? "› " : "  ") + TextFormat.padded(name, column) + "  "
                    + TextFormat.right(TextFormat.fixed(structure.millilitres, 2), 10) + " ml")
        }
        return lines
    }

    private static func figures(_ found: StructureStatistics, _ geometry: GridGeometry) -> [String] {
        func row(_ name: String, _ text: String) -> String { TextFormat.padded(name, 14) + text }
        let spacing = [geometry.spacing.x, geometry.spacing.y, geometry.spacing.z].map { TextFormat.fixed($0, 3) }
        var lines = [
            row(
                "volume",
                "\(TextFormat.fixed(found.millilitres, 2)) ml, \(Plural.count(found.voxelCount, "voxel")) of "
                    + spacing.joined(separator: " × ") + " mm")
        ]
        guard let mean = found.histogram.mean, let deviation = found.histogram.deviation else { return lines }
        lines.append(
            row(
                "CT number HU",
                "mean \(TextFormat.fixed(mean, 1))  SD \(TextFormat.fixed(deviation, 1))  min "
                    + "\(TextFormat.integer(found.histogram.minimum))  max "
                    + TextFormat.integer(found.histogram.maximum)))
        let percentiles = [5, 25, 50, 75, 95].map { percent in
            "\(percent): \(TextFormat.fixed(found.histogram.percentile(percent) ?? .nan, 1))"
        }
        lines.append(row("percentiles", percentiles.joined(separator: "  ")))
        lines.append(row("surface", "\(TextFormat.fixed(found.squareMillimetres / 100, 2)) cm²"))
        if let diameters = found.diameters {
            lines.append(row("longest line", line(diameters.volume)))
            lines.append(row("on one slice", line(diameters.slice)))
        }
        return lines
    }

    /// A line with its ends; slices from 1, as everywhere on the screen.
    private static func line(_ diameter: MaskDiameter) -> String {
        func end(_ voxel: VoxelIndex) -> String { "\(voxel.x) \(voxel.y)" }
        let (a, b) = (diameter.from, diameter.to)
        let length = TextFormat.fixed(diameter.millimetres, 1) + " mm, "
        guard a.z != b.z else { return length + "slice \(a.z + 1), x y \(end(a)) to \(end(b))" }
        return length + "x y \(end(a)) slice \(a.z + 1) to \(end(b)) slice \(b.z + 1)"
    }

    /// The histogram: a bar for each class of CT numbers, the fullest the longest.
    private static func chart(_ histogram: HounsfieldHistogram, _ width: Int) -> [String] {
        let bins = histogram.bins(atMost: Self.bins)
        guard let most = bins.map(\.count).max(), most > 0 else { return ["no voxels"] }
        let labels = bins.map { bin in
            bin.range.count == 1
                ? TextFormat.integer(bin.range.lowerBound)
                : "\(TextFormat.integer(bin.range.lowerBound)) … \(TextFormat.integer(bin.range.upperBound))"
        }
        let column = labels.map(\.columns).max() ?? 0
        let room = max(4, min(40, width - column - 3 - 9))
        return zip(labels, bins).map { label, bin in
            let length = Int((Double(bin.count) / Double(most) * Double(room)).rounded())
            let share = TextFormat.fixed(Double(bin.count) / Double(histogram.count) * 100, 1) + " %"
            return TextFormat.right(label, column) + "  " + String(repeating: "█", count: length)
                + String(repeating: " ", count: room - length) + " " + TextFormat.right(share, 7)
        }
    }
}
