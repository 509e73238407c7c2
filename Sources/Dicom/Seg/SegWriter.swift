import Foundation
import ImageValues
import Volumes

/// One structure to be written as a segment.
public struct SegmentToWrite: Sendable {
    /// SegmentLabel, at most 64 characters.
    public let name: String
    /// The voxels; its grid is the grid of the series.
    public let mask: Mask
    /// The display colour.
    public let colour: RTColour
    /// What it is in coded words.
    public let anatomy: AnatomyCode

    /// A segment from its parts; without a code, that of its TG-263 name.
    public init(name: String, mask: Mask, colour: RTColour, anatomy: AnatomyCode? = nil) {
        self.name = name
        self.mask = mask
        self.colour = colour
        self.anatomy = anatomy ?? AnatomyCode(structure: name)
    }
}

/// Writes masks as a DICOM segmentation (PS3.3 A.51): binary, Explicit VR Little Endian, UTF-8.
///
/// A segment has a frame for each slice it is not empty on; a segment that is empty everywhere keeps its description
/// and one empty frame, without which the object would have none. Frames lie on the CT's slices and name them.
public enum SegWriter {
    /// Segmentation Storage (PS3.4 B.5).
    static let sopClass = "1.2.840.10008.5.1.4.1.1.66.4"

    /// What the file says of itself. Nothing is taken from the clock.
    public struct Origin: Hashable, Sendable {
        /// SeriesDescription and ContentDescription, at most 64 characters.
        public var description: String
        /// `YYYYMMDD`.
        public var date: String
        /// `HHMMSS`.
        public var time: String
        /// What the UIDs are made from: one seed, one object.
        public var seed: String
        /// What drew the masks.
        public var method: DrawingMethod
        /// Who made the content, or empty.
        public var creator: String

        /// An origin from its parts.
        public init(
            description: String, date: String, time: String, seed: String, method: DrawingMethod, creator: String = ""
        ) {
            self.description = description
            self.date = date
            self.time = time
            self.seed = seed
            self.method = method
            self.creator = creator
        }
    }

    /// Writes a segmentation. Patient and study are copied from the first slice's file, which must still be there.
    /// - Returns: what to tell of the patient's texts, one sentence each, without a word of them.
    /// - Throws: ``ImageFormatsError``: `inconsistent` if masks and series do not fit together, `unsupported` if the
    ///   series states no UIDs to refer to, `notWritten`.
    @discardableResult
    public static func write(
        _ segments: [SegmentToWrite], on reference: DicomSeriesReference, to file: URL, origin: Origin
    ) throws(ImageFormatsError) -> [String] {
        let grid = try check(segments, reference)
        let frames = SegFrames(segments, grid: grid)
        let instance = instance(of: origin)
        var item = DicomItem()
        try describe(&item, instance, reference, origin)
        describePixels(&item, grid, frames)
        var list: [DicomItem] = []
        for (index, segment) in segments.enumerated() {
            list.append(try describe(segment, number: index + 1, origin.method))
        }
        item.set(0x0062_0002, items: list)
        let organisation = DicomUID.make(origin.seed, "dimensions")
        item.set(0x0020_9221, items: [uid(0x0020_9164, organisation)])
        item.set(
            0x0020_9222,
            items: [
                dimension(0x0062_000b, in: 0x0062_000a, "ReferencedSegmentNumber", organisation),
                dimension(0x0020_0032, in: 0x0020_9113, "ImagePositionPatient", organisation),
            ])
        item.set(0x5200_9229, items: [sharedGroups(grid)])
        item.set(0x5200_9230, items: frames.places.map { frameGroups($0, frames, grid, reference) })
        item.set(0x0008_1115, items: [referencedSeries(reference)])
        let warnings = try DerivedObject.addPatientAndStudy(of: reference, to: &item)
        item.set(0x7fe0_0010, bytes: frames.packed())
        try DicomOutput.write(
            item.file(sopClass: sopClass, sopInstance: instance, .explicit), to: file)
        return warnings
    }

