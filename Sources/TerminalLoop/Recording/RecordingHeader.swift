import CaseWork
import Digests
import Foundation
import JobWork
import Review
import Screens
import TerminalKit
import Volumes

/// The first line of a recording: what it was made with. It names no case, no file and no person.
package struct RecordingHeader: Hashable, Codable, Sendable {
    /// The format of the file that this version writes and reads.
    package static let currentFormat = 1

    /// What readers are told in the file itself.
    static let warning =
        "Keys are recorded as they were pressed. The letters of notes, reasons and paths are replaced by x; whatever else "
        + "was typed, such as the filter of the worklist, can be read here. Look through the file before you pass it on."

    /// The format of the file.
    package var pleuraRecording: Int
    /// The program's version.
    package var program: String
    /// What the file holds.
    package var warning: String
    /// When the session began, in seconds since 1970.
    package var began: Double
    /// The command that was run: `review` or `tour`.
    package var command: String
    /// The terminal's size when it began.
    package var columns: Int
    /// The terminal's rows when it began.
    package var rows: Int
    /// The number of colours, as `ColourDepth` has it.
    package var colours: String
    /// How cells are divided, as `CellMode` has it.
    package var cells: String
    /// SHA-256 of what every chord does.
    package var keymap: String
    /// SHA-256 of the theme's colours.
    package var theme: String
    /// SHA-256 of the file of settings; `none` where there was none.
    package var settings: String
    /// The keys that a new user had learned; `nil` where nothing was taught.
    package var learned: [String]?
    /// How many cases were named on the command line.
    package var given: Int
    /// Whether the case was read without seeing what others did.
    package var blinded: Bool
    /// Whether two readings were brought together.
    package var adjudicating: Bool

    private enum CodingKeys: String, CodingKey {
        case pleuraRecording = "pleura_recording"
        case program, warning, began, command, columns, rows, colours, cells, keymap, theme, settings
        case learned = "learned_keys"
        case given = "cases_given"
        case blinded, adjudicating
    }

    /// The header of a session that begins now.
    /// - Parameters:
    ///   - command: the command that is run.
    ///   - size: the terminal's columns and rows.
    ///   - settings: the file of settings, if there is one.
    ///   - given: how many cases are named on the command line.
    package init(
        command: String, size: (columns: Int, rows: Int), render: RenderOptions, settings: Data?,
        personal: PersonalFiles, given: Int, blinded: Bool = false, adjudicating: Bool = false, now: Date = Date()
    ) {
        pleuraRecording = Self.currentFormat
        program = Version.text
        warning = Self.warning
        began = (now.timeIntervalSince1970 * 1000).rounded() / 1000
        self.command = command
        (columns, rows) = size
        colours = render.depth.rawValue
        cells = render.cells.rawValue
        keymap = render.keymaps.recordingDigest
        theme = render.theme.recordingDigest
        self.settings = Self.digest(ofSettings: settings)
        learned = personal.learnedWhileTaught()
        self.given = given
        self.blinded = blinded
        self.adjudicating = adjudicating
    }

    /// Why a review that is asked for is not the one that was recorded; `nil` if it may be.
    package func objection(to options: OpeningOptions, cases count: Int) -> String? {
        if blinded != options.isBlinded {
            return "The session was recorded \(blinded ? "with" : "without") --blinded; play it in the same way."
        }
        if adjudicating != options.adjudicates {
            return
                "The session was recorded \(adjudicating ? "with" : "without") --adjudicate; play it in the same way."
        }
        if count != given {
            return "The session was recorded with \(Plural.count(given, "case")) named on the command line; "
                + "\(Plural.word(count, "this is", "these are")) \(count). Name copies of the same cases."
        }
        return nil
    }

    /// The digest of a file of settings; `none` for no file.
    package static func digest(ofSettings data: Data?) -> String {
        data.map { SHA256Digest.hex(of: String(decoding: $0, as: UTF8.self)) } ?? "none"
    }
}

extension Keymaps {
    /// SHA-256 over every chord of every mode with its command.
    package var recordingDigest: String {
        let modes: [(String, [(chord: String, command: String)])] = [
            ("normal", normal.all), ("pointer", pointer.all), ("adjudicate", adjudicate.all),
            ("worklist", worklist.all), ("training", training.all),
        ]
        return SHA256Digest.hex(
            of: modes.map { mode, keys in keys.map { "\(mode) \($0.chord) \($0.command)\n" }.joined() }.joined())
    }
}

extension Theme {
    /// SHA-256 over every colour.
    package var recordingDigest: String {
        let roles = ThemeRole.allCases.map { "\($0.rawValue) \(self[$0].hex)\n" }
        let known = structures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.hex)\n" }
        return SHA256Digest.hex(
            of: (roles + known + fallback.map { "fallback \($0.hex)\n" }).joined() + "tint \(tintStrength)")
    }
}
