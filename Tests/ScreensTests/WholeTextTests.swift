import Cases
import Commands
import Editing
import Lists
import Review
import TerminalKit
import TestSupport
import Testing
import Volumes

@testable import Screens

/// What is said on one line is said whole: shorter where there is less room, and never cut in the middle.
@Suite("Texts of one line are whole")
struct WholeTextTests {
    private static let widths = [60, 66, 72, 80, 90, 100, 109, 120, 160]

    private func lines(_ state: ReviewState, _ columns: Int) throws -> [String] {
        ReviewScreen.render(state, options: try GridFixture.options(), columns: columns, rows: 24).lines
    }

    @Test("every hint for new users, at every width", arguments: Hint.allCases)
    func hints(hint: Hint) throws {
        #expect(hint.texts == hint.texts.sorted { $0.count > $1.count } && Set(hint.texts).count == hint.texts.count)
        var shown: Set<String> = []
        for columns in Self.widths {
            var state = try ScreenFixture.state()
            state.hints = HintProgress(learned: Set(Hint.allCases).subtracting([hint]))
            let bar = try #require(try lines(state, columns).last)
            let keys = hint.commands.compactMap { try? GridFixture.options().keymaps.normal.chords(for: $0).first }
            let lead = " New here? \(keys.joined(separator: " ")) "
            #expect(bar.hasPrefix(lead), "\(bar)")
            let text = try #require(
                hint.texts.first { bar.dropFirst(lead.count).hasPrefix($0) }, "\(columns): \(bar)")
            let number = try #require(Hint.allCases.firstIndex(of: hint)) + 1
            let rest = bar.dropFirst(lead.count + text.count).trimmedEnd
            #expect(["  \(number)/5   ? help", "  \(number)/5", ""].contains(rest), "\(columns): \(bar)")
            shown.insert(text)
            // Nobody is told less than there is room for.
            if columns == 160 { #expect(text == hint.texts[0]) }
        }
        #expect(shown.contains(hint.texts[0]))
    }

    /// States in which something is said beside the position.
    private func speaking() throws -> [(name: String, state: ReviewState)] {
        let plain = try ScreenFixture.state()
        func state(_ change: (inout ReviewState) -> Void) -> ReviewState {
            var state = plain
            change(&state)
            return state
        }
        var all: [(String, ReviewState)] = Tool.allCases.map { tool in
            (
                "pointer, \(tool)",
                state {
                    setUp(&$0, .chooseTool(tool))
                    setUp(&$0, .togglePointer)
                }
            )
        }
        all += [Tool.contour, .livewire].map { tool in
            (
                "draft, \(tool)",
                state {
                    setUp(&$0, .chooseTool(tool))
                    setUp(&$0, .beginStroke(at: PlanePoint(x: 30, y: 10), tool: nil))
                    setUp(&$0, .endStroke)
                }
            )
        }
        all.append(
            (
                "draft elsewhere",
                state {
                    setUp(&$0, .chooseTool(.contour))
                    setUp(&$0, .beginStroke(at: PlanePoint(x: 30, y: 10), tool: nil))
                    setUp(&$0, .endStroke)
                    setUp(&$0, .moveSlices(1))
                    $0.message = nil
                }
            ))
        all.append(
            (
                "undo",
                state {
                    setUp(&$0, .dab(tool: .brush, x: 40, y: 20, z: nil))
                    $0.message = nil
                    guard let step = $0.history.done.last else { return }
                    $0.history.record(
                        EditStep(
                            structure: step.structure, name: "threshold -1000 -500 near 12.5mm", slice: step.slice,
                            patch: step.patch))
                }
            ))
        return all
    }

