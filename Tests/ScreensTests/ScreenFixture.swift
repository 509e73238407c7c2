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
        setUp(&state, .resizeView(columns: 80, rows: 18))
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: grid.size.bounds))
        setUp(
            &state,
            .opened(
                OpenedReview(
                    model: .baseline, referenceSource: .prediction,
                    structures: [
                        StructureState(name: .lungLeft, mask: mask, prediction: mask, reference: mask, tolerance: 2),
                        StructureState(
                            name: .lungRight, mask: right, prediction: right, reference: right, tolerance: 2),
                    ])))
        setUp(&state, .point(PlanePoint(x: 2, y: 34)))
        setUp(&state, .setBrushRadius(0.5))
        setUp(&state, .drawn(slice: 2, milliseconds: ReviewState.seenAfter))
        return state
    }

    /// The structures of a head and neck plan, 23 of them.
    static let plan = [
        "Bone_Mandible", "BrachialPlex_L", "BrachialPlex_R", "Brainstem", "Cochlea_L", "Cochlea_R", "Esophagus",
        "Eye_L", "Eye_R", "Glnd_Submand_L", "Glnd_Submand_R", "Heart", "Larynx", "Lens_L", "Lens_R", "Lung_L",
        "Lung_R", "OpticChiasm", "OpticNrv_L", "OpticNrv_R", "Parotid_L", "Parotid_R", "SpinalCord_PRV05",
    ]

    /// A case with many structures, each a box of its own on slice 3, scored.
    static func many(_ names: [String] = plan, title: String = "1.2.840.1") throws -> ReviewState {
        let plain = try state()
        let grid = try #require(plain.geometry)
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: title)
        setUp(&state, .resizeView(columns: 80, rows: 18))
        setUp(
            &state,
            .imageArrived(PartialVolume(Volume(geometry: grid, filledWith: -600)), bodyBox: grid.size.bounds))
        let structures = names.enumerated().map { i, name in
            let (x, y) = (i % 12 * 6 + 4, i / 12 * 12 + 6)
            let mask = Mask(geometry: grid) { (x..<x + 4).contains($0.x) && (y..<y + 8).contains($0.y) && $0.z == 2 }
            return StructureState(
                name: StructureName(rawValue: name), mask: mask, prediction: mask, reference: mask, tolerance: 2)
        }
        setUp(
            &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: structures)))
        for (i, structure) in structures.enumerated() {
            let value = Double(64 - i) / 64
            setUp(
                &state,
                .scored(
                    structure.name, StructureScore(edit: 0, surfaceDice: value, slices: [nil, nil, value, nil, nil])))
        }
        setUp(&state, .point(PlanePoint(x: 2, y: 34)))
        setUp(&state, .setBrushRadius(0.5))
        return state
    }

    /// - Parameter fallbacks: how many colours there are for structures without one of their own.
    static func options(
        depth: ColourDepth = .direct, cells: CellMode = .half, fallbacks: Int = 1
    ) throws -> RenderOptions {
        var entries = entries
        for i in 1...max(1, fallbacks) where i > 1 {
            entries["structures.fallback_\(i)"] = Colour(red: 255, green: UInt8(i * 9), blue: 255).hex
        }
        let theme = try Theme(name: "test", entries: entries, requiring: [])
        let keymaps = try Keymaps([
            .normal: [("j", "slice +1"), ("k", "slice -1"), ("b", "brush"), ("?", "help"), ("space", "dab")],
            .pointer: [("h", "cursor -1 0")],
        ])
        return RenderOptions(theme: theme, depth: depth, cells: cells, keymaps: keymaps)
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
