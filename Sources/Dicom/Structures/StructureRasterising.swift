import ImageValues
import Volumes

extension RTStruct {
    /// The structures as masks on a grid: what the contours of each slice enclose, decided at voxel centres; see
    /// ``RasterisedStructures``.
    ///
    /// A contour belongs to the slice nearest to its plane. Where contours of several planes fall to one slice, those of
    /// the nearest plane count. Contours that are equal within half a voxel are one, one within another is a hole, and
    /// those that cross or overlap are united. Where slices of the grid were interpolated for want of scanned ones, masks
    /// are interpolated there as well. Everything out of the ordinary is reported.
    ///
    /// A structure in another frame of reference than the series is left out, unless its references prove that it lies on
    /// the series.
    /// - Parameters:
    ///   - grid: the grid of the series.
    ///   - frameOfReferenceUID: that of the series; an empty one cannot be checked and is warned of.
    ///   - reference: the slices of the series, against which the contours' references are checked; a contour of a slice
    ///     that is not there is placed by its coordinates all the same, and reported.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` if every structure that has contours is in another frame of
    ///   reference: its coordinates mean other places.
    public func rasterised(
        on grid: GridGeometry, frameOfReferenceUID: String, reference: DicomSeriesReference? = nil
    ) throws(ImageFormatsError) -> RasterisedStructures {
        var masks: [(structure: RTStructure, mask: Mask)] = []
        var leftOut: [LeftOutStructure] = []
        var notes: [String] = []
        let check = FrameCheck(self, grid: grid, frameOfReferenceUID: frameOfReferenceUID, reference: reference)
        if let reference, !seriesUID.isEmpty, !reference.seriesUID.isEmpty, !refers(toSeries: reference.seriesUID) {
            notes.append("The RTSTRUCT was drawn on another series; its contours were placed by their coordinates.")
        }
        var unchecked: [String] = [], proven: [String] = [], elsewhere: [String] = []
        for structure in structures {
            switch check.place(of: structure) {
            case .same: break
            case .unknown: unchecked.append(structure.name)
            case .proven: proven.append(structure.name)
            case .elsewhere:
                if !structure.contours.isEmpty { elsewhere.append(structure.name) }
                leftOut.append(LeftOutStructure(name: structure.name, reason: FrameCheck.reason))
                continue
            }
            var filling = StructureFilling(grid: grid, scanned: reference?.scannedPlanes ?? [])
            for contour in structure.contours { filling.add(contour) }
            let mask = filling.mask()
            masks.append((structure, mask))
            notes += filling.warnings(for: structure.name)
            notes += Self.warnings(of: structure, mask, check)
        }
        guard elsewhere.isEmpty || masks.contains(where: { !$0.structure.contours.isEmpty }) else {
            throw ImageFormatsError(
                .inconsistent,
                "\(Self.list(elsewhere)) in another frame of reference than the CT, so that the coordinates mean other "
                    + "places", mend: "Choose the RTSTRUCT that was drawn on this series.")
        }
        if !unchecked.isEmpty {
            notes.append("\(Self.list(unchecked)) not checked against the frame of reference, for want of one.")
        }
        if !proven.isEmpty {
            notes.append(
                "\(Self.list(proven)) in another frame of reference by UID, but the file's references name slices of this "
                    + "CT; placed by coordinates.")
        }
        if !leftOut.isEmpty {
            notes.append("\(Self.list(leftOut.map(\.name))) left out: \(FrameCheck.reason).")
        }
        return RasterisedStructures(masks: masks, warnings: notes, leftOut: leftOut)
    }

    /// "Structure “A” is", "Structures “A”, “B” are".
    private static func list(_ names: [String]) -> String {
        (names.count == 1 ? "Structure " : "Structures ") + names.map { "“\($0)”" }.joined(separator: ", ")
            + (names.count == 1 ? " is" : " are")
    }

    private static func warnings(of structure: RTStructure, _ mask: Mask, _ check: FrameCheck) -> [String] {
        var notes: [String] = []
        let astray = check.astray(structure)
        if astray > 0 {
            notes.append(
                "Structure “\(structure.name)”: \(count(astray, "contour")) \(astray == 1 ? "refers" : "refer") to slices "
                    + "that this CT does not have; placed by coordinates.")
        }
        let filled = mask.slices.indices.filter { !mask.slices[$0].isEmpty }
        if let first = filled.first, let last = filled.last, last - first + 1 > filled.count {
            let bare = Set(first...last).subtracting(filled)
            notes.append(
                "Structure “\(structure.name)” has no contour on \(Plural.slices(Array(bare))), between its first and its "
                    + "last; it is empty there.")
        }
        return notes
    }
}

/// Whether structures lie in the coordinate system of a series.
private struct FrameCheck {
    enum Place {
        /// It states the frame of reference of the series.
        case same
        /// It or the series states none, or the file lists several without saying which is the structure's.
        case unknown
        /// It states another, but refers to slices of the series and lies on them.
        case proven
        case elsewhere
    }

    static let reason = "in another frame of reference than the CT, so that its coordinates mean other places"

    private let set: RTStruct
    private let grid: GridGeometry
    private let frame: String
    /// Where the slices of the series lie, by their UIDs; empty where they are not known. An enhanced CT has one UID for
    /// many.
    private var places: [String: [Int]] = [:]

    init(_ set: RTStruct, grid: GridGeometry, frameOfReferenceUID: String, reference: DicomSeriesReference?) {
        self.set = set
        self.grid = grid
        frame = frameOfReferenceUID
        for (z, slice) in (reference?.slices ?? []).enumerated() where !slice.sopInstanceUID.isEmpty {
            places[slice.sopInstanceUID, default: []].append(z)
        }
    }

    func place(of structure: RTStructure) -> Place {
        var stated = structure.frameOfReferenceUID
        if stated.isEmpty {
            // Of several that the file lists, it may be any.
            let listed = Set(set.references.map(\.frameOfReferenceUID))
            stated = listed.count > 1 && listed.contains(frame) ? "" : set.frameOfReferenceUID
        }
        if stated.isEmpty || frame.isEmpty { return .unknown }
        if stated == frame { return .same }
        return isProven(structure, stated) ? .proven : .elsewhere
    }

    /// How many contours name a slice that the series has not.
    func astray(_ structure: RTStructure) -> Int {
        guard !places.isEmpty else { return 0 }
        return structure.contours.count { !$0.sopInstanceUID.isEmpty && places[$0.sopInstanceUID] == nil }
    }

    /// Whether references by SOP Instance UID tie a structure to the series: each contour names a slice of it and lies on
    /// that slice; or, where contours name none, the file lists slices of the series under the structure's frame of
    /// reference.
    private func isProven(_ structure: RTStructure, _ stated: String) -> Bool {
        guard !places.isEmpty, !structure.contours.isEmpty else { return false }
        let naming = structure.contours.filter { !$0.sopInstanceUID.isEmpty }
        guard !naming.isEmpty else {
            let listed = set.references.filter { $0.frameOfReferenceUID == stated }
            return listed.contains { series in series.sopInstanceUIDs.contains { places[$0] != nil } }
        }
        return naming.count == structure.contours.count
            && naming.allSatisfy { contour in
                guard let slices = places[contour.sopInstanceUID], let first = contour.points.first else {
                    return false
                }
                let z = grid.index(of: first).z
                return slices.contains { abs(z - Double($0)) <= 0.5 }
            }
    }
}
