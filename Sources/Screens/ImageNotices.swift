import Review
import TerminalKit

/// What whoever looks at the image must know of it: that it shows something else than the masks as they stand.
enum ImageNotices {
    private struct Notice {
        /// From the longest to the shortest: the first that has room is shown.
        var texts: [String]
        var background: Colour
    }

    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        var y = rect.y + min(1, rect.height - 1)
        for notice in notices(state, options) where y < rect.maxY {
            let fitting = notice.texts.first { $0.columns + 2 <= rect.width } ?? notice.texts.last ?? ""
            let text = " \(fitting) "
            let style = CellStyle(
                foreground: Colour(grey: 0), background: notice.background,
                attributes: options.depth == .none ? .reverse : [])
            let x = rect.x + max(0, (rect.width - text.columns) / 2)
            grid.write(text, x: x, y: y, style: style, maximumWidth: rect.width)
            y += 1
        }
    }

    private static func notices(_ state: ReviewState, _ options: RenderOptions) -> [Notice] {
        var notices: [Notice] = []
        if let slab = slab(state) { notices.append(Notice(texts: slab, background: options.theme.warning)) }
        guard !state.structures.isEmpty else { return notices }
        if let hidden = hidden(state, options) {
            notices.append(Notice(texts: hidden, background: options.theme.warning))
        } else if state.view.comparison != .off {
            let name = state.referenceSource == .prediction ? "PREDICTION" : "REFERENCE"
            notices.append(
                Notice(
                    texts: [state.view.showsReference ? "\(name), not the correction" : "correction"],
                    background: state.view.showsReference ? options.theme.ghost : options.theme.barText))
        }
        if let preview = state.preview {
            notices.append(Notice(texts: texts(of: preview, state), background: options.theme[.draft]))
        }
        if let preview = state.region.preview {
            notices.append(Notice(texts: texts(of: preview, state, options), background: options.theme[.draft]))
        }
        return notices
    }

    /// What a slab is called, with its thickness.
    static func slabName(_ state: ReviewState) -> String {
        guard let slab = state.seeing.slab else { return "" }
        let millimetres = slab.thickness.value
        let isWhole = millimetres == millimetres.rounded()
        return "\(slab.projection.title) \(TextFormat.fixed(millimetres, isWhole ? 0 : 1)) mm"
    }

    /// That several slices are shown as one, and that masks and the CT number under the cursor are those of a single one.
    private static func slab(_ state: ReviewState) -> [String]? {
        guard let depths = state.slabDepths(of: state.view.plane) else { return nil }
        let name = slabName(state)
        let one = "of slice \(state.gridPlane.depth + 1) alone"
        let all = "\(name), slices \(depths.lowerBound + 1)–\(depths.upperBound + 1) · masks and HU are \(one)"
        return [all + " · :slab off", all, "\(name) · masks and HU \(one)", name]
    }

    /// That masks are hidden, and the key that shows them.
    private static func hidden(_ state: ReviewState, _ options: RenderOptions) -> [String]? {
        func key(_ command: String) -> String {
            options.keymaps.normal.chords(for: command).first.map { " · \($0) shows them" }
                ?? " · :\(command) shows them"
        }
        if !state.view.showsMasks { return ["MASKS HIDDEN" + key("masks"), "MASKS HIDDEN"] }
        let names = state.structures.filter { !$0.isVisible }.map(\.name.rawValue)
        guard !names.isEmpty else { return nil }
        let count = names.count == 1 ? names[0] : "\(names.count) structures"
        return ["HIDDEN: \(names.joined(separator: ", "))", "HIDDEN: \(count)"]
    }

    /// What a region operation would change.
    private static func texts(of preview: RegionPreview, _ state: ReviewState, _ options: RenderOptions) -> [String] {
        let job = preview.job
        let changes = zip(job.structures, zip(job.task.targets, preview.outcome.patches)).filter { !$0.1.1.isEmpty }
            .map { name, part in
                let change = VoxelChange(part.1, from: part.0.mask)
                let count = change.slices.count
                let here = change.slices.contains(state.view.slice) ? "" : " (not this one)"
                return "\(name) \(change.text) over \(count) \(count == 1 ? "slice" : "slices")\(here)"
            }
        let lead = "PREVIEW \(job.name)"
        // What it says is of the marks before the newest.
        if let running = state.region.running, running.answersPrompts {
            return [([lead] + changes + ["the newest mark is being answered"]).joined(separator: " · "), lead]
        }
        let scores = score(of: preview, state)
        let part = options.keymaps.normal.chords(for: "carry to").first ?? ":carry to"
        let keys =
            job.carries ? "Enter takes all, \(part) up to here, Esc drops it" : "Enter accepts it, Esc drops it"
        return [
            ([lead] + changes + [scores.map { "surface Dice of the slice \($0)" }].compactMap { $0 } + [keys])
                .joined(separator: " · "),
            ([lead] + changes + [scores.map { "slice \($0)" }].compactMap { $0 }).joined(separator: " · "),
            (changes.map { "PREVIEW \($0)" } + [scores.map { "slice \($0)" }].compactMap { $0 })
                .joined(separator: " · "),
            ([lead] + changes).joined(separator: " · "), lead,
        ]
    }

    /// What a region operation would do to the score of the slice on screen; `nil` where that is not asked for, not
    /// known yet, or does not change.
    private static func score(of preview: RegionPreview, _ state: ReviewState) -> String? {
        let z = state.view.slice
        guard let slices = preview.tried?.slices, slices.indices.contains(z),
            let before = state.structures.first(where: { [$0.name] == preview.job.structures })?.score?.slices,
            before.indices.contains(z), before[z] != nil || slices[z] != nil,
            preview.outcome.patches.first?.touchedSlices.contains(z) == true
        else { return nil }
        return "\(TextFormat.score(before[z])) → \(TextFormat.score(slices[z]))"
    }

    /// What the preview would change, and what that does to the score.
    private static func texts(of preview: EditPreview, _ state: ReviewState) -> [String] {
        let count = preview.slices.count
        let here = preview.slices.contains(state.view.slice) ? "" : " (not this one)"
        let slices = count == 1 ? "slice \((preview.slices.first ?? 0) + 1)" : "\(count) slices"
        let before = state.structures.first { $0.name == preview.structure }?.score?.surfaceDice
        func score(_ value: Double?) -> String { value.map { TextFormat.score($0) } ?? "…" }
        let effect = preview.surfaceDice.map { "surface Dice \(score(before)) → \(score($0))" }
        let lead = "PREVIEW \(preview.structure)"
        let volume = preview.change.text
        let short = preview.surfaceDice.map { " · \(score(before)) → \(score($0))" } ?? ""
        return [
            [lead, "\(volume) \(count == 1 ? "on" : "over") \(slices)\(here)", effect, "Enter takes it, Esc drops it"]
                .compactMap { $0 }
                .joined(separator: " · "),
            "\(lead) \(volume), \(slices)\(short) · Enter / Esc",
            "PREVIEW \(volume), \(slices)\(short)",
            "PREVIEW \(volume)",
        ]
    }
}
