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
        guard rect.height == 1 else {
            position(state, options, &grid, rect)
            write(news(state, options), &grid, x: rect.x + 1, y: last, width: rect.width - 2)
            return
        }
        // On one line, news take the place of the position until the next key.
        var isPressing =
            state.message.map { $0.kind != .note } ?? false || (state.message?.text.columns ?? 0) > rect.width - 60
        if case .failed = state.saveState { isPressing = true }
        if state.region.running != nil { isPressing = true }
        let news = news(state, options)
        let voxel = Self.voxel(state)?.columns ?? 0
        // Position and news side by side, each whole: the news in their second form, or in the last where that has no
        // room beside the voxel. Where there is no room for both, what can be done goes before.
        let fits = { (text: String) in voxel + text.columns + 5 <= rect.width }
        let wanted = (news?.texts.dropFirst().first ?? news?.texts.first).flatMap { fits($0) ? $0 : news?.texts.last }
        let needed = wanted?.columns ?? 0
        if isPressing || !fits(wanted ?? "") {
            write(news, &grid, x: rect.x + 1, y: last, width: rect.width - 2)
            return
        }
        // What is said tells more than millimetres and the CT numbers under the brush.
        let end = position(state, options, &grid, rect, reserving: needed == 0 ? 0 : needed + 4)
        write(news, &grid, x: end + 3, y: last, width: rect.width - end - 4)
    }

    /// The CT number of a voxel, as far as the image has arrived.
    private static func ctNumber(_ state: ReviewState, at voxel: VoxelIndex) -> String {
        guard let slice = state.image?.slices[voxel.z] else { return "HU …" }
        return "HU " + TextFormat.integer(Int(slice[voxel.x, voxel.y].value))
    }

    /// The voxel under the cursor, which is the least that is said of where that is.
    private static func voxel(_ state: ReviewState) -> String? {
        guard let voxel = state.cursorVoxel else { return nil }
        return TextFormat.padded(ctNumber(state, at: voxel), 9) + " x \(voxel.x) y \(voxel.y) z \(voxel.z)"
    }

    @discardableResult
    private static func position(
        _ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect,
        reserving reserved: Int = 0
    ) -> Int {
        guard let geometry = state.geometry, let voxel = state.cursorVoxel else { return rect.x }
        let x = grid.write(
            TextFormat.padded(ctNumber(state, at: voxel), 9), x: rect.x + 1, y: rect.y,
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

    /// Keys that wait for the next.
    private static func pending(_ state: ReviewState) -> String? {
        guard state.mode == .normal || state.mode == .pointer else { return nil }
        let text = (state.keys.pending.count.map(String.init) ?? "") + (state.keys.pending.prefix ?? "")
        return text.isEmpty ? nil : text + "…"
    }

    /// What of a message does not fit on its line; it takes that of the keys until the next key is pressed. Why nothing is
    /// saved stands there for as long as that is so.
    static func rest(_ state: ReviewState, _ options: RenderOptions, width: Int) -> (text: String, style: CellStyle)? {
        if case .prompt = state.mode { return nil }
        guard let news = news(state, options), news.isWrapped,
            let text = TextWrap.inTwo(news.texts[0], width: width).rest
        else { return nil }
        return (text, news.style)
    }

    private static func write(_ news: News?, _ grid: inout CellGrid, x: Int, y: Int, width: Int) {
        guard width > 0, let news else { return }
        let fitting = news.texts.first { $0.columns <= width } ?? news.texts.last ?? ""
        let text =
            news.isWrapped ? TextWrap.inTwo(news.texts[0], width: width).first : TextFormat.cut(fitting, to: width)
        grid.write(text, x: x, y: y, style: news.style, maximumWidth: width)
    }

    /// What there is to say.
    private struct News {
        /// Whole clauses that say the same, from the longest to the shortest.
        var texts: [String]
        var style: CellStyle
        /// Whether what has no room goes on over the keys.
        var isWrapped = false
    }

    /// The most pressing that there is to say.
    private static func news(_ state: ReviewState, _ options: RenderOptions) -> News? {
        let (accent, warning) = (options.style(options.theme.accent), options.style(options.theme.warning))
        if state.seeing.windowBefore != nil {
            let window = "W \(state.view.window.width) L \(TextFormat.integer(state.view.window.level))"
            return News(
                texts: ["\(window) · right and left: width · down and up: level · Esc goes back", window], style: accent
            )
        }
        if let pending = pending(state) { return News(texts: [pending], style: accent) }
        if case .failed(let reason) = state.saveState {
            return News(texts: ["NOT SAVED: \(reason)"], style: options.style(options.theme.bad), isWrapped: true)
        }
        if let message = state.message, message.kind != .note {
            return News(texts: [message.text], style: warning, isWrapped: true)
        }
        if let running = state.region.running {
            // One question is not there until it is all there.
            let isOne = running.answersPrompts && state.region.share == 0
            let share = (isOne ? "…" : "\(Int((state.region.share * 100).rounded(.down))) %") + " · Esc stops it"
            return News(texts: ["\(running.name) \(share)", share], style: warning)
        }
        if let message = state.message { return News(texts: [message.text], style: accent, isWrapped: true) }
        if case .readOnly(let reason) = state.phase {
            if state.isReplay { return News(texts: [reason], style: accent) }
            let retry = options.keymaps.normal.chords(for: "retry").first.map { " · \($0) tries again" } ?? ""
            return News(texts: ["read only: \(reason)\(retry)", "read only: \(reason)"], style: warning)
        }
        let hints = ContourText.hints(state, options)
        if !hints.isEmpty { return News(texts: hints, style: accent) }
        guard let undo = state.nextUndo else { return nil }
        var texts = ["u \(undo.text)", "u \(undo.shortText)", "u undoes the last step"]
        if state.offersCarry, let key = options.keymaps.normal.chords(for: "interpolate").first {
            texts = ["u \(undo.text)", "u \(undo.shortText)", "u undoes"].map { $0 + " · \(key) carries it on" }
        }
        return News(texts: texts, style: options.dim)
    }
}
