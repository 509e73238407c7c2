import CDcmtk
import Foundation
import ImageValues
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
        /// Closed contours that do not say that they are.
        var untypedCount = 0
    }

    private var label = "", frame = "", series = "", study = "", instance = ""
    private var entries: [Entry] = []
    private var indexOfNumber: [Int32: Int] = [:]
    private var contours: [Int: [RTContour]] = [:]
    private var warnings: [String] = []
    private var leftOut: [LeftOutStructure] = []
    private var references: [RTReferencedSeries] = []
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
            referenced: { context, frame, series, instance in
                Collector.from(context)?.addReference(
                    Collector.text(frame), Collector.text(series), Collector.text(instance))
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
            let reason = "another structure has its number, \(roi.number), so that its contours cannot be told apart"
            warnings.append("Structure “\(Self.text(roi.name))” was left out: \(reason).")
            leftOut.append(LeftOutStructure(name: Self.text(roi.name), reason: reason))
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
        // What is closed is a contour however it came about, and however its term is written.
        let type = Self.text(contour.geometric_type).uppercased().filter { $0.isLetter }
        guard type.isEmpty || ["CLOSEDPLANAR", "INTERPOLATEDPLANAR", "CLOSEDPLANARXOR"].contains(type) else {
            entries[index].openCount += 1
            return
        }
        if type.isEmpty { entries[index].untypedCount += 1 }
        let numbers = UnsafeBufferPointer(start: contour.points, count: contour.count * 3)
        let points = (0..<contour.count).map {
            PatientPoint(x: numbers[$0 * 3], y: numbers[$0 * 3 + 1], z: numbers[$0 * 3 + 2])
        }
        contours[index, default: []].append(
            RTContour(
                points: points, sopInstanceUID: Self.text(contour.sop_instance), isXOR: type == "CLOSEDPLANARXOR"))
    }

    /// - Parameter instance: empty where a series is named without its slices.
    private func addReference(_ frame: String, _ series: String, _ instance: String) {
        if references.last?.frameOfReferenceUID != frame || references.last?.seriesUID != series {
            references.append(RTReferencedSeries(frameOfReferenceUID: frame, seriesUID: series))
        }
        if !instance.isEmpty { references[references.count - 1].sopInstanceUIDs.insert(instance) }
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
        for (index, entry) in entries.enumerated() {
            let plain = entry.structure
            if entry.isDamaged {
                let reason = "a contour of it is damaged"
                warnings.append("Structure “\(plain.name)” was left out: \(reason).")
                leftOut.append(LeftOutStructure(name: plain.name, reason: reason))
                continue
            }
            if entry.openCount > 0 {
                let verb = entry.openCount == 1 ? "is a point or an open line" : "are points or open lines"
                warnings.append(
                    "Structure “\(plain.name)”: \(count(entry.openCount, "contour")) \(verb); left out.")
            }
            if entry.openCount > 0, (contours[index] ?? []).isEmpty {
                // Nothing of it encloses anything: it is no mask, rather than an empty one.
                leftOut.append(LeftOutStructure(name: plain.name, reason: "it has only points and open lines"))
                continue
            }
            if entry.untypedCount > 0 {
                let verb = entry.untypedCount == 1 ? "does not say whether it is" : "do not say whether they are"
                warnings.append(
                    "Structure “\(plain.name)”: \(count(entry.untypedCount, "contour")) \(verb) closed; taken as closed."
                )
            }
            structures.append(
                RTStructure(
                    number: plain.number, name: plain.name, interpretedType: plain.interpretedType,
                    colour: plain.colour, frameOfReferenceUID: plain.frameOfReferenceUID,
                    contours: contours[index] ?? []))
        }
        for (name, numbers) in Dictionary(grouping: structures, by: \.name).mapValues({ $0.map(\.number) })
            .sorted(by: { $0.value[0] < $1.value[0] }) where numbers.count > 1
        {
            let list = numbers.map(String.init).joined(separator: ", ")
            warnings.append("\(numbers.count) structures are called “\(name)” (ROI numbers \(list)).")
        }
        if ownerless > 0 { warnings.append("\(count(ownerless, "contour")) belonging to no structure: left out.") }
        return RTStruct(
            label: label, sopInstanceUID: instance, studyUID: study, seriesUID: series, frameOfReferenceUID: frame,
            structures: structures, warnings: warnings, leftOut: leftOut, references: references)
    }
}
