import Anatomy
import Foundation
import ImageValues
import Volumes

/// One structure to be written.
public struct RTStructureToWrite: Sendable {
    /// ROIName, at most 64 characters; unique in the file.
    public let name: String
    /// The voxels; its grid is the grid of the series.
    public let mask: Mask
    /// The display colour.
    public let colour: RTColour
    /// RTROIInterpretedType.
    public let interpretedType: String

    /// A structure from its parts; without a type, the one its TG-263 name stands for.
    public init(name: String, mask: Mask, colour: RTColour, interpretedType: String? = nil) {
        self.name = name
        self.mask = mask
        self.colour = colour
        self.interpretedType = interpretedType ?? Self.interpretedType(of: name)
    }

    /// RTROIInterpretedType by a TG-263 name (PS3.3 C.8.8.8.1): targets and the body outline have types of their own,
    /// whatever else has a name is an organ.
    public static func interpretedType(of name: String) -> String {
        StructureCatalogue.current.family(of: name)?.interpretedType ?? "ORGAN"
    }
}

/// Writes masks as a DICOM RT structure set, in Implicit VR Little Endian (explicit VR loses contours over 64 KiB) and
/// UTF-8.
///
/// Contours run along voxel edges, one for each 4-connected part of a slice, holes as keyholes
/// (PS3.3 C.8.8.6.3). Filling them by even-odd at voxel centres gives the mask back voxel for voxel. Coordinates have
/// six decimals: an outline is half a voxel from every centre.
public enum RTStructWriter {
    /// RT Structure Set Storage (PS3.4 B.5).
    static let sopClass = "1.2.840.10008.5.1.4.1.1.481.3"

    /// What the file says of itself. Nothing is taken from the clock.
    public struct Origin: Hashable, Sendable {
        /// StructureSetLabel, at most 16 characters.
        public var label: String
        /// `YYYYMMDD`.
        public var date: String
        /// `HHMMSS`.
        public var time: String
        /// What the UIDs are made from: one seed, one object. A corrected set needs another seed.
        public var seed: String
        /// What drew it.
        public var method: DrawingMethod
        /// Whether somebody stands for it.
        public var approval: Approval
        /// How far contours may run from the voxels' edges so that they have fewer points; 0 keeps every corner.
        public var simplification: Millimetres
        /// Whether contours run through the centres of the outermost voxels, for rt-utils; otherwise along voxel edges,
        /// as everybody else needs them.
        public var runsThroughCentres = false

        /// An origin from its parts.
        public init(
            label: String, date: String, time: String, seed: String, method: DrawingMethod = DrawingMethod(.reviewed),
            approval: Approval = .unapproved, simplification: Millimetres = 0
        ) {
            self.label = label
            self.date = date
            self.time = time
            self.seed = seed
            self.method = method
            self.approval = approval
            self.simplification = simplification
        }
    }

    /// ApprovalStatus (PS3.3 C.8.8.16).
    public enum Approval: Hashable, Sendable {
        /// Nobody has approved it yet; what planning systems expect of an import.
        case unapproved
        /// Somebody has; date and time as `YYYYMMDD` and `HHMMSS`.
        case approved(by: String, date: String, time: String)
    }

