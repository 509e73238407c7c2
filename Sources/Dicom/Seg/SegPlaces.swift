import ImageValues
import Volumes

/// Where the frames of a segmentation lie on the grid of a CT.
struct SegPlaces {
    private let grid: GridGeometry
    private let scanned: [Double]
    private let isElsewhere: Bool
    /// Where the slices of the CT lie, by SOP Instance UID and frame (0 for an object of one image).
    private var slices: [Source: Int] = [:]
    /// Whether the file as a whole says that it was made from slices of the CT.
    private let refersToCT: Bool

    private struct Source: Hashable {
        let instance: String
        let frame: Int
    }

    init(grid: GridGeometry, reference: DicomSeriesReference?, references: Set<String>, isElsewhere: Bool) {
        self.grid = grid
        self.isElsewhere = isElsewhere
        scanned = reference?.scannedPlanes ?? []
        for (z, slice) in (reference?.slices ?? []).enumerated() where !slice.sopInstanceUID.isEmpty {
            slices[Source(instance: slice.sopInstanceUID, frame: slice.frame ?? 0)] = z
        }
        refersToCT = slices.keys.contains { references.contains($0.instance) }
    }

    /// The slice of the CT that a frame names as its source.
    private func slice(of frame: DicomFrame) -> Int? {
        guard !frame.sourceInstance.isEmpty else { return nil }
        return slices[Source(instance: frame.sourceInstance, frame: frame.sourceFrame)]
            ?? slices[Source(instance: frame.sourceInstance, frame: 0)]
    }

    /// A frame with its place: its own, or that of the slice it names.
    /// - Throws: ``ImageFormatsError`` if it has none, or lies in another frame of reference and no reference ties it to
    ///   the CT.
    func placed(
        _ frame: DicomFrame, width: Int, height: Int, file: String
    ) throws(ImageFormatsError) -> DicomFrame {
        let source = slice(of: frame)
        if frame.isComplete {
            guard isElsewhere else { return frame }
            let isTied: Bool
            if let source {
                isTied = abs(grid.index(of: frame.position).z - Double(source)) <= 0.5
            } else {
                isTied = frame.sourceInstance.isEmpty && refersToCT
            }
            guard isTied else {
                throw ImageFormatsError(
                    .inconsistent,
                    "The segmentation is in another frame of reference than the CT, so that its coordinates mean other "
                        + "places", files: [file], mend: "Choose the segmentation that was drawn on this series.")
            }
            return frame
        }
        guard let source, width == grid.size.x, height == grid.size.y else {
            throw ImageFormatsError(
                .inconsistent,
                "A frame of the segmentation states no position and names no slice of this CT that it could lie on",
                files: [file], mend: "Choose the CT that it was drawn on, or export it again.")
        }
        var frame = frame
        frame.position = grid.point(at: VoxelIndex(x: 0, y: 0, z: source))
        (frame.columnStep, frame.rowStep) = (grid.direction.x, grid.direction.y)
        (frame.spacingX, frame.spacingY) = (grid.spacing.x, grid.spacing.y)
        return frame
    }

    /// The planes of the grid that a frame's voxels lie on, by their heights in slices, and how many voxels lie outside.
    /// - Throws: ``ImageFormatsError`` if the voxels do not coincide with those of the grid.
    func planes(
        of slice: MaskSlice, _ frame: DicomFrame, file: String
    ) throws(ImageFormatsError) -> (planes: [(Double, MaskSlice)], lost: Int) {
        func placement(on grid: GridGeometry) -> PlanePlacement? {
            PlanePlacement(
                origin: frame.position, column: frame.columnStep * frame.spacingX, row: frame.rowStep * frame.spacingY,
                width: slice.width, height: slice.height, on: grid)
        }
        if !scanned.isEmpty, let (height, flat) = flat(at: frame.position), let place = placement(on: flat) {
            var mask = Mask(geometry: flat)
            let lost = place.add(slice, to: &mask)
            return ([(height, mask.slices[0])], lost)
        }
        guard let place = placement(on: grid) else {
            throw ImageFormatsError(
                .inconsistent, "The voxels of the segmentation do not coincide with those of the CT (\(grid))",
                files: [file], mend: "Resample it onto the CT, or open the CT it was drawn on.")
        }
        var mask = Mask(geometry: grid)
        let lost = place.add(slice, to: &mask)
        if let z = place.onlySlice {
            return mask.slices.indices.contains(z) ? ([(Double(z), mask.slices[z])], lost) : ([], lost)
        }
        let filled = mask.slices.indices.filter { !mask.slices[$0].isEmpty }
        return (filled.map { (Double($0), mask.slices[$0]) }, lost)
    }

    /// A grid of one slice through a position, where that lies between the first and the last plane that was scanned.
    private func flat(at position: PatientPoint) -> (height: Double, grid: GridGeometry)? {
        let height = grid.index(of: position).z
        guard let first = scanned.first, let last = scanned.last,
            height >= first - PlaneMasks.tolerance, height <= last + PlaneMasks.tolerance
        else { return nil }
        let flat = try? GridGeometry(
            size: GridSize(x: grid.size.x, y: grid.size.y, z: 1), spacing: grid.spacing,
            origin: grid.point(at: ContinuousIndex(x: 0, y: 0, z: height)), direction: grid.direction)
        return flat.map { (height, $0) }
    }

    /// What to say of a file whose frames were placed by what they name.
    func warnings(of parsed: ParsedSegmentation) -> [String] {
        var notes: [String] = []
        let bare = parsed.frames.count { !$0.isComplete }
        if bare > 0 {
            notes.append(
                "\(count(bare, "frame")) of the segmentation \(bare == 1 ? "states" : "state") no position: placed on the "
                    + "slices of the CT that they name.")
        }
        if isElsewhere {
            notes.append(
                "The segmentation states another frame of reference than the CT, but its references name slices of this "
                    + "CT; it was placed by coordinates.")
        }
        return notes
    }
}
