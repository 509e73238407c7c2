/// The help by what is typed: of its commands those that have all the words, with their keys and headings.
struct HelpSearch {
    /// The lines that are left.
    let lines: [HelpText.Line]
    /// How many entries they are.
    let found: Int
    /// How many there are in all.
    let all: Int

    /// - Parameters:
    ///   - text: words, of which each has to stand in an entry, wherever and in whichever case; none leaves everything.
    init(_ text: String, in lines: [HelpText.Line]) {
        let words = text.lowercased().split(separator: " ")
        var kept: [HelpText.Line] = []
        var (found, all) = (0, 0)
        var heading: HelpText.Line?
        var entry: [HelpText.Line] = []
        func end() {
            guard !entry.isEmpty else { return }
            all += 1
            let text = entry.map(\.text).joined(separator: " ").lowercased()
            if words.allSatisfy({ text.contains($0) }) {
                found += 1
                if let title = heading {
                    if !kept.isEmpty { kept.append(HelpText.Line(text: "")) }
                    kept.append(title)
                    heading = nil
                }
                kept += entry
            }
            entry = []
        }
        for line in lines {
            if line.isHeading {
                end()
                heading = line
            } else if line.text.isEmpty {
                end()
            } else {
                if !line.goesOn { end() }
                entry.append(line)
            }
        }
        end()
        (self.lines, self.found, self.all) = (kept, found, all)
    }
}