    /// Refuses a place where there is something else than the segmentation of an origin.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`, naming the file.
    public static func requireNothingElse(than origin: Origin, at file: URL) throws(ImageFormatsError) {
        // A link that leads nowhere is no free place either, and only its own attributes tell of it.
        guard (try? FileManager.default.attributesOfItem(atPath: file.path)) != nil else { return }
        let header = try? DicomFile(path: file.path, withPixels: false).header
        guard header?.sopInstanceUID != instance(of: origin) else { return }
        throw ImageFormatsError(
            .notWritten, "There is another file already where the segmentation would be written", files: [file.path],
            mend: "Choose another name, or move that file away.")
    }

    /// The UID of the segmentation that an origin makes.
    static func instance(of origin: Origin) -> String { DicomUID.make(origin.seed, "segmentation") }

    /// The series that it is in.
    static func series(of origin: Origin) -> String { DicomUID.make(origin.seed, "segmentation series") }

    private static func check(
        _ segments: [SegmentToWrite], _ reference: DicomSeriesReference
    ) throws(ImageFormatsError) -> GridGeometry {
        guard let grid = segments.first?.mask.geometry else {
            throw ImageFormatsError(.notWritten, "There is no structure to write")
        }
        try DerivedObject.check(reference, "a segmentation")
        guard segments.count <= 65_535, Set(segments.map(\.name)).count == segments.count else {
            throw ImageFormatsError(.notWritten, "Two structures have the same name", mend: "Rename one.")
        }
        for segment in segments where segment.mask.geometry != grid || grid.size.z != reference.slices.count {
            throw ImageFormatsError(.inconsistent, "The mask of “\(segment.name)” is not on the grid of the series")
        }
        return grid
    }

    /// Everything but pixels, segments and frames.
    private static func describe(
        _ item: inout DicomItem, _ instance: String, _ reference: DicomSeriesReference, _ origin: Origin
    ) throws(ImageFormatsError) {
        let description = try DicomText.checked(origin.description, "The description")
        item.set(0x0008_0008, "CS", "DERIVED\\PRIMARY")
        item.set(0x0008_0016, "UI", sopClass)
        item.set(0x0008_0018, "UI", instance)
        for tag: UInt32 in [0x0008_0012, 0x0008_0021, 0x0008_0023] { item.set(tag, "DA", origin.date) }
        for tag: UInt32 in [0x0008_0013, 0x0008_0031, 0x0008_0033] { item.set(tag, "TM", origin.time) }
        item.set(0x0008_0060, "CS", "SEG")
        item.set(0x0008_0070, "LO", "Pleura")
        item.set(0x0008_103e, "LO", description)
        item.set(0x0008_1090, "LO", "Pleura")
        item.set(0x0018_1000, "LO", "1")
        item.set(0x0018_1020, "LO", "1")
        item.set(0x0020_000d, "UI", reference.studyUID)
        item.set(0x0020_000e, "UI", series(of: origin))
        item.set(0x0020_0011, "IS", "300")
        item.set(0x0020_0013, "IS", "1")
        item.set(0x0020_0052, "UI", reference.frameOfReferenceUID)
        item.set(0x0020_1040, "LO", "")
        item.set(0x0062_0001, "CS", "BINARY")
        item.set(0x0070_0080, "CS", "PLEURA")
        item.set(0x0070_0081, "LO", description)
        item.set(0x0070_0084, "PN", try DicomText.checked(origin.creator, "The reviewer's name"))
    }

