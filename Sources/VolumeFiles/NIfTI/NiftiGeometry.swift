import CNifti
import ImageValues
import Volumes

extension NiftiHeader {
    /// The grid in LPS mm, and what is odd about it.
    ///
    /// The sform counts if its code is above 0, then the qform, then pixdim alone (method 1 of nifti1.h), as long as it
    /// is a grid that can be: where sform and qform contradict each other, ``choice(_:_:stated:)`` decides.
    func geometry() throws(ImageFormatsError) -> (GridGeometry, warnings: [String]) {
        var warnings: [String] = []
        let unit = millimetresPerUnit(&warnings)
        let stated = Self.array(raw.pixdim, of: Double.self)[1...3].map { abs($0) * unit }
        guard raw.sform_code > 0 else {
            let qform = try qformAffine(stated: stated, unit: unit)
            if raw.qform_code <= 0 {
                warnings.append(
                    "The file states no orientation (qform and sform codes are 0): left and right cannot be known "
                        + "from it; the first axis is taken to run to the patient's right.")
            }
            return (try qform.geometry(size: size, stated: stated, file: file), warnings)
        }
        let sform = affine(Self.array(raw.srow, of: Double.self), unit: unit)
        let qform = raw.qform_code > 0 ? try? qformAffine(stated: stated, unit: unit) : nil
        let chosen = try choice(sform, qform, stated: stated)
        return (chosen.geometry, warnings + chosen.warnings)
    }

    /// One grid of two statements about it.
    ///
    /// - An sform that is no grid (sheared, without length, NaN) beside a qform that is one: the qform.
    /// - An sform whose spacing is not pixdim's, beside a qform, which takes its spacing from pixdim: the qform, since
    ///   an sform without scale is what some writers leave; unless it is pixdim that was never set (all 1).
    /// - An sform of steps of 1 mm and no qform, with another pixdim: the sform's directions, pixdim's spacing.
    /// - Otherwise the sform.
    private func choice(
        _ sform: AffineGrid, _ qform: AffineGrid?, stated: [Double]
    ) throws(ImageFormatsError) -> (geometry: GridGeometry, warnings: [String]) {
        let ofQform = try? qform?.geometry(size: size, stated: stated, file: file)
        let ofSform: GridGeometry
        do throws(ImageFormatsError) {
            ofSform = try sform.geometry(size: size, stated: stated, file: file)
        } catch {
            guard let ofQform else { throw sheared(error) }
            return (ofQform, ["The header's sform cannot be used: \(error.what.lowercasedFirst). The qform is used."])
        }
        let steps = [ofSform.spacing.x, ofSform.spacing.y, ofSform.spacing.z]
        let contradicts = zip(steps, stated).contains { $1 > 0 && $1.isFinite && abs($0 - $1) > 1e-3 * $0 }
        guard contradicts else { return (ofSform, warningsOnQform(qform, against: sform)) }
        let differing = "The header's pixdim (\(list(stated)) mm) differs from its sform (\(list(steps)) mm)"
        let isUnset = stated.allSatisfy { $0 == stated[0] && (abs($0 - 1) < 1e-6) }
        if let ofQform, !isUnset {
            return (ofQform, ["\(differing); the qform is used, which has pixdim's spacing."])
        }
        let hasNoScale = steps.allSatisfy { abs($0 - 1) < 1e-6 }
        if hasNoScale, !isUnset, stated.allSatisfy({ $0 > 0 && $0.isFinite }) {
            var scaled = sform
            scaled.steps = zip(sform.steps, stated).map { $0 * $1 }
            let geometry = try scaled.geometry(size: size, stated: stated, file: file)
            return (
                geometry, ["\(differing), which has lost its scale; its directions and pixdim's spacing are used."]
            )
        }
        return (ofSform, warningsOnQform(qform, against: sform) + ["\(differing); the sform is used."])
    }

    /// What to do about a sheared sform that no qform stands in for.
    private func sheared(_ error: ImageFormatsError) -> ImageFormatsError {
        guard error.kind == .inconsistent else { return error }
        return ImageFormatsError(
            error.kind, error.what + ", and there is no qform to use instead", files: error.files,
            mend: "Resample it to a regular grid, for instance with 3D Slicer (Resample Image) or "
                + "nibabel.processing.resample_to_output; a tilted DICOM series opens with --repair tilt.")
    }

    private func millimetresPerUnit(_ warnings: inout [String]) -> Double {
        switch raw.xyzt_units & 7 {
        case 0, 2: return 1
        case 1: return 1000
        case 3: return 0.001
        default:
            warnings.append("The header's unit of length (code \(raw.xyzt_units & 7)) is unknown; mm are assumed.")
            return 1
        }
    }

    private func affine(_ rows: [Double], unit: Double) -> AffineGrid {
        func column(_ i: Int) -> PatientVector {
            PatientVector(x: rows[i] * unit, y: rows[4 + i] * unit, z: rows[8 + i] * unit)
        }
        let last = column(3)
        return AffineGrid(
            origin: PatientPoint(x: last.x, y: last.y, z: last.z), steps: [column(0), column(1), column(2)]
        ).flippedBetweenRASAndLPS
    }

    /// Method 2 if there is a qform, otherwise method 1.
    private func qformAffine(stated: [Double], unit: Double) throws(ImageFormatsError) -> AffineGrid {
        var spacing = stated
        // The third spacing of a single slice is often left at 0.
        if size.z == 1, spacing[2] == 0 { spacing[2] = 1 }
        for (axis, step) in zip(["x", "y", "z"], spacing) where !(step.isFinite && step > 0) {
            throw ImageFormatsError(
                .damaged, "The header states a spacing of \(step) mm along \(axis)", files: [file],
                mend: "Set pixdim, for instance with nibabel's header.set_zooms.")
        }
        guard raw.qform_code > 0 else {
            var rows = [Double](repeating: 0, count: 12)
            for axis in 0..<3 { rows[5 * axis] = spacing[axis] }
            return affine(rows, unit: 1)
        }
        let numbers = Self.array(raw.quatern, of: Double.self) + Self.array(raw.qoffset, of: Double.self)
        guard numbers.allSatisfy(\.isFinite), numbers[..<3].allSatisfy({ abs($0) <= 1.001 }) else {
            throw ImageFormatsError(
                .damaged, "The header's qform is no rotation", files: [file], mend: "Export the file again.")
        }
        var rows = [Double](repeating: 0, count: 12)
        var header = raw
        cnifti_qform_matrix(&header, spacing.map { $0 / unit }, &rows)
        return affine(rows, unit: unit)
    }

    private func warningsOnQform(_ qform: AffineGrid?, against sform: AffineGrid) -> [String] {
        guard let qform else { return [] }
        let distance = sform.greatestDistance(to: qform, size: size)
        guard distance > 0.1 else { return [] }
        let isMirrored = handedness(sform) * handedness(qform) < 0
        return [
            "The header's sform and qform place a corner \(rounded(distance)) mm apart"
                + (isMirrored ? " and are mirror images of each other" : "")
                + "; the sform is used. Check left and right against the original."
        ]
    }

    private func handedness(_ grid: AffineGrid) -> Double { grid.steps[0].cross(grid.steps[1]).dot(grid.steps[2]) }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private func list(_ values: [Double]) -> String { values.map { "\(rounded($0))" }.joined(separator: " × ") }
}

extension String {
    /// The same sentence as a clause behind a colon.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
