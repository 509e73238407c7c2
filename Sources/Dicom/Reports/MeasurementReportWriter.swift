import Digests
import Foundation
import ImageValues
import Volumes

/// Writes a DICOM structured report of template 1500, Imaging Measurement Report (PS3.16 TID 1500, with a measurement
/// group of TID 1411 for each structure), as an Enhanced SR (PS3.3 A.35.2): Explicit VR Little Endian, UTF-8.
///
/// It refers to a segmentation of the same masks: ``SegWriter`` with the same seed.
public enum MeasurementReportWriter {
    /// Enhanced SR Storage (PS3.4 B.5).
    static let sopClass = "1.2.840.10008.5.1.4.1.1.88.22"

    private typealias Concepts = ReportConcepts

    /// A report that is ready to be written.
    public struct Document: Sendable {
        /// What to tell of the patient's texts, one sentence each, without a word of them.
        public let warnings: [String]
        fileprivate let bytes: [UInt8]

        /// Writes it.
        /// - Throws: ``ImageFormatsError``: `notWritten`.
        public func write(to file: URL) throws(ImageFormatsError) { try DicomOutput.write(bytes, to: file) }
    }

    /// Makes a report. Patient and study are copied from the first slice's file, which must still be there.
    /// - Parameter origin: that of the segmentation it refers to.
    /// - Throws: ``ImageFormatsError``: `unsupported` if the series states no UIDs to refer to, `notWritten` for names and
    ///   numbers that cannot be stated.
    public static func document(
        _ report: MeasurementReport, on reference: DicomSeriesReference, origin: SegWriter.Origin
    ) throws(ImageFormatsError) -> Document {
        try DerivedObject.check(reference, "a report")
        try check(report)
        let content = try root(report, reference, origin).encoded
        // By what it says: the same words and numbers are the same object, and others another.
        let digest = SHA256Digest()
        digest.update(content.encoded(.explicit))
        let instance = DicomUID.make(origin.seed, "report \(digest.finish())")
        var item = DicomItem()
        describe(&item, instance, reference, origin)
        item.merge(content)
        let warnings = try DerivedObject.addPatientAndStudy(of: reference, to: &item)
        return Document(
            warnings: warnings, bytes: item.file(sopClass: sopClass, sopInstance: instance, .explicit))
    }

    private static func check(_ report: MeasurementReport) throws(ImageFormatsError) {
        guard !report.structures.isEmpty else {
            throw ImageFormatsError(.notWritten, "There is no structure to report")
        }
        for structure in report.structures {
            let numbers = [
                structure.millilitres, structure.meanHU, structure.deviationHU, structure.surfaceDice,
                structure.tolerance?.value, structure.addedPathLength?.value,
            ]
            guard numbers.allSatisfy({ $0?.isFinite ?? true }) else {
                throw ImageFormatsError(.notWritten, "A measurement of “\(structure.name)” is not a number")
            }
        }
    }

    /// Everything but the content.
    private static func describe(
        _ item: inout DicomItem, _ instance: String, _ reference: DicomSeriesReference, _ origin: SegWriter.Origin
    ) {
        item.set(0x0008_0016, "UI", sopClass)
        item.set(0x0008_0018, "UI", instance)
        for tag: UInt32 in [0x0008_0012, 0x0008_0021, 0x0008_0023] { item.set(tag, "DA", origin.date) }
        for tag: UInt32 in [0x0008_0013, 0x0008_0031, 0x0008_0033] { item.set(tag, "TM", origin.time) }
        item.set(0x0008_0060, "CS", "SR")
        item.set(0x0008_0070, "LO", "Pleura")
        item.set(0x0008_103e, "LO", "Pleura measurements")
        item.set(0x0008_1090, "LO", "Pleura")
        item.set(0x0018_1000, "LO", "1")
        item.set(0x0018_1020, "LO", "1")
        item.set(0x0020_000d, "UI", reference.studyUID)
        item.set(0x0020_000e, "UI", DicomUID.make(origin.seed, "report series"))
        item.set(0x0020_0011, "IS", "301")
        item.set(0x0020_0013, "IS", "1")
        item.set(0x0008_1111, items: [])
        item.set(0x0040_a372, items: [])
        item.set(0x0040_a491, "CS", "COMPLETE")
        item.set(0x0040_a493, "CS", "UNVERIFIED")
        item.set(0x0040_a375, items: [evidence(reference, origin)])
        var scheme = DicomItem()
        scheme.set(0x0008_0102, "SH", Concepts.scheme)
        scheme.set(0x0008_0115, "ST", "Pleura")
        item.set(0x0008_0110, items: [scheme])
    }

