import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// What tests write about the patient; the name and id must never come back in a message.
let pseudonym = DicomPseudonym(
    patientName: "Secret^Name", patientID: "SECRET-ID", date: "20240203", time: "101112",
    seriesDescription: "THORAX 2.0")

/// A CT slice as a data set, for files that a writer of good series does not write.
struct SliceFile {
    var item = DicomItem()
    var instance: String

    init(z: Double, values: [Int16] = [0, 1, 2, 3, 4, 5], columns: Int = 3, rows: Int = 2, series: String = "1.2.3") {
        instance = "1.2.3.\(abs(z.hashValue) % 100_000).\(Int(z * 1000) + 1_000_000)"
        item.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL")
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.2")
        item.set(0x0008_0018, "UI", instance)
        item.set(0x0008_0060, "CS", "CT")
        item.set(0x0010_0010, "PN", "Secret^Name")
        item.set(0x0010_0020, "LO", "SECRET-ID")
        item.set(0x0020_000d, "UI", "1.2.9")
        item.set(0x0020_000e, "UI", series)
        item.set(0x0020_0032, "DS", "0\\0\\\(z)")
        item.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        item.set(0x0020_0052, "UI", "1.2.7")
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0010, UInt16(rows))
        item.set(0x0028_0011, UInt16(columns))
        item.set(0x0028_0030, "DS", "0.5\\0.75")
        item.set(0x0028_0100, 16)
        item.set(0x0028_0101, 16)
        item.set(0x0028_0102, 15)
        item.set(0x0028_0103, 1)
        item.set(0x0028_1052, "DS", "0")
        item.set(0x0028_1053, "DS", "1")
        item.set(0x7fe0_0010, words: values)
    }

    var bytes: [UInt8] { item.file(sopClass: CTSeriesWriter.sopClass, sopInstance: instance, .explicit) }

    func write(to file: URL) throws { try Data(bytes).write(to: file) }
}

/// A folder of slices at the given heights, each changed by `change`.
func folder(ofSlicesAt heights: [Double], _ change: (Int, inout SliceFile) -> Void = { _, _ in }) throws
    -> TemporaryFolder
{
    let folder = try TemporaryFolder()
    for (index, z) in heights.enumerated() {
        var slice = SliceFile(z: z)
        change(index, &slice)
        try slice.write(to: folder.file("f\(index).dcm"))
    }
    return folder
}

/// The error that loading a folder ends in.
func loadError(_ folder: URL, series: String? = nil) -> ImageFormatsError? {
    do throws(ImageFormatsError) {
        _ = try DicomFolder.load(folder, series: series)
        return nil
    } catch {
        return error
    }
}

/// The same for a folder that nobody else holds on to.
func loadError(_ folder: TemporaryFolder) -> ImageFormatsError? {
    withExtendedLifetime(folder) { loadError(folder.url) }
}
