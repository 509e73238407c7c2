import CDcmtk
import Dosimetry
import Foundation
import ImageValues
import Volumes

/// A dose distribution that was read from an RTDOSE (PS3.3 A.18.3, C.8.8.3).
public struct RTDose: Sendable {
    /// The doses.
    public let grid: DoseGrid
    /// The frame of reference that its grid lies in; empty where the file states none.
    public let frameOfReferenceUID: String
    /// What is to be said of it, as sentences.
    public let warnings: [String]
}

/// Reads RTDOSE files.
public enum RTDoseReader {
    private static let sopClass = "1.2.840.10008.5.1.4.1.1.481.2"

    /// Reads the dose grid of a file.
    ///
    /// Taken are doses in Gy on a regular grid, stored as plain numbers of 16 or 32 bits. Refused rather than guessed
    /// at are relative doses, dose errors, uneven distances between planes, and a scale that is missing.
    /// - Throws: ``ImageValues/ImageFormatsError`` naming what is wrong.
    public static func read(_ url: URL) throws(ImageFormatsError) -> RTDose {
        let name = url.lastPathComponent
        func refuse(_ kind: ImageFormatsError.Kind, _ what: String, mend: String = "") -> ImageFormatsError {
            ImageFormatsError(kind, what, files: [name], mend: mend)
        }
        let file: DicomFile
        let about: cd_dose
        let offsets: [Double]
        do {
            file = try DicomFile(path: url.path, withPixels: true)
            (about, offsets) = try file.dose()
        } catch {
            throw error.error(for: name)
        }
        let header = file.header
        guard header.sopClassUID == sopClass || header.modality == "RTDOSE" else {
            throw refuse(
                .unsupported, "It holds no dose, but \(header.modality.isEmpty ? "no image" : header.modality)")
        }
        guard text(about.units).uppercased() == "GY" else {
            throw refuse(
                .unsupported,
                "Its doses are not in Gy (DoseUnits \(text(about.units).isEmpty ? "missing" : text(about.units)))",
                mend: "Export the dose in absolute units.")
        }
        guard text(about.type).uppercased() != "ERROR" else {
            throw refuse(.unsupported, "It holds the difference of two doses (DoseType ERROR)")
        }
        guard about.scaling.isFinite, about.scaling > 0 else {
            throw refuse(.damaged, "It states no usable DoseGridScaling")
        }
        let geometry = try geometry(header, offsets, refuse)
        var slices: [[UInt32]] = []
        do {
            for frame in 0..<header.frames { slices.append(try file.doseFrame(frame)) }
            let grid = try DoseGrid(geometry: geometry, slices: slices, grayPerUnit: about.scaling)
            return RTDose(
                grid: grid, frameOfReferenceUID: header.frameOfReferenceUID, warnings: warnings(about, grid))
        } catch let error as DicomFailure {
            throw error.error(for: name)
        } catch {
            throw refuse(.damaged, "Its dose grid cannot be used: \(error)")
        }
    }

    private static func warnings(_ about: cd_dose, _ grid: DoseGrid) -> [String] {
        var warnings: [String] = []
        let summation = text(about.summation).uppercased()
        if !summation.isEmpty, summation != "PLAN" {
            warnings.append("The dose is not of a whole plan: its DoseSummationType is \(summation).")
        }
        if text(about.type).uppercased() == "EFFECTIVE" {
            warnings.append("The dose is weighted by biological effect (DoseType EFFECTIVE), not physical.")
        }
        if grid.maximum == 0 { warnings.append("The dose is 0 everywhere.") }
        return warnings
    }

    /// The grid by the first plane's place and the planes' offsets from it.
    private static func geometry(
        _ header: DicomHeader, _ offsets: [Double],
        _ refuse: (ImageFormatsError.Kind, String, String) -> ImageFormatsError
    ) throws(ImageFormatsError) -> GridGeometry {
        guard header.frames >= 1 else { throw refuse(.damaged, "It states no number of frames", "") }
        guard header.decimalComma.isEmpty else {
            throw refuse(.damaged, "\(header.decimalComma) is written with a decimal comma", "")
        }
        let steps = zip(offsets.dropFirst(), offsets).map { $0 - $1 }
        guard offsets.count == header.frames || header.frames == 1 && offsets.isEmpty else {
            throw refuse(
                .damaged, "It has \(header.frames) planes and \(offsets.count) offsets (GridFrameOffsetVector)", "")
        }
        let step =
            steps.isEmpty ? header.sliceThickness : (offsets[offsets.count - 1] - offsets[0]) / Double(steps.count)
        guard steps.allSatisfy({ abs($0 - step) <= 0.01 }) else {
            throw refuse(
                .unsupported, "Its planes are not evenly apart (GridFrameOffsetVector)",
                "Export the dose on a regular grid.")
        }
        let (x, y) = (header.columnStep, header.rowStep)
        let normal = x.cross(y)
        // Offsets count from the first plane (0 first) or, along the patient's long axis, are its planes' own z (PS3.3
        // C.8.8.3.2): either way ImagePositionPatient is the first plane's place, and differences are what counts.
        let isPlaneHeight = offsets.first.map { $0 != 0 } ?? false
        if isPlaneHeight, let first = offsets.first,
            abs(abs(normal.z) - 1) > 1e-4 || abs(first - header.position.z) > 0.01
        {
            throw refuse(
                .damaged, "The first offset of its planes is neither 0 nor the z of its position", "")
        }
        let along = isPlaneHeight && normal.z < 0 ? -step : step
        do {
            return try GridGeometry(
                size: GridSize(x: header.columns, y: header.rows, z: header.frames),
                spacing: Spacing(x: header.spacingX, y: header.spacingY, z: abs(along)), origin: header.position,
                direction: GridDirection(x: x, y: y, z: along < 0 ? normal * -1 : normal))
        } catch {
            throw refuse(.damaged, "Its planes make no grid: \(error)", "")
        }
    }
}

extension DicomFile {
    /// What an RTDOSE says once, and the offsets of its planes.
    fileprivate func dose() throws(DicomFailure) -> (cd_dose, [Double]) {
        let box = Box<Double>()
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var about = cd_dose()
        let status = withExtendedLifetime(box) {
            cd_tell_dose(
                handle, &about, Unmanaged.passUnretained(box).toOpaque(),
                { context, offset in
                    guard let context else { return }
                    Unmanaged<Box<Double>>.fromOpaque(context).takeUnretainedValue().items.append(offset)
                }, &message)
        }
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return (about, box.items)
    }

    /// The stored numbers of a plane, columns fastest.
    fileprivate func doseFrame(_ frame: Int) throws(DicomFailure) -> [UInt32] {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var count = 0
        var status = cd_check_dose(handle, &count, &message)
        guard status == CD_OK else { throw DicomFailure(status, message) }
        let values = [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
            status = cd_read_dose(handle, Int32(frame), buffer.baseAddress, count, &message)
            filled = status == CD_OK ? count : 0
        }
        guard status == CD_OK else { throw DicomFailure(status, message) }
        return values
    }
}