    /// What the report rests on: the segmentation and the slices.
    private static func evidence(_ reference: DicomSeriesReference, _ origin: SegWriter.Origin) -> DicomItem {
        func series(_ uid: String, _ instances: [DicomItem]) -> DicomItem {
            var item = DicomItem()
            item.set(0x0020_000e, "UI", uid)
            item.set(0x0008_1199, items: instances)
            return item
        }
        let segmentation = DicomSliceReference.item(of: SegWriter.sopClass, SegWriter.instance(of: origin))
        var study = DicomItem()
        study.set(0x0020_000d, "UI", reference.studyUID)
        study.set(
            0x0008_1115,
            items: [
                series(SegWriter.series(of: origin), [segmentation]),
                series(reference.seriesUID, SegWriter.instances(reference)),
            ])
        return study
    }

    private static func root(
        _ report: MeasurementReport, _ reference: DicomSeriesReference, _ origin: SegWriter.Origin
    ) throws(ImageFormatsError) -> ReportItem {
        var children: [ReportItem] = [.code(.conceptModifier, Concepts.language, Concepts.english)]
        if !origin.creator.isEmpty {
            children.append(.code(.observationContext, Concepts.observerType, Concepts.person))
            let name = try DicomText.checked(origin.creator, "The reviewer's name")
            children.append(.person(.observationContext, Concepts.personName, name))
        }
        children += [
            .code(.observationContext, Concepts.observerType, Concepts.device),
            .uid(.observationContext, Concepts.deviceUID, DicomUID.make("Pleura", "device")),
            .text(.observationContext, Concepts.deviceName, "Pleura"),
            .code(.conceptModifier, Concepts.procedure, Concepts.tomography),
        ]
        var groups: [ReportItem] = []
        for structure in report.structures { groups.append(try group(structure, reference, origin)) }
        children.append(.container(.contains, Concepts.measurements, groups))
        children.append(.container(.contains, Concepts.evaluations, try verdict(report)))
        return .container(nil, Concepts.report, template: "1500", children)
    }

    private static func group(
        _ structure: MeasurementReport.Structure, _ reference: DicomSeriesReference, _ origin: SegWriter.Origin
    ) throws(ImageFormatsError) -> ReportItem {
        let name = try DicomText.checked(structure.name, "A structure's name")
        let anatomy = structure.anatomy
        let side = anatomy.modifier.map { [ReportItem.code(.conceptModifier, Concepts.laterality, $0)] } ?? []
        var children: [ReportItem] = [
            .text(.observationContext, Concepts.tracking, name),
            .uid(.observationContext, Concepts.trackingUID, DicomUID.make(origin.seed, "segment \(structure.segment)")),
            .code(.contains, Concepts.findingCategory, anatomy.category),
            .code(.contains, Concepts.finding, anatomy.type),
            .segment(Concepts.segment, of: SegWriter.instance(of: origin), number: structure.segment),
            .uid(.contains, Concepts.sourceSeries, reference.seriesUID),
        ]
        if origin.method.involvement != .manual, !origin.method.name.isEmpty {
            children.append(
                .text(
                    .conceptModifier, Concepts.algorithm, try DicomText.checked(origin.method.name, "The model's name"))
            )
            let version = origin.method.version.isEmpty ? "1" : origin.method.version
            children.append(
                .text(
                    .conceptModifier, Concepts.algorithmVersion, try DicomText.checked(version, "The model's version")))
        }
        children.append(.code(.conceptModifier, Concepts.findingSite, anatomy.type, side))
        children.append(.number(Concepts.volume, structure.millilitres, Concepts.millilitre))
        for (value, kind) in [(structure.meanHU, Concepts.mean), (structure.deviationHU, Concepts.deviation)] {
            guard let value else { continue }
            let derivation = ReportItem.code(.conceptModifier, Concepts.derivation, kind)
            children.append(.number(Concepts.attenuation, value, Concepts.hounsfield, [derivation]))
        }
        if let surfaceDice = structure.surfaceDice {
            children.append(.number(Concepts.surfaceDice, surfaceDice, Concepts.one))
        }
        if structure.surfaceDice != nil, let tolerance = structure.tolerance {
            children.append(.number(Concepts.tolerance, tolerance.value, Concepts.millimetre))
        }
        if let length = structure.addedPathLength {
            children.append(.number(Concepts.addedPathLength, length.value, Concepts.millimetre))
        }
        return .container(.contains, Concepts.group, template: "1411", children)
    }

    private static func verdict(_ report: MeasurementReport) throws(ImageFormatsError) -> [ReportItem] {
        let verdict = report.verdict == .accepted ? Concepts.accepted : Concepts.corrected
        // Numbers belong to measurements in this template, so that how far the review went is in words.
        var items: [ReportItem] = [
            .code(.contains, Concepts.verdict, verdict),
            .text(.contains, Concepts.slicesReviewed, "\(report.slicesReviewed) of \(report.slices)"),
        ]
        if !report.comment.isEmpty {
            items.append(.text(.contains, Concepts.comment, try DicomText.checkedLong(report.comment, "The comment")))
        }
        if let approver = report.approver {
            items.append(.text(.contains, Concepts.approver, try DicomText.checked(approver, "The approver's name")))
        }
        return items
    }
}
