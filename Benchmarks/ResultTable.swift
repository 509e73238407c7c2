/// What one benchmark found, as lines of plain text.
struct ResultTable {
    /// What a number has to reach.
    enum Target {
        /// At most this many of the row's unit.
        case atMost(Double)
        /// The peer's number divided by ours is at least this.
        case ratio(Double)
    }

    private struct Row {
        var cells: [String]
    }

    private let title: String
    private var rows = [Row(cells: ["", "ours", "peer", "ratio", "target", ""])]
    private var notes: [String] = []

    init(title: String) { self.title = title }

    /// Adds a number of ours, with a peer's beside it where there is one. The ratio is the peer's by ours.
    mutating func add(_ name: String, _ ours: Double, unit: String, peer: Double? = nil, target: Target? = nil) {
        var cells = [name, "\(Self.number(ours)) \(unit)", "", "", "", ""]
        var isMet: Bool?
        if let peer {
            cells[2] = "\(Self.number(peer)) \(unit)"
            cells[3] = "\(Self.number(peer / ours))×"
        }
        switch target {
        case .atMost(let limit):
            cells[4] = "≤ \(Self.number(limit)) \(unit)"
            isMet = ours <= limit
        case .ratio(let limit):
            cells[4] = "≥ \(Self.number(limit))×"
            isMet = peer.map { $0 / ours >= limit }
        case nil: break
        }
        if let isMet { cells[5] = isMet ? "met" : "MISSED" }
        rows.append(Row(cells: cells))
    }

    /// Adds a line below the table.
    mutating func note(_ text: String) { notes.append(text) }

    /// The table with aligned columns.
    var text: String {
        let widths = (0..<6).map { column in rows.map { $0.cells[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            let cells = row.cells.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return (1...3).contains(column) ? blanks + cell : cell + blanks
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([title] + lines + notes.map { "  " + $0 }).joined(separator: "\n") + "\n"
    }

    /// Three digits that count.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let size = abs(value)
        let digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded()
        let whole = Int(rounded / scale)
        guard digits > 0 else { return "\(Int(rounded))" }
        let fraction = String(Int(abs(rounded)) % Int(scale))
        return "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
