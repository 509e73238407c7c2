import CDcmtk
import Foundation
import Volumes

/// Reads DICOM RT structure sets.
public enum RTStructReader {
    /// Reads the structures of a file.
    ///
    /// A structure of which a contour is damaged is left out whole, with a warning: half a structure would pass for a
    /// whole one. Contours that are not closed in a plane (points, open lines) are left out with a warning.
    /// - Throws: ``ImageFormatsError`` if it is no readable RTSTRUCT.
    public static func read(_ file: URL) throws(ImageFormatsError) -> RTStruct {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let collector = Collector()
        let status = withExtendedLifetime(collector) {
            var visitor = collector.visitor()
            return cd_read_rtstruct(file.path, &visitor, &message)
        }
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.lastPathComponent) }
        return collector.result()
    }
}

/// Gathers what the C side tells. Used by one call.
private final class Collector {
    private struct Entry {
        var structure: RTStructure
        var isDamaged = false
        var openCount = 0
    }

    private var label = "", frame = "", series = "", study = "", instance = ""
    private var entries: [Entry] = []
    private var indexOfNumber: [Int32: Int] = [:]
    private var contours: [Int: [RTContour]] = [:]
    private var warnings: [String] = []
    private var ownerless = 0

    func visitor() -> cd_rtstruct_visitor {
        cd_rtstruct_visitor(
            context: Unmanaged.passUnretained(self).toOpaque(),
            structure_set: { context, label, frame, series, study, instance in
                Collector.from(context)?.setStructureSet(
                    Collector.text(label), Collector.text(frame), Collector.text(series), Collector.text(study),
                    Collector.text(instance))
            },
            roi: { context, roi in
                if let roi = roi?.pointee { Collector.from(context)?.add(roi) }
            },
            contour: { context, contour in
                if let contour = contour?.pointee { Collector.from(context)?.add(contour) }
            },
            problem: { context, hasROI, number, text in
                Collector.from(context)?.addProblem(Collector.text(text), number: hasROI ? number : nil)
            })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Collector? {
        context.map { Unmanaged<Collector>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func text(_ characters: UnsafePointer<CChar>?) -> String {
        characters.map { String(cString: $0) } ?? ""
    }

    private func setStructureSet(
        _ label: String, _ frame: String, _ series: String, _ study: String, _ instance: String
    ) {
        self.label = label
        self.frame = frame
        self.series = series
        self.study = study
        self.instance = instance
    }

    private func add(_ roi: cd_roi) {
        guard indexOfNumber[roi.number] == nil else {
            warnings.append("Two structures have the number \(roi.number); the second was left out.")
            return
        }
        indexOfNumber[roi.number] = entries.count
        var colour: RTColour?
        if let red = UInt8(exactly: roi.red), let green = UInt8(exactly: roi.green),
            let blue = UInt8(exactly: roi.blue)
        {
            colour = RTColour(red: red, green: green, blue: blue)
        }
        entries.append(
            Entry(
                structure: RTStructure(
                    number: Int(roi.number), name: Self.text(roi.name),
                    interpretedType: Self.text(roi.interpreted_type), colour: colour,
                    frameOfReferenceUID: Self.text(roi.frame_of_reference), contours: [])))
    }

    private func add(_ contour: cd_contour) {
        guard let index = indexOfNumber[contour.roi_number] else {
            ownerless += 1
            return
        }
        let type = Self.text(contour.geometric_type)
        guard type == "CLOSED_PLANAR" || type == "CLOSEDPLANAR_XOR" else {
            entries[index].openCount += 1
            return
        }
        let numbers = UnsafeBufferPointer(start: contour.points, count: contour.count * 3)
        let points = (0..<contour.count).map {
            PatientPoint(x: numbers[$0 * 3], y: numbers[$0 * 3 + 1], z: numbers[$0 * 3 + 2])
        }
        contours[index, default: []].append(RTContour(points: points, sopInstanceUID: Self.text(contour.sop_instance)))
    }

    private func addProblem(_ text: String, number: Int32?) {
        if let number, let index = indexOfNumber[number] {
            entries[index].isDamaged = true
        } else {
            warnings.append("In the RTSTRUCT \(text).")
        }
    }

    func result() -> RTStruct {
        var structures: [RTStructure] = []
        var leftOut: [LeftOutStructure] = []
        for (index, entry) in entries.enumerated() {
            let plain = entry.structure
            if entry.isDamaged {
                let reason = "a contour of it is damaged"
                warnings.append("Structure “\(plain.name)” was left out: \(reason).")
                leftOut.append(LeftOutStructure(name: plain.name, reason: reason))
                continue
            }
            if entry.openCount > 0 {
                warnings.append(
                    "\(entry.openCount) contour(s) of structure “\(plain.name)” are points or open lines and were left "
                        + "out.")
            }
            structures.append(
                RTStructure(
                    number: plain.number, name: plain.name, interpretedType: plain.interpretedType,
                    colour: plain.colour, frameOfReferenceUID: plain.frameOfReferenceUID,
                    contours: contours[index] ?? []))
        }
        if ownerless > 0 { warnings.append("\(ownerless) contour(s) belong to no structure and were left out.") }
        return RTStruct(
            label: label, sopInstanceUID: instance, studyUID: study, seriesUID: series, frameOfReferenceUID: frame,
            structures: structures, warnings: warnings, leftOut: leftOut)
    }
}
