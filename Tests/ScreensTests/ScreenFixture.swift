import Cases
import Editing
import Foundation
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// A case that fills the image area of 80×24 exactly: 80×36 voxels of 1 mm are 80×18 cells in half blocks.
enum ScreenFixture {
    static func state() throws -> ReviewState {
        let grid = try GridGeometry(
            size: GridSize(x: 80, y: 36, z: 5), spacing: Spacing(x: 1, y: 1, z: 2.5),
            origin: PatientPoint(x: -40, y: -18, z: -130))
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: "1.2.840.1")
        let mask = Mask(geometry: grid) { (50..<56).contains($0.x) && (10..<16).contains($0.y) && $0.z == 2 }
        let right = Mask(geometry: grid) { (20..<26).contains($0.x) && (10..<16).contains($0.y) && $0.z == 2 }
        let volume = Volume(geometry: grid, filledWith: -600)
        _ = reduce(&state, .resizeView(columns: 80, rows: 18))
        _ = reduce(&state, .imageArrived(PartialVolume(volume), bodyBox: grid.size.bounds))
        _ = reduce(
            &state,
            .opened(
                OpenedReview(
                    model: .baseline, referenceSource: .prediction,
                    structures: [
                        StructureState(name: .lungLeft, mask: mask, prediction: mask, reference: mask, tolerance: 2),
                        StructureState(
                            name: .lungRight, mask: right, prediction: right, reference: right, tolerance: 2),
                    ])))
        _ = reduce(&state, .point(PlanePoint(x: 2, y: 34)))
        _ = reduce(&state, .setBrushRadius(0.5))
        _ = reduce(&state, .drawn(slice: 2, milliseconds: ReviewState.seenAfter))
        return state
    }

    static func options(
        depth: ColourDepth = .direct, cells: CellMode = .half
    ) throws -> RenderOptions {
        let theme = try Theme(name: "test", entries: entries)
        let keymap = try Keymap([
            .normal: [("j", "slice +1"), ("k", "slice -1"), ("b", "brush"), ("?", "help"), ("space", "dab")],
            .pointer: [("h", "cursor -1 0")],
        ])
        return RenderOptions(theme: theme, depth: depth, cells: cells, keymap: keymap)
    }

    private static let entries: [String: String] = {
        var entries = Dictionary(uniqueKeysWithValues: ThemeRole.allCases.map { ($0.rawValue, "#808080") })
        entries["out_of_tolerance"] = "#ff0000"
        entries["ghost"] = "#ffff00"
        entries["draft"] = "#00ffff"
        entries["cursor"] = "#ffffff"
        entries["tint_strength"] = "0.5"
        entries["structures.Lung_L"] = "#0000ff"
        entries["structures.Lung_R"] = "#00ff00"
        entries["structures.fallback_1"] = "#ff00ff"
        return entries
    }()
}
