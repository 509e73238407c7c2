import Cases
import Commands
import Editing
import Lists
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// The lists of cases and corrections, whole.
@Suite("Whole screens of the worklist at 80×24")
struct ListGridTests {
    private let corrections = [
        ListLine(
            ["phantom-01", "2", "corrected", "Lung_L 0.987 Lung_R 1.000", "12", "7 min", "ana", "2026-11-23 18:00"],
            tone: .good),
        ListLine(["phantom-02", "1", "rejected", "–", "0", "1 min", "ben", "2026-11-22 09:30"], tone: .bad),
    ]

    @Test("The worklist") func worklist() throws {
        let state = WorklistFixture.state()
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist                                          dr-okonkwo   2 cases
                 W cases   C corrections   Q queue   M models
                   case                     status            who             model
                 ›!LIDC-IDRI-0001           in-progress       open: mkowalski lungs-unet2d@12
                   ACRIN-DSC-MR-Brain…-name awaiting-approval → dr-okonkwo    baseline-threshold

















                 flagged: is this effusion? · 512×512×133 · 0.70×0.70×2.50 mm
                 enter open  n next to do  t mine  / filter  s sort  Q queue  M models  ? help
                """)
    }

    @Test("The corrections") func filed() throws {
        var state = WorklistFixture.state()
        setUp(&state, .show(.corrections))
        state.lists[.corrections] = corrections
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist                                          dr-okonkwo   2 cases
                 W cases   C corrections   Q queue   M models
                   case       rev status    surface Dice   slices time  reviewer filed
                 › phantom-01 2   corrected Lung_L 0.987 … 12     7 min ana      2026-11-23 18…
                   phantom-02 1   rejected  –              0      1 min ben      2026-11-22 09…


















                 enter open  n next to do  t mine  / filter  s sort  Q queue  M models  ? help
                """)
    }

    @Test("A filter that is being typed") func filter() throws {
        var state = WorklistFixture.state()
        setUp(&state, .filter(nil))
        setUp(&state, .type("who:mk"))
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist  / who:mk                           dr-okonkwo   1 of 2 cases
                 W cases   C corrections   Q queue   M models
                   case           status      who             model           structures
                 ›!LIDC-IDRI-0001 in-progress open: mkowalski lungs-unet2d@12 Lung_L+R Heart


















                 /who:mk█
                 Enter does it  Tab completes  Esc leaves
                """)
    }

    @Test("The help of the worklist") func worklistHelp() throws {
        var state = WorklistFixture.state()
        setUp(&state, .list(.toggleHelp))
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist                                          dr-okonkwo   2 cases
                 W                                 space: all keys · / searches · Esc closes
                    The worklist: the ten keys you need
                 ›
                    :down  :up      choose a case                                             ld
                    enter           open it
                    n               open the next case by priority: yours first, then
                                    unassigned ones
                    t               make the chosen case yours
                    /               list only matching cases, e.g. status:new is:mine
                    s  :reverse     sort by the next column, reverse the order
                    Q  M            the fine-tuning jobs, and the models
                    :flag           flag the case for others to see
                    :command  ?     type a command, this help
                    q               leave

                    All keys and commands follow: space or PageDown.





                 f
                 enter open  n next to do  t mine  / filter  s sort  Q queue  M models  ? help
                """)
    }

    @Test("A message of two lines") func message() throws {
        var state = WorklistFixture.state()
        state.message = StatusMessage(
            "the store is busy: another program has been writing to /home/ana/.local/share/pleura/pleura.sqlite for 30 s; "
                + "what you did is not lost, try again", kind: .warning)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist                                          dr-okonkwo   2 cases
                 W cases   C corrections   Q queue   M models
                   case                     status            who             model
                 ›!LIDC-IDRI-0001           in-progress       open: mkowalski lungs-unet2d@12
                   ACRIN-DSC-MR-Brain…-name awaiting-approval → dr-okonkwo    baseline-threshold

















                 the store is busy: another program has been writing to
                 /home/ana/.local/share/pleura/pleura.sqlite for 30 s; what you did is not los…
                """)
    }

    @Test("A worklist without cases") func empty() throws {
        var state = WorklistState(entries: [], reviewer: "ana")
        state.isRead = true
        #expect(
            try GridFixture.text(state) == """
                 Pleura  worklist                                                 ana   0 cases
                 W cases   C corrections   Q queue   M models

                  No cases yet. Register some with: pleura import PATH



















                 enter open  n next to do  t mine  / filter  s sort  Q queue  M models  ? help
                """)
    }
}