    @Test("what can be done next, in every mode and with every tool")
    func hintsOfTools() throws {
        let all = try speaking()
        #expect(all.count == Tool.allCases.count + 4)
        for (name, state) in all {
            for columns in Self.widths {
                let line = try lines(state, columns)[22].trimmedEnd
                #expect(!line.contains("…"), "\(name) at \(columns): \(line)")
                let whole =
                    try ContourText.hints(state, ScreenFixture.options())
                    + (state.nextUndo.map { ["u \($0.text)", "u \($0.shortText)"] } ?? [])
                    + ["u undoes the last step"]
                #expect(whole.contains { line.hasSuffix($0) }, "\(name) at \(columns): \(line)")
                let voxel = try #require(state.cursorVoxel)
                let place = "x \(voxel.x) y \(voxel.y) z \(voxel.z)"
                if columns >= 80 { #expect(line.contains(place), "\(name) at \(columns): \(line)") }
            }
        }
    }

    @Test("hints of tools become shorter, and the shortest leaves room for the position")
    func lengths() throws {
        for (name, state) in try speaking() {
            let texts = try ContourText.hints(state, ScreenFixture.options())
            #expect(texts == texts.sorted { $0.count > $1.count }, "\(name)")
            if let last = texts.last { #expect(last.count <= 25, "\(name): \(last)") }
        }
    }

    @Test("why a case is read only, and why nothing is saved, has the line to itself where there is little room")
    func reasons() throws {
        func said(_ reason: String, _ columns: Int) throws -> String {
            var state = try ScreenFixture.state()
            let opened = OpenedReview(
                model: .baseline, referenceSource: .prediction, structures: state.structures, readOnly: reason)
            setUp(&state, .opened(opened))
            state.message = nil
            return try lines(state, columns)[22].trimmedEnd
        }
        let short = "ben has it open since 10:15 on ward-3"
        #expect(try said(short, 80).hasSuffix("x 2 y 34 z 2   read only: \(short)"))
        #expect(try said(short, 160).hasSuffix("   read only: \(short) · R tries again"))
        let long = "ben has it open since 10:15 on ward-3 (process 4711), seen 10:20"
        #expect(try said(long, 80) == " read only: \(long)")
        var failed = try ScreenFixture.state()
        let reason = "the disk is full: free some space below /home/ana/.local/share/pleura, then :write tries again"
        setUp(&failed, .journalFailed(reason))
        failed.message = nil
        let said = try lines(failed, 80)
        #expect(said[22].hasPrefix(" NOT SAVED: the disk is full") && said[23].trimmedEnd.hasSuffix("tries again"))
    }

    @Test("messages of the lists go on over the line of the keys, until the next key")
    func messages() throws {
        let text =
            "not started: a worker of this computer works for another data folder (/home/ana/data); "
            + "pleura worker --beside-others starts one for this"
        var worklist = WorklistFixture.state()
        worklist.message = StatusMessage(text, kind: .warning)
        var training = TrainingFixture.state(.queue)
        setUp(&training, .say(StatusMessage(text, kind: .warning)))
        for (columns, isWrapped) in [(80, true), (100, true), (160, false)] {
            let options = try GridFixture.options()
            let grids = [
                WorklistScreen.render(worklist, options: options, columns: columns, rows: 24).lines,
                TrainingScreen.render(training, options: options, columns: columns, rows: 24).lines,
            ]
            for lines in grids {
                let said = isWrapped ? lines[22].trimmedEnd + lines[23].trimmedEnd : lines[22].trimmedEnd
                #expect(said.filter { $0 != " " } == text.filter { $0 != " " }, "\(columns): \(said)")
            }
        }
        setUp(&worklist, .move(1))
        setUp(&training, .move(1))
        #expect(try GridFixture.text(worklist).contains(" enter open"))
        #expect(try GridFixture.text(training).contains(" t train now"))
    }

    @Test("the help says everything whole, on both of its pages", arguments: [60, 80, 100, 160])
    func help(columns: Int) throws {
        let keymaps = try GridFixture.options().keymaps
        let pages = [
            HelpText.review(.normal, keymaps), HelpText.review(.pointer, keymaps),
            HelpText.review(.adjudicate, keymaps),
            HelpText.worklist(keymaps), HelpText.training(keymaps),
        ]
        let width = columns - 8
        for page in pages {
            let first = page.first(width)
            #expect(first.count >= 14 && first.count <= 24 - 4 || columns == 60, "\(first.count) lines")
            for line in first + page.rest(width) { #expect(line.text.count <= width, "\(line.text)") }
        }
        // Keys and text are apart, however long the keys are.
        #expect(pages[0].first(width).contains { $0.text.contains(":brush smaller  :brush bigger  smaller, ") })
    }

    @Test("the keys of lists over the image are whole", arguments: widths)
    func feet(columns: Int) throws {
        var state = try ScreenFixture.state()
        setUp(
            &state,
            .sessionsListed([PutAsideReview(number: 1, when: "2026", reviewer: "ana", edits: 1, slices: [])]))
        setUp(&state, .questionShown)
        #expect(
            try lines(state, columns).contains { $0.contains("Enter goes on with it") && $0.contains("Esc closes") })
    }

    @Test("questions of the queue keep their answers whatever the reason")
    func questions() throws {
        var state = TrainingFixture.state(.models)
        setUp(&state, .askToPromote)
        setUp(&state, .type(String(repeating: "because ", count: 20)))
        setUp(&state, .confirm)
        setUp(&state, .questionShown)
        let line = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)[22]
        #expect(line.hasSuffix("…  y  n") && line.count == 79)
    }
}

extension StringProtocol {
    fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
