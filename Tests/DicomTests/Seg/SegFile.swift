import Foundation
import ImageValues
import TestSupport
import Volumes

@testable import Dicom

/// A segmentation as other programs may write it, 8 bits a voxel.
struct SegFile {
    struct Segment {
        var number: Int
        var label: String
        /// Whether its type is the code for the background.
        var isBackground = false
    }

    struct Frame {
        /// Row by row.
        var values: [UInt8]
        var segment: Int?
        /// The centre of its first pixel; `nil` where it states none.
        var position: PatientPoint?
        /// The image it was made from.
        var source: String?
    }

    /// `LABELMAP` or `FRACTIONAL`.
    var kind = "LABELMAP"
    var segments: [Segment]
    var frames: [Frame]
    var padding: UInt16?
    var frameOfReference: String
    /// The objects that it was made from.
    var references: [String] = []

    func write(to file: URL, on grid: GridGeometry) throws {
        let sopClass = kind == "LABELMAP" ? "1.2.840.10008.5.1.4.1.1.66.7" : "1.2.840.10008.5.1.4.1.1.66.4"
        var item = DicomItem()
        item.set(0x0008_0016, "UI", sopClass)
        item.set(0x0008_0018, "UI", "1.2.3.5")
        item.set(0x0008_0060, "CS", "SEG")
        if !references.isEmpty {
            var series = DicomItem()
            series.set(0x0020_000e, "UI", "1.2.3.6")
            series.set(
                0x0008_114a, items: references.map { DicomSliceReference.item(of: "1.2.840.10008.5.1.4.1.1.2", $0) })
            item.set(0x0008_1115, items: [series])
        }
        item.set(0x0020_0052, "UI", frameOfReference)
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0008, "IS", String(frames.count))
        item.set(0x0028_0010, UInt16(grid.size.y))
        item.set(0x0028_0011, UInt16(grid.size.x))
        item.set(0x0028_0100, 8)
        item.set(0x0028_0101, 8)
        item.set(0x0028_0102, 7)
        item.set(0x0028_0103, 0)
        if let padding { item.set(0x0028_0120, padding) }
        item.set(0x0062_0001, "CS", kind)
        item.set(0x0062_000e, 1)
        item.set(0x0062_0002, items: segments.map(segment))
        item.set(0x5200_9229, items: [shared(grid)])
        item.set(0x5200_9230, items: frames.map(groups))
        var bytes = frames.flatMap(\.values)
        if bytes.count % 2 == 1 { bytes.append(0) }
        item.set(0x7fe0_0010, bytes: bytes)
        try Data(item.file(sopClass: sopClass, sopInstance: "1.2.3.5", .explicit)).write(to: file)
    }

    private func segment(_ segment: Segment) -> DicomItem {
        var item = DicomItem()
        item.set(0x0062_0004, UInt16(segment.number))
        item.set(0x0062_0005, "LO", segment.label)
        item.set(0x0062_0008, "CS", "MANUAL")
        let lung = AnatomyCode(structure: "Lung_L")
        item.set(0x0062_0003, items: [lung.category.item])
        let background = DicomCode("125040", "DCM", "Background")
        item.set(0x0062_000f, items: [(segment.isBackground ? background : lung.type).item])
        return item
    }

    private func shared(_ grid: GridGeometry) -> DicomItem {
        var groups = DicomItem()
        guard frames.contains(where: { $0.position != nil }) else { return groups }
        var measures = DicomItem()
        measures.set(0x0018_0050, "DS", DicomDecimal.text(grid.spacing.z))
        measures.set(0x0028_0030, "DS", DicomDecimal.text([grid.spacing.y, grid.spacing.x]))
        var orientation = DicomItem()
        let (x, y) = (grid.direction.x, grid.direction.y)
        orientation.set(0x0020_0037, "DS", DicomDecimal.text([x.x, x.y, x.z, y.x, y.y, y.z]))
        groups.set(0x0028_9110, items: [measures])
        groups.set(0x0020_9116, items: [orientation])
        return groups
    }

    private func groups(_ frame: Frame) -> DicomItem {
        var groups = DicomItem()
        if let position = frame.position {
            var plane = DicomItem()
            plane.set(0x0020_0032, "DS", DicomDecimal.text([position.x, position.y, position.z]))
            groups.set(0x0020_9113, items: [plane])
        }
        if let segment = frame.segment {
            var identification = DicomItem()
            identification.set(0x0062_000b, UInt16(segment))
            groups.set(0x0062_000a, items: [identification])
        }
        if let source = frame.source {
            var derivation = DicomItem()
            derivation.set(
                0x0008_2112, items: [DicomSliceReference.item(of: "1.2.840.10008.5.1.4.1.1.2", source)])
            groups.set(0x0008_9124, items: [derivation])
        }
        return groups
    }
}
