import Dicom
import Foundation
import ImageValues
import Phantoms
import Volumes

/// Writes both lungs of a thorax on 300 slices as an RTSTRUCT and as a segmentation, and reads them back.
enum ExportBenchmark {
    static func run(_ table: inout ResultTable) throws {
        let phantom = try ThoraxPhantom.generate(PhantomSpecification(seed: 1, patient: 1, slices: 300))
        let folder = try ScratchFolder()
        let reference = try CTSeriesWriter.write(
            phantom.volume, to: folder.url.appendingPathComponent("CT"),
            pseudonym: DicomPseudonym(patientName: "A^B", patientID: "A", date: "20200101", time: "120000"),
            seed: "export")
        let colour = RTColour(red: 80, green: 160, blue: 240)
        let lungs = [("Lung_L", phantom[.lungLeft]), ("Lung_R", phantom[.lungRight])]
        let (rs, seg) = (folder.url.appendingPathComponent("rs.dcm"), folder.url.appendingPathComponent("seg.dcm"))
        let structures = lungs.map { RTStructureToWrite(name: $0.0, mask: $0.1, colour: colour) }
        let segments = lungs.map { SegmentToWrite(name: $0.0, mask: $0.1, colour: colour) }
        let origin = RTStructWriter.Origin(label: "bench", date: "20200101", time: "120000", seed: "export")
        let written = try Timing.walls(5) {
            try RTStructWriter.write(structures, on: reference, to: rs, origin: origin)
        }
        table.add("RTSTRUCT of both lungs, written", written.median, unit: "ms", target: .atMost(500))
        let grid = phantom.volume.geometry
        let filled = try Timing.walls(5) {
            _ = try RTStructReader.read(rs).rasterised(on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        }
        table.add("RTSTRUCT of both lungs, read and filled", filled.median, unit: "ms")
        let packed = try Timing.walls(5) {
            try SegWriter.write(
                segments, on: reference, to: seg,
                origin: SegWriter.Origin(
                    description: "bench", date: "20200101", time: "120000", seed: "export",
                    method: DrawingMethod(.automatic, name: "bench")))
        }
        table.add("SEG of both lungs, written", packed.median, unit: "ms")
        let read = try Timing.walls(5) { _ = try SegReader.read(seg, on: grid) }
        table.add("SEG of both lungs, read", read.median, unit: "ms")
        table.note("300 slices of 512 × 512; medians of 5 runs, files synchronised to the disk")
    }
}
