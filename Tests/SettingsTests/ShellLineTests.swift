import Cases
import Foundation
import Lists
import Review
import Screens
import Settings
import TerminalKit
import TestSupport
import Testing
import Volumes

/// Lines that were meant for a shell, typed into whatever is on the screen, file, promote, cancel and lose nothing.
@Suite struct ShellLineTests {
    static let lines = [
        "clear; ls -la", "ls -la", "cd ..", "cd /home/reader/data && make review", "rm -rf build", "cat a.txt",
        "git status", "exit", "vim notes.md", "sudo apt-get install -y plastimatch", "top", "python3 train.py",
        "echo yes; echo no", "cp a b", "yes | rm x", "tar -xzf archive.tar.gz", "display today.png", ":q", ":wq",
        "squeue -u anna; scancel 42", "xargs kill -9", "y", "n", "reject", "quit",
    ]

    /// As fast as fingers go, so that no question is shown before the line is typed; or so slowly that every question
    /// stands on the screen before the next key.
    enum Typing: CaseIterable {
        case fast, slow

        /// Who sees the question that an `a` or a `p` has asked and types a `y` next has answered it.
        func types(_ line: String) -> Bool { self == .fast || !line.contains("ay") && !line.contains("py") }
    }

    private static let tree = ResourceFolder(
        url: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent())

    private func events(_ line: String) -> [InputEvent] {
        line.map { InputEvent.key(.character($0), []) } + [.key(.special(.enter), [])]
    }

    private func review(_ shape: Int) throws -> ReviewState {
        var state = try ShellFixture.review()
        switch shape {
        case 1: setUp(&state, .togglePointer)
        case 2: for z in 0..<5 { setUp(&state, .goToSlice(z)) }
        case 3:
            setUp(&state, .dab(tool: .brush, x: 1, y: 1, z: 1))
            setUp(&state, .journalFailed("the disk is full"))
        case 4:
            var opened = try ShellFixture.opened()
            opened.filed = FiledReview(
                status: .corrected, revision: 1, approval: .awaiting(author: "ana", isMine: false))
            setUp(&state, .opened(opened))
        case 5:
            var edited = try ShellFixture.review()
            setUp(&edited, .dab(tool: .brush, x: 1, y: 1, z: 1))
            var opened = try ShellFixture.opened()
            opened.left = LeftReview(
                masks: Dictionary(uniqueKeysWithValues: edited.structures.map { ($0.name, $0.mask) }),
                history: edited.history, sequence: 1, slice: 1, seenSlices: [1], activeSeconds: 1)
            setUp(&state, .opened(opened))
        default: break
        }
        return state
    }

