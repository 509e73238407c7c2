import Cases
import Lists
import TerminalKit
import Volumes

/// What there is to say of a job: how far it is, what it trains on, how it was judged, what it last said.
enum JobDetail {
    static func lines(
        _ job: Job, _ state: TrainingState, _ options: RenderOptions, _ rect: CellRect
    ) -> [DetailLine] {
        let (theme, width) = (options.theme, rect.width - 4)
        var head: [DetailLine] = [.heading("job \(job.id) · \(job.state.rawValue)")]
        head += progress(job, state, theme, width)
        if let result = job.result {
            head += DetailLine.text(result, TrainingText.colour(job.state, theme), width: width)
        }
        if let who = job.cancelRequestedBy, !job.state.isFinal {
            head += DetailLine.text(
                "\(who) asked to cancel it; the worker stops at its next step", theme.warning, width: width)
        }
        var body: [DetailLine] = []
        if let report = state.candidate(of: job.id)?.evaluation {
            body += GateTable.lines(report, theme, rect, patients: 0)
        }
        let log = state.lists.logs[job.id] ?? []
        // Of the log, and of the corrections, as many lines as there is room for; the log has the newest.
        let room = rect.height - head.count - body.count
        let names = job.corrections.map { "\(state.lists.title($0.caseID)) r\($0.revision)" }
        let list = TextWrap.lines(names.joined(separator: ", "), width: width)
        let listRoom = max(0, min(list.count, log.isEmpty ? room - 1 : max(1, room / 3)))
        var corrections: [DetailLine] = []
        if listRoom > 0, room > 2 {
            let many = Plural.count(job.corrections.count, "correction")
            corrections.append(.heading("trains on \(many)"))
            corrections += list.prefix(listRoom).map { .parts([($0, theme.text)]) }
        }
        let rest = room - corrections.count - 1
        guard rest > 0, !log.isEmpty else { return head + body + corrections }
        return head + body + corrections + [.heading("log")]
            + log.suffix(rest).map { .parts([(TextFormat.cut($0, to: max(0, width)), theme.dim)]) }
    }

    private static func progress(
        _ job: Job, _ state: TrainingState, _ theme: Theme, _ width: Int
    ) -> [DetailLine] {
        var lines: [DetailLine] = []
        let attempts = job.attempts > 1 ? " · \(job.attempts) attempts" : ""
        let queued = WorklistTable.age(job.queuedAt.timeIntervalSince1970, state.now)
        lines.append(
            .parts([
                ("from ", theme.dim), (job.model.rawValue, theme.text),
                (" · queued \(queued)\(queued == "now" ? "" : " ago")\(attempts)", theme.dim),
            ]))
        if let notBefore = job.notBefore, job.state == .queued, let now = state.now {
            let seconds = notBefore.timeIntervalSince1970 - now
            if seconds > 0 { lines.append(.parts([("tried again in \(TextFormat.duration(seconds))", theme.warning)])) }
        }
        guard let told = job.telemetry else {
            if job.state == .queued, state.lists.hasWorker == false {
                lines += DetailLine.text("waiting for a worker; none is running", theme.warning, width: width)
            }
            return lines
        }
        let bar = BarGlyph.bar(job.progress, width: max(8, min(24, width / 4)))
        let left = TrainingText.left(told.secondsLeft).map { " · \($0)" } ?? ""
        lines.append(
            .parts([(bar, theme.accent), (" \(Int(job.progress * 100)) %", theme.text), (left, theme.text)]))
        let place =
            told.epochs > 0
            ? "epoch \(told.epoch) of \(told.epochs)" + (told.steps > 0 ? " · step \(told.step) of \(told.steps)" : "")
            : ""
        lines.append(.parts([(place, theme.text), (place.isEmpty ? told.activity : " · \(told.activity)", theme.dim)]))
        if let newest = told.losses.last {
            let shown = told.losses.suffix(max(4, min(40, width - 24)))
            lines.append(
                .parts([
                    ("loss ", theme.dim), (BarGlyph.sparkline(shown.map { $0 }), theme.accent),
                    (" \(TextFormat.fixed(newest, 4))", theme.text),
                ]))
        }
        if let score = told.holdOutSurfaceDice {
            let answers = state.lists.answerers.contains { $0.base == job.model.base }
            let what = answers ? "hold-out surface Dice after 1–3 prompts " : "hold-out surface Dice "
            lines.append(
                .parts([(what, theme.dim), (TextFormat.score(score), theme.text)]))
        }
        return lines
    }
}
