import Cases
import Commands
import Editing
import Foundation
import Lists
import MaskChecks
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite("Names in any script, everywhere on the screen")
struct WideTextScreenTests {
    private func render(_ state: ReviewState, columns: Int = 80, rows: Int = 24, cells: CellMode = .half) throws
        -> [String]
    {
        ReviewScreen.render(
            state, options: try ScreenFixture.options(cells: cells, fallbacks: 24), columns: columns, rows: rows
        ).lines
    }

    @Test("title, structures, scores and warnings", arguments: [(80, 24), (120, 40), (200, 60)])
    func names(columns: Int, rows: Int) throws {
        var state = try ScreenFixture.many(["左肺", "右肺", "Œsophage", "Tra\u{302}chée"], title: "山田 太郎 胸部CT")
        setUp(
            &state,
            .checked(
                StructureName(rawValue: "右肺"),
                SanityReport(edit: 0, warnings: [SanityWarning(.skippedSlices(1), slice: 3)])))
        let lines = try render(state, columns: columns, rows: rows)
        // Every row is as wide as the screen.
        #expect(lines.count == rows && lines.allSatisfy { $0.columns == columns })
        #expect(lines[0].contains("山田 太郎 胸部CT") && lines[0].contains("✎ 左肺 1/4"))
        #expect(lines.contains { $0.replacing(" ", with: "").contains("左肺1.000") })
        #expect(lines.contains { $0.contains("Tra\u{302}chée") })
        setUp(&state, .showWarnings)
        #expect(
            try render(state, columns: columns, rows: rows).contains { $0.contains("› 右肺         1 slice skipped") })
    }

    @Test("commands are typed, shown and deleted by whole characters")
    func typing() throws {
        var state = try ScreenFixture.many(["左肺", "右肺"])
        setUp(&state, .openPrompt(.command))
        for text in ["s", "t", "r", "u", "c", "t", "u", "r", "e", " ", "右", "e", "\u{301}", "👨", "\u{200d}", "👩"] {
            setUp(&state, .type(text))
        }
        #expect(try render(state)[22].hasPrefix(" :structure 右e\u{301}👨👩█"))
        setUp(&state, .deleteBackwards)
        #expect(try render(state)[22].hasPrefix(" :structure 右e\u{301}█"))
        setUp(&state, .deleteBackwards)
        setUp(&state, .complete(backwards: false))
        #expect(try render(state)[22].hasPrefix(" :structure 右肺█"))
        setUp(&state, .confirm)
        #expect(state.active?.name.rawValue == "右肺")
    }

    @Test("a long line shows its end, cut between characters")
    func longLines() throws {
        var state = try ScreenFixture.many(["左肺", "右肺"])
        setUp(&state, .openPrompt(.flag))
        setUp(&state, .type(String(repeating: "肺", count: 60) + "end"))
        let line = try render(state)[22]
        #expect(line.columns == 80 && line.hasPrefix(" flag because: 肺") && line.contains("肺end█"))
        setUp(&state, .cancel)
        setUp(&state, .show(StatusMessage(String(repeating: "左肺を確認 ", count: 20), kind: .warning)))
        let said = try render(state)
        #expect(said[22].columns == 80 && said[22].hasPrefix(" 左肺を確認") && said[23].hasPrefix(" 左肺を確認"))
    }

    @Test("a terminal without more than ASCII has question marks, and every column stays where it was")
    func ascii() throws {
        let lines = try render(try ScreenFixture.many(["左肺", "Tra\u{302}chée"], title: "山田"), cells: .ascii)
        #expect(lines.allSatisfy { $0.count == 80 && $0.unicodeScalars.allSatisfy(\.isASCII) })
        #expect(lines[20].hasPrefix(" sDice ? ?  1.000  Trachee 0.984"))
    }

    @Test("the worklist keeps its columns straight")
    func worklist() throws {
        let titles = ["山田 太郎 胸部", "case-2", "Łukasz", "🫀心臓"]
        let entries = titles.enumerated().map {
            WorklistEntry(
                caseID: CaseID(rawValue: "\($0.offset)"), title: $0.element, status: .new, image: "512×512×90")
        }
        let grid = WorklistScreen.render(
            WorklistState(entries: entries), options: try ScreenFixture.options(), columns: 100, rows: 24)
        let places = titles.map { title in
            grid.lines.first { $0.contains(title) }.flatMap { line in
                line.range(of: "new").map { String(line[..<$0.lowerBound]).columns }
            }
        }
        #expect(Set(places).count == 1 && places[0] != nil)
    }
}
