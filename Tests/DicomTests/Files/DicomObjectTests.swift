import Foundation
import ImageValues
import TestSupport
import Testing

@testable import Dicom

/// What files an object, in every encoding that is read; the files are those of `DicomTransferSyntaxTests`.
@Suite("DICOM object")
struct DicomObjectTests {
    private static let names = [
        "explicit", "implicit", "big-endian", "deflated", "rle", "jpeg-lossless-57", "jpeg-lossless-70", "jpegls-80",
        "jpeg2000-90", "htj2k-201", "htj2k-202",
    ]

    private static func url(_ name: String) -> URL {
        DicomTransferSyntaxTests.resources.appendingPathComponent(name + ".dcm")
    }

    @Test("a whole file is read; one that is cut off within its pixels is damaged", arguments: names)
    func truncated(name: String) throws {
        let object = try DicomObject.read(Self.url(name))
        #expect(object.isCT && object.hasPixels && !object.sopInstanceUID.isEmpty)
        let data = try Data(contentsOf: Self.url(name))
        let folder = try TemporaryFolder()
        let file = folder.file("a.dcm")
        // Of a deflated file the last bytes may say nothing more.
        for cut in name == "deflated" ? [data.count / 4] : [1, 9, data.count / 4, data.count / 3] {
            try data.dropLast(cut).write(to: file)
            let error = #expect(throws: ImageFormatsError.self, "\(cut)") { try DicomObject.read(file) }
            #expect(error?.kind == .damaged, "\(String(describing: error))")
        }
    }

    @Test("files are the same, others, or cannot be compared")
    func compared() throws {
        let folder = try TemporaryFolder()
        let (one, copy) = (Self.url("explicit"), folder.file("copy.dcm"))
        var data = try Data(contentsOf: one)
        try data.write(to: copy)
        #expect(DicomObject.compare(one, copy) == .same)
        data[data.count - 5] ^= 1
        try data.write(to: copy)
        #expect(DicomObject.compare(one, copy) == .other)
        #expect(DicomObject.compare(one, Self.url("implicit")) == .other, "in another encoding")
        // Damaged so that nobody can read it is another object all the same.
        try data.prefix(data.count / 2).write(to: copy)
        #expect(DicomObject.compare(one, copy) == .other && DicomObject.compare(copy, one) == .other)
        #expect(DicomObject.compare(one, folder.file("nowhere")) == .unreadable)
        #expect(DicomObject.compare(folder.url, one) == .unreadable)
    }
}
