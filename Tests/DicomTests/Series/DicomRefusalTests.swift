import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// What makes no regular volume is refused, and the message names the files.
@Suite struct DicomRefusalTests {
    private let even: [Double] = [0, 2, 4, 6, 8]

    @Test func ofTwoSeriesTheLargerIsReadAndATieIsRefused() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4, 6, 100]) { index, slice in
            if index >= 3 { slice.item.set(0x0020_000e, "UI", "1.2.4") }
        }
        let larger = try DicomFolder.load(folder.url)
        #expect(larger.image.seriesUID == "1.2.3")
        #expect(larger.image.volume.geometry.size.z == 3)
        #expect(larger.image.warnings.count == 1 && larger.image.warnings[0].contains("1.2.4 (2 slices)"))
        let smaller = try DicomFolder.load(folder.url, series: "1.2.4")
        #expect(smaller.image.volume.geometry.spacing.z == 94)
        #expect(smaller.image.warnings == [])
        #expect(loadError(folder.url, series: "9.9")?.kind == .notFound)
        try SliceFile(z: 150).write(to: folder.file("g"))
        try FileManager.default.removeItem(at: folder.file("g"))
        try FileManager.default.removeItem(at: folder.file("f0.dcm"))
        let tie = try #require(loadError(folder.url))
        #expect(tie.kind == .inconsistent && tie.mend.contains("1.2.3") && tie.mend.contains("1.2.4"))
    }

    @Test func copiesAreDroppedAndContradictionsRefused() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 2, 4])
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.geometry.size.z == 3)
        #expect(loaded.image.warnings.count == 1)
        var other = SliceFile(z: 4)
        other.item.set(0x7fe0_0010, words: [0, 1, 2, 3, 4, 6])
        try other.write(to: folder.file("phase2.dcm"))
        let error = try #require(loadError(folder.url))
        #expect(error.kind == .inconsistent && error.files == ["f3.dcm", "phase2.dcm"])
    }

    @Test func aMissingSliceIsNamedByItsNeighbours() throws {
        let error = try #require(loadError(try folder(ofSlicesAt: [0, 2, 4, 8, 10])))
        #expect(error.kind == .inconsistent && error.files == ["f2.dcm", "f3.dcm"])
        #expect(error.what == "1 slice missing between (0, 0, 4) mm and (0, 0, 8) mm")
        #expect(error.mend.contains("--repair gaps"))
        // What cannot be filled is not offered to be.
        let wide = try #require(loadError(try folder(ofSlicesAt: [0, 2, 4, 24, 26])))
        #expect(wide.what.hasPrefix("9 slices missing") && !wide.mend.contains("--repair"), "\(wide)")
    }

    @Test func aCutFileIsSaidToBeCutOff() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4])
        try Data(SliceFile(z: 2).bytes.dropLast(4)).write(to: folder.file("f1.dcm"))
        let error = try #require(loadError(folder.url))
        #expect(error.what == "A DICOM file is damaged: the file is damaged or cut off" && error.files == ["f1.dcm"])
    }

    @Test func unevenSpacingIsRefusedBeyondOnePerCent() throws {
        #expect(loadError(try folder(ofSlicesAt: [0, 2, 4.019, 6.015, 8])) == nil)
        let error = try #require(loadError(try folder(ofSlicesAt: [0, 2, 4, 6.3, 8.3])))
        #expect(error.kind == .inconsistent && error.files == ["f2.dcm", "f3.dcm"])
        // Thin slices: what rounding of positions makes of 0.5 mm.
        #expect(loadError(try folder(ofSlicesAt: [0, 0.5, 1.009, 1.5])) == nil)
    }

    @Test func spacingThatDriftsIsRefused() throws {
        // 1 % steps that add up: 60 slices of 2 mm, then 60 of 2.018 mm.
        var heights: [Double] = [0]
        for step in 1..<120 { heights.append(heights[step - 1] + (step < 60 ? 2 : 2.018)) }
        let error = try #require(loadError(try folder(ofSlicesAt: heights)))
        #expect(error.kind == .inconsistent && error.what.hasPrefix("The spacing varies"))
    }

    @Test func gantryTiltIsRefused() throws {
        let folder = try folder(ofSlicesAt: even) { index, slice in
            slice.item.set(0x0020_0032, "DS", "0\\\(Double(index) * 0.2)\\\(Double(index) * 2)")
        }
        let error = try #require(loadError(folder.url))
        #expect(error.kind == .inconsistent && error.what.contains("tilt"))
        #expect(error.files == ["f1.dcm", "f2.dcm", "f3.dcm", "f4.dcm"])
    }

    @Test(arguments: [
        (UInt32(0x0020_0037), "0\\1\\0\\0\\0\\-1", "orientation"),
        (UInt32(0x0028_0030), "0.5\\0.76", "pixel spacing"),
        (UInt32(0x0020_000d), "1.2.10", "study"),
    ])
    func aSliceThatDiffersIsLeftOutByNameAndItsGapRefused(tag: UInt32, value: String, what: String) throws {
        let vr = tag == 0x0020_000d ? "UI" : "DS"
        let folder = try folder(ofSlicesAt: even) { index, slice in
            if index == 3 { slice.item.set(tag, vr, value) }
        }
        let error = try #require(loadError(folder.url))
        #expect(error.kind == .inconsistent && error.what.contains(what) && error.what.contains("f3.dcm was left out"))
        #expect(error.files == ["f2.dcm", "f4.dcm"])
        #expect(!error.description.contains("Secret") && !error.description.contains("SECRET"))
    }

    @Test func framesOfReferenceMayOnlyDifferThroughout() throws {
        let each = try folder(ofSlicesAt: even) { $1.item.set(0x0020_0052, "UI", "1.7.\($0)") }
        #expect(
            try DicomFolder.load(each.url).image.warnings
                == ["Slices have different frame-of-reference UIDs; treated as one series."])
        let groups = try folder(ofSlicesAt: even) { $1.item.set(0x0020_0052, "UI", "1.7.\($0 / 3)") }
        let error = try #require(loadError(groups.url))
        #expect(error.what == "The series holds 2 volumes" && error.mend.contains("--volume"))
        #expect(error.mend.contains("the frame of reference of f0.dcm, 3 slices"), "\(error)")
        // What states none goes with the others.
        let some = try folder(ofSlicesAt: even) { if $0 == 2 { $1.item.set(0x0020_0052, "UI", "") } }
        #expect(try DicomFolder.load(some.url).image.volume.geometry.size.z == 5)
    }

    @Test func sizesThatDifferAreNamed() throws {
        let folder = try folder(ofSlicesAt: [0, 2])
        try SliceFile(z: 4, columns: 2, rows: 3).write(to: folder.file("odd.dcm"))
        let error = try #require(loadError(folder.url))
        #expect(error.kind == .inconsistent && error.mend.contains("size 2x3, 1 slice)"), "\(error)")
    }

    @Test(arguments: [UInt32(0x0020_0032), 0x0020_0037, 0x0028_0030])
    func slicesWithoutPlaceAreNamed(tag: UInt32) throws {
        for bad in ["", "1\\x\\3\\4\\5\\6", "1"] {
            let folder = try folder(ofSlicesAt: even) { index, slice in
                if index == 1 { slice.item.set(tag, "DS", bad) }
            }
            let error = try #require(loadError(folder.url))
            #expect(error.kind == .inconsistent && error.files == ["f1.dcm"], "\(bad)")
        }
    }

    @Test func aSingleSliceNeedsAThickness() throws {
        #expect(loadError(try folder(ofSlicesAt: [0]))?.kind == .inconsistent)
        let thick = try folder(ofSlicesAt: [0]) { $1.item.set(0x0018_0050, "DS", "2.5") }
        #expect(try DicomFolder.load(thick.url).image.volume.geometry.spacing.z == 2.5)
        let spaced = try folder(ofSlicesAt: [0]) {
            $1.item.set(0x0018_0050, "DS", "2.5")
            $1.item.set(0x0018_0088, "DS", "2")
        }
        #expect(try DicomFolder.load(spaced.url).image.volume.geometry.spacing.z == 2)
    }

    @Test func thinSlicesFarApartAreWarnedOf() throws {
        let folder = try folder(ofSlicesAt: [0, 10, 20]) { $1.item.set(0x0018_0050, "DS", "1.25") }
        let warnings = try DicomFolder.load(folder.url).image.warnings
        #expect(warnings.count == 1 && warnings[0].contains("1.25 mm thick but 10 mm apart"))
    }

    @Test func aSliceThatIsCutOffIsNamedAndNeverLeftOut() throws {
        let folder = try folder(ofSlicesAt: even)
        let bytes = SliceFile(z: 8).bytes
        try Data(bytes.dropLast(4)).write(to: folder.file("f4.dcm"))
        let pixels = try #require(loadError(folder.url))
        #expect(pixels.kind == .damaged && pixels.files == ["f4.dcm"])
        // Cut off within the header nobody knows which series it was: the rest is read with a warning.
        try Data(bytes.prefix(400)).write(to: folder.file("f4.dcm"))
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.geometry.size.z == 4)
        #expect(loaded.image.warnings.contains { $0.contains("f4.dcm") })
    }
}
