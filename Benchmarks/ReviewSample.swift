import Cases
import Editing
import Foundation
import PatientView
import Phantoms
import Review
import Screens
import Settings
import SurfaceMetrics
import TerminalKit
import Volumes

/// A review as it looks in the middle of the work: two lungs, a heart, corrected here and there.
enum ReviewSample {
    static let columns = 200
    static let rows = 60

    /// Theme and keymap as the program has them.
    static func options(depth: ColourDepth, cells: CellMode) throws -> RenderOptions {
        let resources = try ResourceFolder.find(executable: URL(fileURLWithPath: #filePath))
        return RenderOptions(
            theme: try resources.theme("dark"), depth: depth, cells: cells, keymaps: try resources.keymap("default"))
    }

    /// The thorax opened, with scores, and masks that differ from what was proposed.
    static func state() throws -> ReviewState {
        let phantom = try Sample.thorax.get()
        let image = PartialVolume(phantom.volume)
        var state = ReviewState(caseID: CaseID(rawValue: "bench"), title: "bench")
        guard let layout = ScreenLayout(columns: columns, rows: rows) else {
            throw BenchmarkFailure("there is no layout for \(columns)×\(rows)")
        }
        let ball = Brush(shape: .ball, radius: 12)
        let structures = [PhantomStructure.lungLeft, .lungRight, .heart].map { structure in
            var mask = phantom[structure]
            for z in stride(from: 20, to: mask.geometry.size.z, by: 12) {
                guard let voxel = mask.firstVoxel(on: z) else { continue }
                mask.sweep(ball, on: z, from: voxel, to: voxel, set: true)
            }
            return StructureState(
                name: StructureName(rawValue: structure.rawValue), mask: mask, prediction: phantom[structure],
                reference: phantom[structure], tolerance: 2)
        }
        _ = reduce(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        _ = reduce(&state, .imageArrived(image, bodyBox: BodyBox.estimate(image)))
        _ = reduce(
            &state,
            .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: structures)))
        for structure in structures {
            let live = try LiveSurfaceDice(
                reference: structure.reference, test: structure.mask, tolerances: [structure.tolerance])
            let score = StructureScore(
                edit: 0, surfaceDice: live.volumeScore().value, slices: live.sliceScores().map(\.value))
            _ = reduce(&state, .scored(structure.name, score))
        }
        return state
    }
}

extension Mask {
    /// The topmost, leftmost voxel of a slice.
    func firstVoxel(on z: Int) -> PlanePoint? {
        for y in 0..<geometry.size.y {
            for x in 0..<geometry.size.x where slices[z][x, y] { return PlanePoint(x: Double(x), y: Double(y)) }
        }
        return nil
    }
}
