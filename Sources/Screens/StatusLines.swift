import Review
import TerminalKit
import Volumes

/// What lies under the cursor, news, and what is being typed.
enum StatusLines {
    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.text))
        let last = rect.y + rect.height - 1
        if case .prompt(let kind, let text) = state.mode {
            let lead =
                switch kind {
                case .command: ":"
                case .rejection: "reject because: "
                case .flag: "flag because: "
                case .sendingBack: "send back because: "
                }
            let room = max(1, rect.width - lead.columns - 3)
            var x = grid.write(lead, x: rect.x + 1, y: last, style: options.style(options.theme.accent))
            x = grid.write(text.suffix(columns: room), x: x, y: last, style: options.text)
            grid.write("█", x: x, y: last, style: options.style(options.theme.cursor))
            if rect.height > 1 { position(state, options, &grid, rect) }
            return
        }
        // On one line, news take the place of the position until the next key.
        var isPressing = state.message?.kind == .warning || (state.message?.text.columns ?? 0) > rect.width - 60
        if case .failed = state.save { isPressing = true }
        if state.region.running != nil { isPressing = true }
        if rect.height == 1, isPressing {
            news(state, options, &grid, x: rect.x + 1, y: last, width: rect.width - 2)
            return
        }
        // What `u` would take back tells more than the CT numbers under the brush, where there is no room for both.
        let reserved = rect.height == 1 ? undoing(state, width: 0).map { $0.columns + 4 } ?? 0 : 0
        let end = position(state, options, &grid, rect, reserving: reserved)
        if rect.height > 1 {
            news(state, options, &grid, x: rect.x + 1, y: last, width: rect.width - 2)
        } else {
            news(state, options, &grid, x: end + 3, y: last, width: rect.width - end - 4)
        }
    }

    @discardableResult
    private static func position(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect,
        reserving reserved: Int = 0
    ) -> Int {
        guard let geometry = state.geometry, let voxel = state.cursorVoxel else { return rect.x }
        var hu = "HU …"
        if let slice = state.image?.slices[voxel.z] {
            hu = "HU " + TextFormat.integer(Int(slice[voxel.x, voxel.y].value))
        }
        let x = grid.write(
            TextFormat.padded(hu, 9), x: rect.x + 1, y: rect.y,
            style: CellStyle(
                foreground: options.theme.text, background: options.theme.background, attributes: .bold))
        let point = geometry.point(at: voxel)
        func axis(_ value: Double, _ positive: String, _ negative: String) -> String {
            (value < 0 ? negative : positive) + " " + TextFormat.fixed(abs(value), 1)
        }
        var text = "x \(voxel.x) y \(voxel.y) z \(voxel.z)"
        let place =
            [axis(point.x, "L", "R"), axis(point.y, "P", "A"), axis(point.z, "S", "I")].joined(separator: " ") + " mm"
        // Where what `u` takes back would be cut, it is the voxel that says where one is.
        if reserved == 0 || x + text.columns + place.columns + 4 + reserved <= rect.maxX { text += "   " + place }
        let end = grid.write(text, x: x + 1, y: rect.y, style: options.text)
        return brushProfile(state, options, &grid, y: rect.y, from: end, upTo: rect.maxX - reserved)
    }

    /// The CT numbers under the brush, where there is room for them.
    private static func brushProfile(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, y: Int, from end: Int, upTo limit: Int
    ) -> Int {
        guard state.tool == .brush || state.tool == .erase, let image = state.image,
            let profile = BrushProfile(state.brush, at: state.cursor, on: state.gridPlane, of: image)
        else { return end }
        func whole(_ value: Double) -> String { TextFormat.integer(Int(value.rounded())) }
        let sign = options.cells == .ascii ? "+/-" : "±"
        let figures = "\(whole(profile.mean)) \(sign) \(whole(profile.deviation)) HU"
        for text in [
            "under brush: mean \(figures), n \(profile.count)", "brush \(figures) n \(profile.count)", figures,
        ]
        where end + 3 + text.columns < limit {
            return grid.write(text, x: end + 3, y: y, style: options.dim)
        }
        return end
    }

    /// What the next undo takes back, in so many columns if it can be said shorter.
    private static func undoing(_ state: ReviewState, width: Int) -> String? {
        state.nextUndo.map { $0.text.count + 2 <= width ? "u \($0.text)" : "u \($0.shortText)" }
    }

    /// Keys that wait for the next.
    private static func pending(_ state: ReviewState) -> String? {
        guard state.mode == .normal || state.mode == .pointer else { return nil }
        let text = (state.keys.pending.count.map(String.init) ?? "") + (state.keys.pending.prefix ?? "")
        return text.isEmpty ? nil : text + "…"
    }

    /// What of a message does not fit on its line; it takes that of the keys until the next key is pressed.
    static func rest(_ state: ReviewState, _ options: RenderOptions, width: Int) -> (text: String, style: CellStyle)? {
        if case .prompt = state.mode { return nil }
        guard let message = state.message, let news = news(state, options, width: width), news.text == message.text
        else { return nil }
        let lines = TextWrap.lines(news.text, width: width)
        guard lines.count > 1 else { return nil }
        let text = lines.dropFirst().joined(separator: " ")
        return (TextFormat.cut(text, to: width), news.style)
    }

    private static func news(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, x: Int, y: Int, width: Int
    ) {
        guard width > 0, let news = news(state, options, width: width) else { return }
        let isWrapped = news.text == state.message?.text
        let text =
            isWrapped ? TextWrap.lines(news.text, width: width).first ?? "" : TextFormat.cut(news.text, to: width)
        grid.write(text, x: x, y: y, style: news.style, maximumWidth: width)
    }

    /// The most pressing that there is to say.
    private static func news(
        _ state: ReviewState, _ options: RenderOptions, width: Int
    ) -> (text: String, style: CellStyle)? {
        if let pending = pending(state) { return (pending, options.style(options.theme.accent)) }
        if case .failed(let reason) = state.save {
            return ("NOT SAVED: \(reason)", options.style(options.theme.bad))
        }
        if let message = state.message, message.kind == .warning {
            return (message.text, options.style(options.theme.warning))
        }
        if let running = state.region.running {
            let text = "\(running.name) \(Int((state.region.share * 100).rounded(.down))) % · Esc stops it"
            return (text, options.style(options.theme.warning))
        }
        if let message = state.message { return (message.text, options.style(options.theme.accent)) }
        if case .readOnly(let reason) = state.phase {
            if state.isReplay { return (reason, options.style(options.theme.accent)) }
            let retry = options.keymaps.normal.chords(for: "retry").first.map { " · \($0) tries again" } ?? ""
            return ("read only: \(reason)\(retry)", options.style(options.theme.warning))
        }
        if let hint = ContourText.hint(state, width: width) { return (hint, options.style(options.theme.accent)) }
        if state.mode == .pointer {
            let text = "pointer: move with the arrows, space dabs, x puts the pen down or lifts it, Esc leaves"
            let short = "pointer: arrows, space, x; Esc leaves"
            return (text.columns <= width ? text : short, options.style(options.theme.accent))
        }
        return undoing(state, width: width).map { ($0, options.dim) }
    }
}
