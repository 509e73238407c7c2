import ImageValues
import Volumes

/// Decodes the frames of a segmentation and puts them onto a grid.
struct SegCollector {
    let grid: GridGeometry
    private let parsed: ParsedSegmentation
    private let threshold: Double
    private let file: String
    private let places: SegPlaces
    /// What each segment has on each plane.
    private var planes: [Int: PlaneMasks] = [:]
    /// The planes that each segment has had: a second frame there must be a copy.
    private var seen: [Plane: MaskSlice] = [:]
    /// Why a segment cannot be placed, by the first trouble that it made.
    private var troubles: [Int: ImageFormatsError] = [:]
    private var lost: [Int: Int] = [:], filled: Set<Int> = []
    private var ownerless = 0, unknownValues: Set<Int> = []

    private struct Plane: Hashable {
        let segment: Int
        let position: PatientPoint
    }

    /// - Parameter isElsewhere: whether the file states another frame of reference than the CT.
    init(
        _ parsed: ParsedSegmentation, grid: GridGeometry?, reference: DicomSeriesReference?, isElsewhere: Bool,
        threshold: Double, file: String
    ) throws(ImageFormatsError) {
        self.parsed = parsed
        self.threshold = threshold
        self.file = file
        if let grid {
            self.grid = grid
        } else {
            guard parsed.frames.allSatisfy(\.isComplete) else {
                throw ImageFormatsError(
                    .unsupported, "A frame of the segmentation states no position, orientation or pixel spacing",
                    files: [file], mend: "Open it together with its CT, whose slices the frames may name.")
            }
            self.grid = try SegLattice.grid(
                of: parsed.frames, columns: parsed.header.columns, rows: parsed.header.rows, file: file)
        }
        places = SegPlaces(
            grid: self.grid, reference: reference, references: parsed.references, isElsewhere: isElsewhere)
        for segment in parsed.segments where parsed.isStructure(segment) {
            planes[segment.number] = PlaneMasks(grid: self.grid, scanned: reference?.scannedPlanes ?? [])
        }
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
            case .binary: add(values, frame, frame.segment) { $0 != 0 }
            case .fractional:
                let least = threshold * Double(parsed.maximum)
                add(values, frame, frame.segment) { Double($0) >= least && $0 != 0 }
            case .labelMap: addLabels(values, frame)
            }
        }
        for (segment, count) in lost where troubles[segment] == nil {
            troubles[segment] = ImageFormatsError(
                .inconsistent,
                "\(Plural.count(count, "voxel")) of the segmentation \(Plural.word(count, "lies", "lie")) outside the CT",
                files: [file],
                mend: "Check that it was drawn on this series.")
        }
    }

    private mutating func addLabels(_ values: UnsafeMutableBufferPointer<UInt16>, _ frame: DicomFrame) {
        var present: Set<UInt16> = []
        var last: UInt16?
        for value in values where value != last {
            present.insert(value)
            last = value
        }
        let known = Set(parsed.segments.map(\.number))
        for value in present.sorted() where !parsed.isBackground(Int(value)) {
            guard known.contains(Int(value)) else {
                unknownValues.insert(Int(value))
                continue
            }
            add(values, frame, Int(value)) { $0 == value }
        }
    }

    private mutating func add(
        _ values: UnsafeMutableBufferPointer<UInt16>, _ frame: DicomFrame, _ segment: Int, _ isInside: (UInt16) -> Bool
    ) {
        guard parsed.segments.contains(where: { $0.number == segment }) else {
            ownerless += 1
            return
        }
        guard planes[segment] != nil, troubles[segment] == nil else { return }
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
        if !slice.isEmpty { filled.insert(segment) }
        do throws(ImageFormatsError) {
            try place(slice, of: segment, frame)
        } catch {
            // An empty frame says nothing that could be misplaced.
            if !slice.isEmpty { troubles[segment] = error }
        }
    }

    private mutating func place(
        _ slice: MaskSlice, of segment: Int, _ frame: DicomFrame
    ) throws(ImageFormatsError) {
        let frame = try places.placed(frame, width: slice.width, height: slice.height, file: file)
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
        let found = try places.planes(of: slice, frame, file: file)
        lost[segment, default: 0] += found.lost
        if lost[segment] == 0 { lost[segment] = nil }
        for (height, own) in found.planes { planes[segment]?.add(own, at: height) }
    }

    /// The segments as masks.
    /// - Throws: ``ImageFormatsError`` if none of those that have voxels can be placed.
    func result() throws(ImageFormatsError) -> (
        structures: [(segment: SegSegment, mask: Mask)], leftOut: [LeftOutStructure], warnings: [String]
    ) {
        let placed = filled.filter { troubles[$0] == nil }
        if placed.isEmpty, let first = troubles.min(by: { $0.key < $1.key }) { throw first.value }
        var structures: [(segment: SegSegment, mask: Mask)] = []
        var leftOut: [LeftOutStructure] = []
        var notes: [String] = []
        for segment in parsed.segments {
            if parsed.kind == .labelMap, segment.number == parsed.padding, !segment.isBackground {
                leftOut.append(
                    LeftOutStructure(
                        name: segment.name,
                        reason: "its number, \(segment.number), is the value that the file calls padding"))
            }
            guard let planes = planes[segment.number] else { continue }
            if let trouble = troubles[segment.number] {
                leftOut.append(LeftOutStructure(name: segment.name, reason: trouble.what.asClause))
                continue
            }
            let (mask, interpolated) = planes.mask()
            structures.append((segment, mask))
            if !interpolated.isEmpty { notes.append(PlaneMasks.note(segment.name, interpolated)) }
        }
        notes += leftOut.map { "Structure “\($0.name)” was left out: \($0.reason)." }
        notes += places.warnings(of: parsed)
        let names = Dictionary(grouping: parsed.segments.filter(parsed.isStructure), by: \.name)
        for (name, same) in names.sorted(by: { $0.key < $1.key }) where same.count > 1 {
            let numbers = same.map { String($0.number) }.joined(separator: ", ")
            notes.append("\(same.count) segments are called “\(name)” (numbers \(numbers)).")
        }
        return (structures, leftOut, notes)
    }

    func warnings() -> [String] {
        var notes: [String] = []
        if parsed.kind == .fractional {
            let percent = millimetres(threshold * 100)
            let what = parsed.fractionalType == "OCCUPANCY" ? "occupancy" : "probability"
            notes.append("The segmentation is fractional (\(what)); voxels of \(percent) % or more were taken.")
        }
        if ownerless > 0 { notes.append("\(count(ownerless, "frame")) belonging to no segment: left out.") }
        if !unknownValues.isEmpty {
            let list = unknownValues.sorted().prefix(8).map(String.init).joined(separator: ", ")
            notes.append("Voxels of the values \(list) belong to no segment and were left out.")
        }
        return notes
    }
}

extension String {
    /// The text of an error as a clause within a sentence.
    fileprivate var asClause: String { prefix(1).lowercased() + dropFirst() }
}