    /// Writes a structure set. Patient and study are copied from the first slice's file, so that archives file it
    /// under the same patient; that file must still be there.
    /// - Returns: what to tell of the patient's texts, one sentence each, without a word of them.
    /// - Throws: ``ImageFormatsError``: `inconsistent` if masks and series do not fit together, `unsupported` if the
    ///   series states no UIDs to refer to, `notWritten`.
    @discardableResult
    public static func write(
        _ structures: [RTStructureToWrite], on reference: DicomSeriesReference, to file: URL, origin: Origin
    ) throws(ImageFormatsError) -> [String] {
        try check(structures, reference)
        let instance = DicomUID.make(origin.seed, "structure set")
        var item = DicomItem()
        item.set(0x0008_0012, "DA", origin.date)
        item.set(0x0008_0013, "TM", origin.time)
        item.set(0x0008_0016, "UI", sopClass)
        item.set(0x0008_0018, "UI", instance)
        item.set(0x0008_0060, "CS", "RTSTRUCT")
        item.set(0x0008_0070, "LO", "Pleura")
        item.set(0x0008_1070, "PN", "")
        item.set(0x0008_1090, "LO", "Pleura")
        item.set(0x0020_000d, "UI", reference.studyUID)
        item.set(0x0020_000e, "UI", DicomUID.make(origin.seed, "structure set series"))
        item.set(0x0020_0011, "IS", "1")
        item.set(0x0020_0052, "UI", reference.frameOfReferenceUID)
        item.set(0x0020_1040, "LO", "")
        let label = try DicomText.checked(origin.label, "The label")
        guard (1...16).contains(label.unicodeScalars.count) else {
            throw ImageFormatsError(.notWritten, "The label must have 1 to 16 characters")
        }
        item.set(0x3006_0002, "SH", label)
        guard origin.simplification.value.isFinite, (0...10).contains(origin.simplification.value) else {
            throw ImageFormatsError(.notWritten, "Contours are simplified within 0 to 10 mm")
        }
        if origin.simplification > 0 {
            let tolerance = millimetres(origin.simplification.value)
            item.set(0x3006_0006, "ST", "Contours simplified within \(tolerance) mm of the voxels' edges")
        }
        item.set(0x3006_0008, "DA", origin.date)
        item.set(0x3006_0009, "TM", origin.time)
        item.set(0x3006_0010, items: [referencedFrame(reference)])
        if origin.runsThroughCentres {
            guard origin.simplification == 0 else {
                throw ImageFormatsError(.notWritten, "Contours through voxel centres cannot be simplified as well")
            }
            item.set(0x3006_0006, "ST", "Contours run through the centres of the outermost voxels")
        }
        var rois: [DicomItem] = []
        var contours: [DicomItem] = []
        var observations: [DicomItem] = []
        for (index, structure) in structures.enumerated() {
            let number = String(index + 1)
            var roi = DicomItem()
            roi.set(0x3006_0022, "IS", number)
            roi.set(0x3006_0024, "UI", reference.frameOfReferenceUID)
            roi.set(0x3006_0026, "LO", try DicomText.checked(structure.name, "A structure's name"))
            roi.set(0x3006_0036, "CS", origin.method.term)
            if let algorithm = try origin.method.identification() {
                let version = origin.method.version.isEmpty ? "" : "@\(origin.method.version)"
                roi.set(0x3006_0037, items: [algorithm])
                roi.set(
                    0x3006_0038, "LO", try DicomText.checked(origin.method.name + version, "The model's name"))
            }
            rois.append(roi)
            contours.append(roiContour(structure, number, reference, origin))
            var observation = DicomItem()
            observation.set(0x3006_0082, "IS", number)
            observation.set(0x3006_0084, "IS", number)
            observation.set(0x3006_00a4, "CS", structure.interpretedType)
            observation.set(0x3006_00a6, "PN", "")
            observations.append(observation)
        }
        item.set(0x3006_0020, items: rois)
        item.set(0x3006_0039, items: contours)
        item.set(0x3006_0080, items: observations)
        try set(origin.approval, of: &item)
        let warnings = try DerivedObject.addPatientAndStudy(of: reference, to: &item)
        try DicomOutput.write(
            item.file(sopClass: sopClass, sopInstance: instance, .implicit), to: file)
        return warnings
    }

    private static func set(_ approval: Approval, of item: inout DicomItem) throws(ImageFormatsError) {
        switch approval {
        case .unapproved: item.set(0x300e_0002, "CS", "UNAPPROVED")
        case .approved(let reviewer, let date, let time):
            guard !reviewer.isEmpty else {
                throw ImageFormatsError(.notWritten, "An approved structure set names its reviewer")
            }
            item.set(0x300e_0002, "CS", "APPROVED")
            item.set(0x300e_0004, "DA", date)
            item.set(0x300e_0005, "TM", time)
            item.set(0x300e_0008, "PN", try DicomText.checked(reviewer, "The reviewer's name"))
        }
    }

