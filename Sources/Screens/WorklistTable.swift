import Anatomy
import Cases
import Lists
import Review
import TerminalKit

/// Which columns of the worklist a screen has room for, and how wide each is. Who and model are never cut in the
/// middle of what tells them apart: columns go before they become meaningless.
struct WorklistTable {
    struct Column {
        let heading: String
        let kind: WorklistColumn?
        let width: Int
        let text: @Sendable (WorklistEntry, Double?) -> String
    }

    let columns: [Column]

    /// - Parameter width: the columns of the screen there are for it.
    init(width: Int, entries state: WorklistState) {
        // Only what is on the screen or near it decides, so that 10,000 cases cost what 100 do.
        let near = state.visible.dropFirst(max(0, state.selected - 100)).prefix(200).map { state.entries[$0] }
        func longest(_ least: Int, _ most: Int, _ text: (WorklistEntry) -> String?) -> Int {
            near.reduce(least) { max($0, min(most, text($1)?.columns ?? 0)) }
        }
        let structures = { @Sendable (entry: WorklistEntry) in Self.structures(entry.structures) }
        var wanted: [(column: Column, cost: Int)] = []
        func add(
            _ heading: String, _ kind: WorklistColumn?, _ width: Int, cost: Int,
            _ text: @escaping @Sendable (WorklistEntry, Double?) -> String
        ) {
            wanted.append((Column(heading: heading, kind: kind, width: width, text: text), cost))
        }
        add("case", .name, longest(8, 26) { $0.title }, cost: 0) { entry, _ in entry.title }
        add("status", .status, longest(6, 17) { $0.status.rawValue }, cost: 0) { entry, _ in entry.status.rawValue }
        add("who", .who, longest(4, 20) { Self.who($0) }, cost: 1) { entry, _ in Self.who(entry) }
        add("model", .model, longest(5, 20) { $0.model }, cost: 2) { entry, _ in entry.model ?? "–" }
        add("touched", .touched, 9, cost: 4) { entry, now in Self.age(entry.touchedAt, now) }
        add("effort", .effort, 7, cost: 5) { entry, _ in Self.effort(entry.effortSeconds) }
        add("unsure", .uncertainty, 6, cost: 6) { entry, _ in
            entry.uncertainty.map { TextFormat.fixed($0 * 100, 0) + " %" } ?? "–"
        }
        add("structures", .structures, longest(10, 28) { structures($0) }, cost: 3) { entry, _ in structures(entry) }
        add("image", nil, longest(5, 36) { $0.image }, cost: 7) { entry, _ in entry.image }
        // A case is known by the beginning of its name, so that gives way first, and then the dearest column goes.
        let others = wanted.dropFirst().filter { $0.cost <= 2 }.reduce(0) { $0 + $1.column.width + 1 }
        let name = wanted[0].column
        let short = max(min(name.width, width - others), min(name.width, 16))
        wanted[0].column = Column(
            heading: name.heading, kind: name.kind, width: short,
            text: { NameFit.shortened(name.text($0, $1), to: short) })
        while wanted.reduce(-1, { $0 + $1.column.width + 1 }) > width,
            let dearest = wanted.indices.filter({ wanted[$0].cost > 0 }).max(by: { wanted[$0].cost < wanted[$1].cost })
        {
            wanted.remove(at: dearest)
        }
        columns = wanted.map(\.column)
    }

    /// Structures in few letters: parts of one whole, such as both lungs, as one where all of them are there.
    static func structures(_ names: [StructureName]) -> String {
        guard !names.isEmpty else { return "–" }
        var rest = names
        var parts: [String] = []
        for facts in StructureCatalogue.current.structures {
            guard let short = facts.shortNameOfParts, Set(names).isSuperset(of: facts.parts) else { continue }
            parts.append(short)
            rest.removeAll(where: facts.parts.contains)
        }
        parts += rest.map(\.rawValue)
        if parts.count > 3 { parts = Array(parts.prefix(2)) + ["+\(parts.count - 2)"] }
        return parts.joined(separator: " ")
    }

    /// Who has to do with a case, and how.
    static func who(_ entry: WorklistEntry) -> String {
        if let holder = entry.holder { return "open: \(holder)" }
        if let assignee = entry.assignee { return "→ \(assignee)" }
        return entry.reviewer ?? "–"
    }

    /// How long ago, in the greatest unit that fits.
    static func age(_ at: Double?, _ now: Double?) -> String {
        guard let at, let now else { return "–" }
        let minutes = Int(max(0, now - at) / 60)
        switch minutes {
        case 0: return "now"
        case ..<60: return "\(minutes) min"
        case ..<(48 * 60): return "\(minutes / 60) h"
        default: return "\(minutes / 60 / 24) days"
        }
    }

    /// Time in minutes.
    static func effort(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return "–" }
        return seconds < 60 ? "< 1 min" : "\(Int((seconds / 60).rounded())) min"
    }
}

/// What the lists beside the worklist look like.
enum ListPages {
    static func headings(_ page: WorklistPage) -> [String] {
        switch page {
        case .cases: []
        case .corrections: ["case", "rev", "status", "surface Dice", "slices", "time", "reviewer", "filed"]
        }
    }

    static func nothing(_ page: WorklistPage) -> String {
        switch page {
        case .cases: ""
        case .corrections: "Nothing was filed yet. A case that is accepted or rejected appears here."
        }
    }

    /// How wide each column is: as its longest text, the widest made narrower until all have room.
    static func widths(_ headings: [String], _ lines: [ListLine], room: Int) -> [Int] {
        var widths = headings.map(\.columns)
        for line in lines.prefix(200) {
            for (i, cell) in line.cells.enumerated() where i < widths.count {
                widths[i] = max(widths[i], cell.columns)
            }
        }
        while widths.reduce(-1, { $0 + $1 + 1 }) > room,
            let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 6
        {
            widths[widest] -= 1
        }
        return widths
    }

    /// A text that is cut says so.
    static func cut(_ text: String, to width: Int) -> String { TextFormat.cut(text, to: width) }

    static func colour(_ tone: ListLine.Tone, _ theme: Theme) -> Colour {
        switch tone {
        case .plain: theme.text
        case .good: theme.good
        case .warning: theme.warning
        case .bad: theme.bad
        }
    }
}