    private static func describePixels(_ item: inout DicomItem, _ grid: GridGeometry, _ frames: SegFrames) {
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0008, "IS", String(frames.places.count))
        item.set(0x0028_0010, UInt16(grid.size.y))
        item.set(0x0028_0011, UInt16(grid.size.x))
        item.set(0x0028_0100, 1)
        item.set(0x0028_0101, 1)
        item.set(0x0028_0102, 0)
        item.set(0x0028_0103, 0)
        item.set(0x0028_2110, "CS", "00")
        item.set(0x0062_0013, "CS", frames.overlaps ? "YES" : "NO")
    }

    private static func describe(
        _ segment: SegmentToWrite, number: Int, _ method: DrawingMethod
    ) throws(ImageFormatsError) -> DicomItem {
        var item = DicomItem()
        item.set(0x0062_0003, items: [segment.anatomy.category.item])
        item.set(0x0062_0004, UInt16(number))
        item.set(0x0062_0005, "LO", try DicomText.checked(segment.name, "A structure's name"))
        if let identification = try method.identification() { item.set(0x0062_0007, items: [identification]) }
        item.set(0x0062_0008, "CS", method.term)
        if method.involvement != .manual {
            let name = method.version.isEmpty ? method.name : "\(method.name)@\(method.version)"
            item.set(0x0062_0009, "LO", try DicomText.checked(name.isEmpty ? "Pleura" : name, "The model's name"))
        }
        item.set(0x0062_000d, numbers: segment.colour.cieLab)
        var type = segment.anatomy.type.item
        if let modifier = segment.anatomy.modifier { type.set(0x0062_0011, items: [modifier.item]) }
        item.set(0x0062_000f, items: [type])
        return item
    }

    private static func uid(_ tag: UInt32, _ value: String) -> DicomItem {
        var item = DicomItem()
        item.set(tag, "UI", value)
        return item
    }

    private static func dimension(
        _ tag: UInt32, in group: UInt32, _ label: String, _ organisation: String
    ) -> DicomItem {
        var item = uid(0x0020_9164, organisation)
        item.set(0x0020_9165, tags: [tag])
        item.set(0x0020_9167, tags: [group])
        item.set(0x0020_9421, "LO", label)
        return item
    }

    private static func sharedGroups(_ grid: GridGeometry) -> DicomItem {
        var measures = DicomItem()
        measures.set(0x0018_0050, "DS", DicomDecimal.text(grid.spacing.z))
        measures.set(0x0018_0088, "DS", DicomDecimal.text(grid.spacing.z))
        measures.set(0x0028_0030, "DS", DicomDecimal.text([grid.spacing.y, grid.spacing.x]))
        var orientation = DicomItem()
        let (x, y) = (grid.direction.x, grid.direction.y)
        orientation.set(0x0020_0037, "DS", DicomDecimal.text([x.x, x.y, x.z, y.x, y.y, y.z]))
        var groups = DicomItem()
        groups.set(0x0028_9110, items: [measures])
        groups.set(0x0020_9116, items: [orientation])
        return groups
    }

    private static func frameGroups(
        _ place: SegFrames.Place, _ frames: SegFrames, _ grid: GridGeometry, _ reference: DicomSeriesReference
    ) -> DicomItem {
        var content = DicomItem()
        content.set(0x0020_9157, longNumbers: [UInt32(place.segment), UInt32(frames.planeIndex[place.z] ?? 1)])
        var position = DicomItem()
        let origin = grid.point(at: VoxelIndex(x: 0, y: 0, z: place.z))
        position.set(0x0020_0032, "DS", DicomDecimal.text([origin.x, origin.y, origin.z]))
        var segment = DicomItem()
        segment.set(0x0062_000b, UInt16(place.segment))
        var groups = DicomItem()
        groups.set(0x0020_9111, items: [content])
        groups.set(0x0020_9113, items: [position])
        groups.set(0x0062_000a, items: [segment])
        // A plane that was made between slices has no image of its own.
        guard !reference.slices[place.z].isInterpolated else { return groups }
        var source = reference.slices[place.z].item
        source.set(0x0028_135a, "CS", "YES")
        source.set(
            0x0040_a170,
            items: [DicomCode("121322", "DCM", "Source image for image processing operation").item])
        var derivation = DicomItem()
        derivation.set(0x0008_2112, items: [source])
        derivation.set(0x0008_9215, items: [DicomCode("113076", "DCM", "Segmentation").item])
        groups.set(0x0008_9124, items: [derivation])
        return groups
    }

    private static func referencedSeries(_ reference: DicomSeriesReference) -> DicomItem {
        var item = uid(0x0020_000e, reference.seriesUID)
        item.set(0x0008_114a, items: instances(reference))
        return item
    }

    /// The objects of a series, each once.
    static func instances(_ reference: DicomSeriesReference) -> [DicomItem] {
        var seen: Set<String> = []
        let files = reference.slices.filter { !$0.isInterpolated && seen.insert($0.sopInstanceUID).inserted }
        return files.map { DicomSliceReference.item(of: $0.sopClassUID, $0.sopInstanceUID) }
    }
}
