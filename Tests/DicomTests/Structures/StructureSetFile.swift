import Foundation
import TestSupport
import Volumes

@testable import Dicom

/// An RTSTRUCT as other programs may write it.
struct StructureSetFile {
    struct Contour {
        var points: [PatientPoint]
        var type: String? = "CLOSED_PLANAR"
        /// The slice it names.
        var slice: String?
    }

    struct Structure {
        var name: String
        var number: Int
        var frame: String?
        var contours: [Contour]
    }

    var structures: [Structure]
    /// Frames of reference with the series and slices that are listed under them.
    var references: [(frame: String, series: String, slices: [String])] = []

    func write(to file: URL) throws {
        var item = DicomItem()
        item.set(0x0008_0016, "UI", Self.sopClass)
        item.set(0x0008_0018, "UI", "1.2.3.4")
        item.set(0x0008_0060, "CS", "RTSTRUCT")
        item.set(0x3006_0010, items: references.map(reference))
        item.set(
            0x3006_0020,
            items: structures.map { structure in
                var region = DicomItem()
                region.set(0x3006_0022, "IS", String(structure.number))
                if let frame = structure.frame { region.set(0x3006_0024, "UI", frame) }
                region.set(0x3006_0026, "LO", structure.name)
                return region
            })
        item.set(
            0x3006_0039,
            items: structures.map { structure in
                var contours = DicomItem()
                if !structure.contours.isEmpty { contours.set(0x3006_0040, items: structure.contours.map(contour)) }
                contours.set(0x3006_0084, "IS", String(structure.number))
                return contours
            })
        try Data(item.file(sopClass: Self.sopClass, sopInstance: "1.2.3.4", .implicit)).write(to: file)
    }

    private static let sopClass = "1.2.840.10008.5.1.4.1.1.481.3"

    private func contour(_ contour: Contour) -> DicomItem {
        var item = DicomItem()
        if let slice = contour.slice { item.set(0x3006_0016, items: [image(slice)]) }
        if let type = contour.type { item.set(0x3006_0042, "CS", type) }
        item.set(0x3006_0046, "IS", String(contour.points.count))
        item.set(0x3006_0050, "DS", DicomDecimal.text(contour.points.flatMap { [$0.x, $0.y, $0.z] }))
        return item
    }

    private func image(_ uid: String) -> DicomItem {
        DicomSliceReference.item(of: "1.2.840.10008.5.1.4.1.1.2", uid)
    }

    private func reference(_ entry: (frame: String, series: String, slices: [String])) -> DicomItem {
        var series = DicomItem()
        series.set(0x0020_000e, "UI", entry.series)
        if !entry.slices.isEmpty { series.set(0x3006_0016, items: entry.slices.map(image)) }
        var study = DicomSliceReference.item(of: "1.2.840.10008.3.1.2.3.1", "1.2.9")
        study.set(0x3006_0014, items: [series])
        var frame = DicomItem()
        frame.set(0x0020_0052, "UI", entry.frame)
        frame.set(0x3006_0012, items: [study])
        return frame
    }
}

/// A square contour around the voxels 1…2 of both axes, on a slice of a grid.
func squareContour(_ grid: GridGeometry, z: Double, type: String? = "CLOSED_PLANAR", slice: String? = nil)
    -> StructureSetFile.Contour
{
    let corners = [(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)]
    return StructureSetFile.Contour(
        points: corners.map { grid.point(at: ContinuousIndex(x: $0.0, y: $0.1, z: z)) }, type: type, slice: slice)
}
