import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Measurement reports of ours, as other people's programs read them.
@Suite struct MeasurementReportTests {
    private struct Answer: Decodable {
        struct Group: Decodable {
            let name: String
            let uid: String
            let finding: [String]
            let category: [String]
            let sites: [[String]]
            let segmentation: String
            let segment: [Int]
            let measurements: [Measurement]
        }

        struct Measurement: Decodable, Equatable {
            let name: String
            let value: Double
            let unit: String
        }

        let segmentationUID: String
        let groups: [Group]
        let evaluations: [String: String]
        let observers: [String]
        let dcmqi: [Int]
    }

    private var report: MeasurementReport {
        var lung = MeasurementReport.Structure(
            name: "Lung_L", segment: 1, millilitres: 1234.567890123456, meanHU: -812.3456789012345, deviationHU: 101.5)
        (lung.surfaceDice, lung.tolerance, lung.addedPathLength) = (0.9876543210987654, 2, 37.5)
        // Nobody proposed it, and it is empty.
        let tumour = MeasurementReport.Structure(name: "Größe", segment: 2, millilitres: 0)
        return MeasurementReport(
            structures: [lung, tumour], verdict: .corrected, comment: "apex drawn\nanew", approver: "Roe^Ann",
            slicesReviewed: 2, slices: 3)
    }

    @discardableResult
    private func write(
        _ report: MeasurementReport, on reference: DicomSeriesReference, to file: URL, origin: SegWriter.Origin
    ) throws(ImageFormatsError) -> [String] {
        let document = try MeasurementReportWriter.document(report, on: reference, origin: origin)
        try document.write(to: file)
        return document.warnings
    }

    /// The report and the segmentation that it refers to.
    private func written(
        _ report: MeasurementReport, origin: SegWriter.Origin
    ) throws -> (folder: TemporaryFolder, report: URL, segmentation: URL, reference: DicomSeriesReference) {
        let grid = try axialGrid(7, 5, 3)
        let (folder, reference) = try segSeries(grid)
        let (file, segmentation) = (folder.file("report.dcm"), folder.file("report.seg.dcm"))
        let masks = [("Lung_L", Mask(geometry: grid) { $0.x > $0.y }), ("Größe", Mask(geometry: grid))]
        try SegWriter.write(
            masks.map {
                SegmentToWrite(name: $0.0, mask: $0.1, colour: RTColour(red: 255, green: 10, blue: 0))
            }, on: reference, to: segmentation, origin: origin)
        #expect(try write(report, on: reference, to: file, origin: origin) == [])
        return (folder, file, segmentation, reference)
    }

    @Test func highdicomAndDcmqiReadIt() throws {
        var origin = segOrigin
        origin.method = DrawingMethod(.reviewed, modelName: "lungs-unet2d@7")
        let (folder, file, segmentation, _) = try written(report, origin: origin)
        let answer = try PythonOracle("sr_oracle.py").run([file.path, segmentation.path], as: Answer.self)
        #expect(answer.groups.map(\.name) == ["Lung_L", "Größe"] && answer.groups.map(\.segment) == [[1], [2]])
        #expect(answer.groups.allSatisfy { $0.segmentation == answer.segmentationUID })
        #expect(Set(answer.groups.map(\.uid)).count == 2)
        let (lung, tumour) = (answer.groups[0], answer.groups[1])
        #expect(lung.finding == ["39607008", "SCT", "Lung"] && lung.sites == [["Lung", "Left"]])
        #expect(lung.category[0] == "91723000" && tumour.sites.count == 1)
        let wanted: [(String, Double, String)] = [
            ("Volume", 1234.567890123456, "ml"), ("Attenuation Coefficient, Mean", -812.3456789012345, "[hnsf'U]"),
            ("Attenuation Coefficient, Standard Deviation", 101.5, "[hnsf'U]"),
            ("Surface Dice against the proposal", 0.9876543210987654, "1"),
            ("Tolerance of the surface Dice", 2, "mm"), ("Added path length", 37.5, "mm"),
        ]
        #expect(lung.measurements.map(\.name) == wanted.map(\.0) && lung.measurements.map(\.unit) == wanted.map(\.2))
        // Decimal strings have 16 characters.
        for (found, wanted) in zip(lung.measurements, wanted) { #expect(abs(found.value - wanted.1) < 1e-11) }
        #expect(tumour.measurements == [Answer.Measurement(name: "Volume", value: 0, unit: "ml")])
        #expect(
            answer.evaluations == [
                "Verdict of the review": "Corrected and accepted", "Slices on screen or changed": "2 of 3",
                "Comment": "apex drawn\nanew", "Approved by a second person": "Roe^Ann",
            ])
        #expect(answer.observers == ["Person", "Device"] && answer.dcmqi == [6, 1])
        #expect(try dciodvfyErrors(file) == [])
        withExtendedLifetime(folder) {}
    }

    /// The number in full is in the file as well, and the same report gives the same bytes; another one another object.
    @Test func numbersAreThereToTheLastDigit() throws {
        let (folder, file, _, reference) = try written(report, origin: segOrigin)
        let bytes = try Data(contentsOf: file)
        for number in [1234.567890123456, -812.3456789012345, 0.9876543210987654] {
            let pattern = withUnsafeBytes(of: number.bitPattern.littleEndian) { Data($0) }
            #expect(bytes.range(of: pattern) != nil)
        }
        try write(report, on: reference, to: file, origin: segOrigin)
        #expect(try Data(contentsOf: file) == bytes)
        var other = report
        other.structures[0].surfaceDice = 0.5
        let second = folder.file("other.dcm")
        try write(other, on: reference, to: second, origin: segOrigin)
        let (one, two) = (
            try DicomFile(path: file.path, withPixels: false).header.sopInstanceUID,
            try DicomFile(path: second.path, withPixels: false).header.sopInstanceUID
        )
        #expect(one != two)
        #expect(
            try DicomFolder.load(folder.url).segmentations.count == 1, "a report is passed over where a series is read")
    }

    @Test func whatCannotBeStatedIsRefused() throws {
        let (folder, file, _, reference) = try written(report, origin: segOrigin)
        try FileManager.default.removeItem(at: file)
        func refusal(_ change: (inout MeasurementReport) -> Void) -> ImageFormatsError.Kind? {
            var report = report
            change(&report)
            do {
                try write(report, on: reference, to: file, origin: segOrigin)
                return nil
            } catch { return error.kind }
        }
        #expect(refusal { $0.structures = [] } == .notWritten)
        #expect(refusal { $0.structures[0].meanHU = .nan } == .notWritten)
        #expect(refusal { $0.structures[0].name = "a\\b" } == .notWritten)
        #expect(refusal { $0.comment = "bell \u{7}" } == .notWritten)
        #expect(refusal { $0.approver = String(repeating: "x", count: 65) } == .notWritten)
        #expect(!FileManager.default.fileExists(atPath: file.path))
        withExtendedLifetime(folder) {}
    }
}