    private static func check(
        _ structures: [RTStructureToWrite], _ reference: DicomSeriesReference
    ) throws(ImageFormatsError) {
        guard !structures.isEmpty else { throw ImageFormatsError(.notWritten, "There is no structure to write") }
        try DerivedObject.check(reference, "an RTSTRUCT")
        guard Set(structures.map(\.name)).count == structures.count else {
            throw ImageFormatsError(.notWritten, "Two structures have the same name", mend: "Rename one.")
        }
        for structure in structures {
            guard structure.mask.geometry == structures[0].mask.geometry,
                structure.mask.geometry.size.z == reference.slices.count
            else {
                throw ImageFormatsError(
                    .inconsistent, "The mask of “\(structure.name)” is not on the grid of the series")
            }
        }
    }

    /// Frame of reference, study, series and slices that the contours refer to.
    private static func referencedFrame(_ reference: DicomSeriesReference) -> DicomItem {
        var series = DicomItem()
        series.set(0x0020_000e, "UI", reference.seriesUID)
        series.set(0x3006_0016, items: reference.slices.filter { !$0.isInterpolated }.map(\.item))
        var study = DicomItem()
        // Detached Study Management, retired, which this place still asks for.
        study.set(0x0008_1150, "UI", "1.2.840.10008.3.1.2.3.1")
        study.set(0x0008_1155, "UI", reference.studyUID)
        study.set(0x3006_0014, items: [series])
        var frame = DicomItem()
        frame.set(0x0020_0052, "UI", reference.frameOfReferenceUID)
        frame.set(0x3006_0012, items: [study])
        return frame
    }

    private static func roiContour(
        _ structure: RTStructureToWrite, _ number: String, _ reference: DicomSeriesReference,
        _ origin: Origin
    ) -> DicomItem {
        let grid = structure.mask.geometry
        let outlines = parallelMap(count: structure.mask.slices.count) { z -> [DicomItem] in
            if origin.runsThroughCentres {
                // Holes by themselves: a keyhole's two ways would no longer lie on one another.
                return structure.mask.slices[z].outlineLoops().map {
                    contour($0.corners.throughVoxelCentres(), z: z, grid: grid, slice: reference.slices[z])
                }
            }
            return structure.mask.slices[z].outlines().map { corners in
                let simplified = corners.simplified(
                    within: origin.simplification.value, stepX: grid.spacing.x, stepY: grid.spacing.y)
                let points = simplified.map { (x: Double($0.x) - 0.5, y: Double($0.y) - 0.5) }
                return contour(points, z: z, grid: grid, slice: reference.slices[z])
            }
        }
        var item = DicomItem()
        let colour = structure.colour
        item.set(0x3006_002a, "IS", "\(colour.red)\\\(colour.green)\\\(colour.blue)")
        let all = outlines.flatMap { $0 }
        // An empty structure has no contours; a sequence without items is not allowed here.
        if !all.isEmpty { item.set(0x3006_0040, items: all) }
        item.set(0x3006_0084, "IS", number)
        return item
    }

    private static func contour(
        _ corners: [(x: Double, y: Double)], z: Int, grid: GridGeometry, slice: DicomSliceReference
    ) -> DicomItem {
        var data: [UInt8] = []
        data.reserveCapacity(corners.count * 30)
        for corner in corners {
            let index = ContinuousIndex(x: corner.x, y: corner.y, z: Double(z))
            let point = grid.point(at: index)
            for value in [point.x, point.y, point.z] {
                if !data.isEmpty { data.append(UInt8(ascii: "\\")) }
                DicomDecimal.append(millimetres: value, to: &data)
            }
        }
        var item = DicomItem()
        // A plane that was made between slices has no image of its own.
        if !slice.isInterpolated { item.set(0x3006_0016, items: [slice.item]) }
        item.set(0x3006_0042, "CS", "CLOSED_PLANAR")
        item.set(0x3006_0046, "IS", String(corners.count))
        item.set(0x3006_0050, "DS", characters: data)
        return item
    }
}
