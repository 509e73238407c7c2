import Volumes

/// Decodes the frames of a segmentation and puts them onto a grid.
struct SegCollector {
    let grid: GridGeometry
    private let parsed: ParsedSegmentation
    private let threshold: Double
    private let file: String
    private var masks: [Int: Mask] = [:]
    /// The planes that each segment has had, by their height in slices: a second frame there must be a copy.
    private var seen: [Plane: MaskSlice] = [:]
    private var lost = 0, ownerless = 0, unknownValues: Set<Int> = []

    private struct Plane: Hashable {
        let segment: Int
        let position: PatientPoint
    }

    init(
        _ parsed: ParsedSegmentation, grid: GridGeometry?, threshold: Double, file: String
    ) throws(ImageFormatsError) {
        self.parsed = parsed
        self.threshold = threshold
        self.file = file
        if let grid {
            self.grid = grid
        } else {
            self.grid = try SegLattice.grid(
                of: parsed.frames, columns: parsed.header.columns, rows: parsed.header.rows, file: file)
        }
        for segment in parsed.segments where !segment.isBackground { masks[segment.number] = Mask(geometry: self.grid) }
    }

    mutating func readFrames() throws(ImageFormatsError) {
        let values = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: parsed.pixelCount)
        defer { values.deallocate() }
        for (index, frame) in parsed.frames.enumerated() {
            do throws(DicomFailure) {
                try parsed.file.readValues(ofFrame: index, into: values)
            } catch {
                throw error.error(for: file)
            }
            switch parsed.kind {
            case .binary: try add(values, frame, frame.segment) { $0 != 0 }
            case .fractional:
                let least = threshold * Double(parsed.maximum)
                try add(values, frame, frame.segment) { Double($0) >= least && $0 != 0 }
            case .labelMap: try addLabels(values, frame)
            }
        }
        guard lost == 0 else {
            throw ImageFormatsError(
                .inconsistent, "\(lost) voxels of the segmentation lie outside the CT", files: [file],
                mend: "Check that it was drawn on this series.")
        }
    }

    private mutating func addLabels(
        _ values: UnsafeMutableBufferPointer<UInt16>, _ frame: DicomFrame
    ) throws(ImageFormatsError) {
        var present: Set<UInt16> = []
        var last: UInt16 = 0
        for value in values where value != last {
            present.insert(value)
            last = value
        }
        let known = Set(parsed.segments.map(\.number))
        for value in present.sorted() where value != 0 && Int(value) != parsed.padding {
            guard known.contains(Int(value)) else {
                unknownValues.insert(Int(value))
                continue
            }
            try add(values, frame, Int(value)) { $0 == value }
        }
    }

    private mutating func add(
        _ values: UnsafeMutableBufferPointer<UInt16>, _ frame: DicomFrame, _ segment: Int, _ isInside: (UInt16) -> Bool
    ) throws(ImageFormatsError) {
        guard parsed.segments.contains(where: { $0.number == segment }) else {
            ownerless += 1
            return
        }
        guard masks[segment] != nil else { return }
        let (width, height) = (parsed.header.columns, parsed.header.rows)
        var slice = MaskSlice(width: width, height: height)
        let stride = slice.wordsPerRow
        slice.withMutableWords { words in
            for y in 0..<height {
                for x in 0..<width where isInside(values[y * width + x]) {
                    words[y * stride + x >> 6] |= 1 << UInt64(x & 63)
                }
            }
        }
        let plane = Plane(segment: segment, position: frame.position)
        if let earlier = seen[plane] {
            guard earlier == slice else {
                throw ImageFormatsError(
                    .inconsistent, "Two frames of segment \(segment) lie at the same position and differ",
                    files: [file], mend: "Export one time point or reader as a segmentation of its own.")
            }
            return
        }
        seen[plane] = slice
        guard !slice.isEmpty else { return }
        guard
            let placement = PlanePlacement(
                origin: frame.position, column: frame.columnStep * frame.spacingX, row: frame.rowStep * frame.spacingY,
                width: width, height: height, on: grid)
        else {
            throw ImageFormatsError(
                .inconsistent, "The voxels of the segmentation do not coincide with those of the CT (\(grid))",
                files: [file], mend: "Resample it onto the CT, or open the CT it was drawn on.")
        }
        // Taken out, so that the mask is not copied while it is changed.
        var mask = masks.removeValue(forKey: segment) ?? Mask(geometry: grid)
        lost += placement.add(slice, to: &mask)
        masks[segment] = mask
    }

    func structures() -> [(segment: SegSegment, mask: Mask)] {
        parsed.segments.compactMap { segment in masks[segment.number].map { (segment, $0) } }
    }

    func warnings() -> [String] {
        var notes: [String] = []
        if parsed.kind == .fractional {
            let percent = millimetres(threshold * 100)
            let what = parsed.fractionalType == "OCCUPANCY" ? "occupancy" : "probability"
            notes.append("The segmentation is fractional (\(what)); voxels of \(percent) % or more were taken.")
        }
        if ownerless > 0 { notes.append("\(ownerless) frame(s) belong to no segment and were left out.") }
        if !unknownValues.isEmpty {
            let list = unknownValues.sorted().prefix(8).map(String.init).joined(separator: ", ")
            notes.append("Voxels of the values \(list) belong to no segment and were left out.")
        }
        return notes
    }
}
