import TerminalKit

/// Names in little room. What tells names apart mostly stands at their end, `_L`, `_R` or a number, and what they are
/// at their beginning: so long names lose their middle.
enum NameFit {
    /// A name in at most `width` columns; a longer one has an ellipsis in its middle.
    static func shortened(_ name: String, to width: Int) -> String {
        shortened(name, to: width, end: usefulEnd(of: name, width))
    }

    /// Names in at most `width` columns each, no two of them alike unless they were.
    static func shortened(_ names: [String], to width: Int) -> [String] {
        var result = names.map { shortened($0, to: width) }
        for (short, indices) in Dictionary(grouping: names.indices, by: { result[$0] })
        where Set(indices.map { names[$0] }).count > 1 {
            let group = indices.map { names[$0] }
            let others = Set(result.filter { $0 != short })
            let told = toldApart(group, width, others) ?? numbered(group, width, others)
            for (index, name) in zip(indices, told) { result[index] = name }
        }
        return result
    }

    /// A name of which so many columns at the end are kept, and at the beginning what there is room for.
    private static func shortened(_ name: String, to width: Int, end: Int) -> String {
        guard name.columns > width else { return name }
        guard width > 2 else { return name.prefix(columns: max(0, width)) }
        let tail = name.suffix(columns: min(end, width - 2))
        return name.prefix(columns: width - 1 - tail.columns) + "…" + tail
    }

    /// How much of the end is kept: the last part of the name or its number, where that is short.
    private static func usefulEnd(_ part: Substring, _ width: Int) -> Int? {
        part.columns * 5 <= (width - 1) * 3 ? part.columns : nil
    }

    private static func usefulEnd(of name: String, _ width: Int) -> Int {
        if let mark = name.lastIndex(where: { "_-. ".contains($0) }), let end = usefulEnd(name[mark...], width) {
            return end
        }
        let digits = name.reversed().prefix { $0.isNumber }.count
        return digits > 0 && digits <= width - 2 ? digits : (width - 1) / 3
    }

    /// Another place for the ellipsis, the same for all, that leaves them different.
    private static func toldApart(_ names: [String], _ width: Int, _ others: Set<String>) -> [String]? {
        guard width > 3 else { return nil }
        let wanted = usefulEnd(of: names[0], width)
        for end in (1...(width - 2)).sorted(by: { abs($0 - wanted) < abs($1 - wanted) }) {
            let short = names.map { shortened($0, to: width, end: end) }
            if Set(short).count == Set(names).count, others.isDisjoint(with: short) { return short }
        }
        return nil
    }

    /// The last resort: the place among those that look alike.
    private static func numbered(_ names: [String], _ width: Int, _ others: Set<String>) -> [String] {
        let order = Set(names).sorted()
        return names.map { name in
            let number = "#\((order.firstIndex(of: name) ?? 0) + 1)"
            return name.prefix(columns: max(0, width - 1 - number.columns)) + "…" + number
        }
    }
}

/// Which part of a list is shown where not all of it has room.
struct ListWindow: Hashable {
    /// The lines that are shown.
    let shown: Range<Int>
    /// How many there are.
    let count: Int

    /// A window of at most `room` lines with the chosen one in it, near its middle where the list goes on both ways.
    init(count: Int, selected: Int, room: Int) {
        self.count = count
        let length = min(count, max(1, room))
        let first = min(max(0, selected - length / 2), count - length)
        shown = first..<first + length
    }

    /// How many lines stand before the window.
    var above: Int { shown.lowerBound }
    /// How many follow it.
    var below: Int { count - shown.upperBound }
}