    @Test(arguments: ["default", "vim", "slicer", "itksnap"])
    func nothingIsFiledOrLostInAReview(keymapName: String) throws {
        let keymaps = try Self.tree.keymap(keymapName)
        for shape in 0...5 {
            for line in Self.lines {
                for typing in Typing.allCases where typing.types(line) {
                    var state = try review(shape)
                    var translator = InputTranslator(keymaps: keymaps)
                    for event in events(line) {
                        for event in EscapeRule.events(event, in: state, keymaps) {
                            for action in translator.actions(for: event, in: state, columns: 120, rows: 40) {
                                let effects = reduce(&state, action)
                                let bad = effects.filter { isIrrevocable($0, in: state) }
                                #expect(bad.isEmpty, "\(keymapName) \(shape) \(line) \(typing): \(bad)")
                            }
                        }
                        if typing == .slow { #expect(reduce(&state, .questionShown) == []) }
                    }
                }
            }
        }
    }

    private func isIrrevocable(_ effect: ReviewEffect, in state: ReviewState) -> Bool {
        switch effect {
        case .file, .judge, .deferCase, .restoreSession, .resolveLeftReview(resume: false): return true
        case .quit: if case .failed = state.save { return true } else { return false }
        default: return false
        }
    }

    @Test(arguments: ["default", "vim", "slicer", "itksnap"])
    func nothingIsPromotedOrCancelledInTheQueueAndTheModels(keymapName: String) throws {
        let keymaps = try Self.tree.keymap(keymapName)
        for page in [TrainingPage.queue, .models] {
            for line in Self.lines {
                for typing in Typing.allCases where typing.types(line) {
                    for passes in [true, false] {
                        var state = ShellFixture.training(page, passes: passes)
                        for event in events(line) {
                            for event in EscapeRule.events(event, in: state, keymaps) {
                                guard
                                    let action = TrainingInput.action(
                                        for: event, columns: 120, rows: 40, in: state, keymaps: keymaps)
                                else { continue }
                                for effect in reduce(&state, action) {
                                    switch effect {
                                    case .promote, .rollback, .cancel, .queue:
                                        Issue.record("\(keymapName) \(page) \(line) \(typing): \(effect)")
                                    default: break
                                    }
                                }
                            }
                            if typing == .slow { #expect(reduce(&state, .questionShown) == []) }
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: ["default", "vim", "slicer", "itksnap"])
    func theWorklistOnlyOpensAndAssigns(keymapName: String) throws {
        let keymaps = try Self.tree.keymap(keymapName)
        for line in Self.lines {
            var state = WorklistState(
                entries: [
                    WorklistEntry(
                        caseID: CaseID(rawValue: "1"), title: "case", status: .accepted, image: "512×512×100")
                ], reviewer: "me")
            for event in events(line) {
                for event in EscapeRule.events(event, in: state, keymaps) {
                    guard
                        let action = WorklistInput.action(
                            for: event, columns: 120, rows: 40, in: state, keymaps: keymaps)
                    else {
                        continue
                    }
                    for effect in reduce(&state, action) {
                        switch effect {
                        case .open, .assign, .flag, .showTraining, .reload, .rememberCommand, .quit: break
                        case .reopen: Issue.record("\(keymapName) \(line): \(effect)")
                        }
                    }
                }
            }
            #expect(state.entries.count == 1)
        }
    }

    @Test(arguments: ["default", "vim", "slicer", "itksnap"])
    func windowsAreWindowsWhereReadingsAreBroughtTogether(keymapName: String) throws {
        let keymaps = try Self.tree.keymap(keymapName)
        for (chord, command) in keymaps.normal.all where command.hasPrefix("window") {
            #expect(keymaps.adjudicate.binding(for: chord)?.command == command, "\(chord)")
        }
        for command in ["choose 1", "choose 2", "choose as-is"] {
            let chords = keymaps.adjudicate.chords(for: command)
            #expect(!chords.isEmpty)
            for chord in chords { #expect(keymaps.normal.binding(for: chord) == nil, "\(chord)") }
        }
    }
}

/// Brings a state to what is typed into; the effects of that are asserted in ReviewTests.
private func setUp(_ state: inout ReviewState, _ action: ReviewAction) { _ = reduce(&state, action) }

private func setUp(_ state: inout ReviewState, _ news: ReviewNews) { _ = reduce(&state, news) }

/// Small states of the screens.
private enum ShellFixture {
    static func opened() throws -> OpenedReview {
        let grid = try geometry()
        let mask = Mask(geometry: grid) { (2..<6).contains($0.x) && (2..<5).contains($0.y) && $0.z == 2 }
        return OpenedReview(
            model: .baseline, referenceSource: .prediction,
            structures: [StructureState(name: .lungLeft, mask: mask, prediction: mask, reference: mask, tolerance: 2)])
    }

    static func geometry() throws -> GridGeometry {
        try GridGeometry(
            size: GridSize(x: 10, y: 8, z: 5), spacing: Spacing(x: 1, y: 1, z: 2),
            origin: PatientPoint(x: 0, y: 0, z: 0))
    }

    static func review() throws -> ReviewState {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "case")
        let volume = Volume(geometry: try geometry(), filledWith: -800)
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        setUp(&state, .resizeView(columns: 80, rows: 30))
        setUp(&state, .opened(try opened()))
        return state
    }

    static func training(_ page: TrainingPage, passes: Bool) -> TrainingState {
        func model(_ version: Int) -> ModelVersion {
            ModelVersion(
                name: ModelName(base: "lungs", version: version), digest: String(repeating: "0", count: 64),
                byteCount: 1,
                lineage: ModelLineage(
                    parent: nil, job: nil, recipeDigest: "", seed: 1, dataDigest: "", software: ""),
                evaluation: GateReport(
                    passes: passes, reasons: [], holdOut: [], corrected: [], margin: 0.005, confidence: 0.95),
                createdAt: Date(timeIntervalSince1970: 0), createdBy: "worker")
        }
        func promotion(_ sequence: Int64, _ version: Int, before: Int?) -> Promotion {
            Promotion(
                sequence: sequence, model: ModelName(base: "lungs", version: version),
                before: before.map { ModelName(base: "lungs", version: $0) }, kind: .person, reason: nil,
                actor: "dr-x", at: Date(timeIntervalSince1970: 0))
        }
        let job = Job(
            id: 1, state: .queued, model: ModelName(rawValue: "lungs@1"),
            corrections: [CorrectionKey(caseID: CaseID(rawValue: "a"), revision: 1)], progress: 0, result: nil,
            attempts: 1, notBefore: nil, holder: nil, cancelRequestedBy: nil, telemetry: nil,
            queuedAt: Date(timeIntervalSince1970: 1), changedAt: Date(timeIntervalSince1970: 1))
        return TrainingState(
            lists: TrainingLists(
                jobs: [job], models: [model(3), model(2), model(1)],
                promotions: [promotion(1, 1, before: nil), promotion(2, 2, before: 1)]),
            page: page)
    }
}
