import Commands
import TerminalKit

/// The help over the whole screen.
enum HelpOverlay {
    /// - Parameter palette: what the help is searched for, if it is.
    static func draw(
        _ help: HelpText.Page, scroll: Int, _ palette: PaletteState, _ options: RenderOptions, _ grid: inout CellGrid
    ) {
        let box = CellRect(x: 2, y: 1, width: grid.width - 4, height: grid.height - 2)
        grid.fill(box, with: Cell(" ", style: options.bar))
        let room = box.height - 2
        guard room > 0, box.width > 8 else { return }
        let search = palette.helpSearch.map { HelpSearch($0, in: help.rest(box.width - 4)) }
        // The first page stands alone; the first step leads to all of the rest.
        let lines = search?.lines ?? (scroll == 0 ? help.first : help.rest)(box.width - 4)
        let first = max(0, min(scroll - 1, lines.count - room))
        for (i, line) in lines.dropFirst(first).prefix(room).enumerated() {
            let style = line.isHeading ? options.barStyle(options.theme.accent) : options.bar
            grid.write(line.text, x: box.x + 2, y: box.y + 1 + i, style: style, maximumWidth: box.width - 4)
        }
        var shown = "space: all keys · / searches · Esc closes"
        if let search {
            shown = "\(search.found) of \(search.all) · ↑ ↓ scroll · Esc: all"
        } else if scroll > 0 {
            shown =
                "\(first + 1)–\(min(first + room, lines.count)) of \(lines.count) · j k scroll · / searches · Esc closes"
        }
        let end = box.x + box.width - shown.columns - 2
        grid.write(shown, x: end, y: box.y, style: options.barStyle(options.theme.dim))
        guard let text = palette.helpSearch else { return }
        let typed = "/" + text.suffix(columns: max(1, end - box.x - 5)) + "█"
        grid.write(typed, x: box.x + 2, y: box.y, style: options.barStyle(options.theme.accent))
    }
}
