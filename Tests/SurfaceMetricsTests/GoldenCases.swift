import Foundation
import SurfaceMetrics
import Testing
import VolumeFiles
import Volumes

/// What DeepMind's surface-distance says of a pair of masks (see Golden/README.md).
struct GoldenCase: Decodable {
    struct Tolerance: Decodable {
        let tolerance_mm, surface_dice, overlap_gt, overlap_pred: Double
        let n_within_gt, n_within_pred: Int
    }

    let gt, pred: String
    let ndim: Int
    let shape: [Int]
    let spacing_mm: [Double]
    let spacing_is_float32_exact: Bool
    let voxels_gt, voxels_pred, voxels_intersection: Int
    let volumetric_dice: Double
    let n_surfels_gt, n_surfels_pred: Int
    let surface_area_gt, surface_area_pred: Double
    let average_surface_distance_gt_to_pred, average_surface_distance_pred_to_gt: Double
    let robust_hausdorff_50, robust_hausdorff_95, robust_hausdorff_100: Double
    let robust_hausdorff_50_acceptable, robust_hausdorff_95_acceptable: [Double]?
    let tolerances: [Tolerance]
    let code_hist_gt, code_hist_pred: [String: Int]?

    var dimensions: SurfaceDimensions { ndim == 2 ? .two : .three }
    var spacing: Spacing { Golden.spacing(spacing_mm) }
}

/// A run of edits of the test mask, with what DeepMind's package says after each.
struct GoldenSequence: Decodable {
    struct State: Decodable {
        let n_surfels_gt, n_surfels_pred, voxels_pred: Int
        let tolerances: [GoldenCase.Tolerance]
    }

    struct Edit: Decodable {
        let lo, hi: [Int]
        let value: Int
        let after: State
    }

    let gt, pred: String
    let spacing_mm, tolerances_mm: [Double]
    let before: State
    let edits: [Edit]
}

struct GoldenAreas: Decodable {
    struct Areas: Decodable {
        let spacing_mm, area: [Double]
    }

    struct Lengths: Decodable {
        let spacing_mm, length: [Double]
    }

    let surface_area_3d: [Areas]
    let contour_length_2d: [Lengths]
}

enum Golden {
    static func decode<T: Decodable>(_ type: T.Type, from name: String) throws -> T {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return try decoder.decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Golden") }

    static func spacing(_ mm: [Double]) -> Spacing { Spacing(x: mm[0], y: mm[1], z: mm.count > 2 ? mm[2] : 1) }

    /// The two masks of a case, on a grid with the spacing that the JSON states.
    static func masks(_ gt: String, _ pred: String, spacing: Spacing) throws -> (Mask, Mask) {
        func read(_ name: String) throws -> Mask {
            let map = try NiftiFile.readLabels(at: folder.appendingPathComponent(name))
            let geometry = try GridGeometry(size: map.geometry.size, spacing: spacing)
            return try map.masks[1].map { try Mask(geometry: geometry, slices: $0.slices) } ?? Mask(geometry: geometry)
        }
        return (try read(gt), try read(pred))
    }
}

/// Whether a number is the expected one: `nil` for NaN, infinite for infinite, else within a relative tolerance.
func agrees(_ value: Double?, _ expected: Double, within relative: Double) -> Bool {
    guard let value else { return expected.isNaN }
    return value == expected || abs(value - expected) <= relative * abs(expected)
}
