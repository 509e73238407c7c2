import CNifti
import Volumes

extension NiftiHeader {
    /// The grid in LPS mm, and what is odd about it.
    ///
    /// The sform counts if its code is above 0, then the qform, then pixdim alone (method 1 of nifti1.h).
    func geometry() throws(ImageFormatsError) -> (GridGeometry, warnings: [String]) {
        var warnings: [String] = []
        let unit = millimetresPerUnit(&warnings)
        let stated = Self.array(raw.pixdim, of: Double.self)[1...3].map { abs($0) * unit }
        if raw.sform_code > 0 {
            let sform = affine(Self.array(raw.srow, of: Double.self), unit: unit)
            warnings += warningsOnQform(against: sform, stated: stated, unit: unit)
            let geometry = try sform.geometry(size: size, stated: stated, file: file)
            let used = [geometry.spacing.x, geometry.spacing.y, geometry.spacing.z]
            if zip(used, stated).contains(where: { $1 > 0 && abs($0 - $1) > 1e-3 * $0 }) {
                warnings.append(
                    "The header's pixdim (\(list(stated)) mm) differs from its sform (\(list(used)) mm); "
                        + "the sform is used.")
            }
            return (geometry, warnings)
        }
        let qform = try qformAffine(stated: stated, unit: unit)
        if raw.qform_code <= 0 {
            warnings.append(
                "The file states no orientation (qform and sform codes are 0): left and right cannot be known from "
                    + "it; the first axis is taken to run to the patient's right.")
        }
        return (try qform.geometry(size: size, stated: stated, file: file), warnings)
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
                .damaged, "the header states a spacing of \(step) mm along \(axis)", files: [file],
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
                .damaged, "the header's qform is no rotation", files: [file], mend: "Export the file again.")
        }
        var rows = [Double](repeating: 0, count: 12)
        var header = raw
        cnifti_qform_matrix(&header, spacing.map { $0 / unit }, &rows)
        return affine(rows, unit: unit)
    }

    private func warningsOnQform(against sform: AffineGrid, stated: [Double], unit: Double) -> [String] {
        guard raw.qform_code > 0, let qform = try? qformAffine(stated: stated, unit: unit) else { return [] }
        let distance = sform.greatestDistance(to: qform, size: size)
        guard distance > 0.1 else { return [] }
        let isMirrored = handedness(sform) * handedness(qform) < 0
        return [
            "The header's sform and qform place a corner \(rounded(distance)) mm apart"
                + (isMirrored ? " and are mirror images of each other" : "") + "; the sform is used."
        ]
    }

    private func handedness(_ grid: AffineGrid) -> Double { grid.steps[0].cross(grid.steps[1]).dot(grid.steps[2]) }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private func list(_ values: [Double]) -> String { values.map { "\(rounded($0))" }.joined(separator: " × ") }
}
