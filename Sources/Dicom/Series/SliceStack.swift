import ImageValues
import Volumes

/// The files of one series put in order, with the grid they make.
///
/// Spacing z is the distance from the first slice to the last along the normal, divided by the number of steps: the
/// mean, which spreads the rounding of the single positions. All other numbers are the files' decimal strings as
/// doubles, those of the first slice in order of z. The normal is columns × rows, so that grids are right-handed.
struct SliceStack {
    /// A slice: a file by its path below the folder, or one frame of it.
    struct Member: Sendable {
        var name: String
        var header: DicomHeader
        /// The frame, from 1, of a file of several.
        var frame: Int?

        init(name: String, header: DicomHeader, frame: Int? = nil) {
            self.name = name
            self.header = header
            self.frame = frame
        }

        /// What messages call it.
        var label: String {
            let shown = FileName.shown(name)
            return frame.map { "\(shown) frame \($0)" } ?? shown
        }
    }

    /// For each z, the members at that position: one, or several that must prove to be copies.
    var layers: [[Int]]
    /// The grid.
    var geometry: GridGeometry
    /// The height of each layer above the lowest one, mm.
    var heights: [Double]
    /// How far each layer lies beside the lowest one, mm along columns and rows; empty for a straight stack.
    var sideways: [(x: Double, y: Double)]
    /// What has to be resampled to make the slices the grid; empty for a stack that is regular as it is.
    var repairs: Set<CTRepair>
    /// What is unusual though it can be read.
    var warnings: [String]

    /// Positions nearer than this are the same position, mm; spacings may always differ by as much.
    static let positionTolerance = 0.01
    /// How far off a position is that its writer rounded to 0.1 mm, and a little more.
    static let roundingTolerance = 0.06
    /// How far a spacing may be off the median, as a part of it.
    static let spacingTolerance = 0.01
    /// How far cosines or, relatively, pixel spacings of two slices may differ.
    static let equalityTolerance = 1e-4

    /// Puts the files of a series in order.
    /// - Parameter allowed: what may be repaired; what is not needed is not done.
    /// - Throws: ``ImageFormatsError`` of kind `inconsistent` that names the files and how to mend them.
    init(_ members: [Member], allowed: Set<CTRepair> = []) throws(ImageFormatsError) {
        try Self.requireComplete(members)
        try Self.requireAlike(members)
        warnings = []
        try Self.requireOneFrame(members, warnings: &warnings)
        let first = members[0].header
        let cross = first.columnStep.cross(first.rowStep)
        let length = cross.length
        let normal = PatientVector(x: cross.x / length, y: cross.y / length, z: cross.z / length)
        guard normal.isFinite else {
            throw Self.error("The directions of rows and columns are not usable", [members[0].label])
        }
        let heights = members.map { ($0.header.position - first.position).dot(normal) }
        let order = members.indices.sorted {
            (heights[$0], members[$0].label) < (heights[$1], members[$1].label)
        }
        layers = []
        for index in order {
            if let last = layers.last?.first, heights[index] - heights[last] <= Self.positionTolerance {
                layers[layers.count - 1].append(index)
            } else {
                layers.append([index])
            }
        }
        let base = layers[0][0]
        self.heights = layers.map { heights[$0[0]] - heights[base] }
        let beside = try Self.beside(
            members, layers: layers, heights: heights, normal: normal, mayTilt: allowed.contains(.tilt))
        sideways = beside.tilt
        if beside.jitter > 0 {
            warnings.append(
                "Slice positions differ sideways by up to \(millimetres(beside.jitter)) mm, far less than a pixel; the "
                    + "slices were taken to lie straight above one another.")
        }
        repairs = sideways.isEmpty ? [] : [.tilt]
        let lowest = members[base].header
        let kept = layers.map { members[$0[0]] }
        let spacing: Double
        var count = layers.count
        var origin = lowest.position + beside.shift
        do {
            spacing = try Self.spacing(kept, heights: self.heights, warnings: &warnings)
        } catch {
            if let even = EvenHeights(self.heights) {
                spacing = even.spacing
                origin = origin + normal * even.start
                warnings.append(even.warning)
            } else {
                guard allowed.contains(.gaps), kept.count > 1 else { throw error }
                (spacing, count) = try Self.evenSpacing(kept, heights: self.heights)
                repairs.insert(.gaps)
            }
        }
        do {
            let grid = try GridGeometry(
                size: GridSize(x: lowest.columns, y: lowest.rows, z: count),
                spacing: Spacing(x: lowest.spacingX, y: lowest.spacingY, z: spacing), origin: origin,
                direction: GridDirection(x: lowest.columnStep, y: lowest.rowStep, z: normal))
            geometry = try StackShear(sideways, on: grid)?.grid ?? grid
        } catch {
            throw ImageFormatsError(
                .inconsistent, "The slices make no regular grid: \(error.description)", files: [members[base].label],
                mend: "Export the series again from its source.")
        }
        if layers.count > 1, lowest.sliceThickness.isFinite, lowest.sliceThickness > 0,
            spacing > 1.5 * lowest.sliceThickness
        {
            warnings.append(
                "Slices are \(millimetres(lowest.sliceThickness)) mm thick but \(millimetres(spacing)) mm apart: what "
                    + "lies between was not scanned, or slices are missing throughout.")
        }
    }

    private static func error(_ what: String, _ files: [String], mend: String = "") -> ImageFormatsError {
        ImageFormatsError(.inconsistent, what, files: files, mend: mend)
    }

    /// Every file must state what a grid is made of.
    private static func requireComplete(_ members: [Member]) throws(ImageFormatsError) {
        guard !members.isEmpty else { throw error("The series has no slices", []) }
        func names(where isBad: (DicomHeader) -> Bool) -> [String] {
            members.filter { isBad($0.header) }.map(\.label).sorted()
        }
        let checks: [(String, [String])] = [
            (
                "Numbers are written with a decimal comma, which DICOM does not know ("
                    + "\(members.map(\.header.decimalComma).first { !$0.isEmpty } ?? ""))",
                names { !$0.decimalComma.isEmpty }
            ),
            ("Rows and Columns are missing", names { $0.rows < 1 || $0.columns < 1 }),
            (
                "PixelSpacing is missing or not a positive number",
                names {
                    !($0.spacingX > 0 && $0.spacingX.isFinite && $0.spacingY > 0 && $0.spacingY.isFinite)
                }
            ),
            ("ImagePositionPatient is missing", names { !$0.position.isFinite }),
            ("ImageOrientationPatient is missing", names { !$0.columnStep.isFinite || !$0.rowStep.isFinite }),
        ]
        for (what, files) in checks where !files.isEmpty {
            throw error(what, files, mend: "Export the series again; without it the slices cannot be placed.")
        }
    }

    /// Every slice must have the size, spacing, orientation and coordinate system of most of them.
    private static func requireAlike(_ members: [Member]) throws(ImageFormatsError) {
        func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= equalityTolerance }
        func same(_ a: PatientVector, _ b: PatientVector) -> Bool { near(a.x, b.x) && near(a.y, b.y) && near(a.z, b.z) }
        let move = "Move them to a folder of their own, or choose the series they belong to."
        let checks: [(String, (DicomHeader, DicomHeader) -> Bool)] = [
            ("These slices differ in Rows or Columns", { $0.rows == $1.rows && $0.columns == $1.columns }),
            (
                "These slices differ in orientation",
                { same($0.columnStep, $1.columnStep) && same($0.rowStep, $1.rowStep) }
            ),
            (
                "These slices differ in pixel spacing",
                { near($0.spacingX / $1.spacingX, 1) && near($0.spacingY / $1.spacingY, 1) }
            ),
            (
                "These slices are of another study",
                { $0.studyUID == $1.studyUID || $0.studyUID.isEmpty || $1.studyUID.isEmpty }
            ),
        ]
        for (what, isSame) in checks {
            let outliers = minority(members, isSame)
            guard outliers.isEmpty else { throw error("\(what) from the rest", outliers, mend: move) }
        }
    }

    /// One series has one frame of reference. Some anonymisers gave every slice its own, which says nothing and is
    /// only warned of; a series that falls into several groups of slices is refused.
    private static func requireOneFrame(_ members: [Member], warnings: inout [String]) throws(ImageFormatsError) {
        // One that states none goes with those that do.
        let frames = Set(members.map(\.header.frameOfReferenceUID)).subtracting([""])
        if frames.count <= 1 { return }
        if frames.count == members.count {
            warnings.append("Slices have different frame-of-reference UIDs; treated as one series.")
            return
        }
        throw error(
            "These slices are in another frame of reference from the rest",
            minority(members) { SliceFeature.frame.isSame($0, $1) },
            mend: "Move them to a folder of their own, or choose the series they belong to.")
    }

    /// The names of those that are not like the largest group; empty if all are alike.
    private static func minority(_ members: [Member], _ isSame: (DicomHeader, DicomHeader) -> Bool) -> [String] {
        var groups: [[Int]] = []
        for index in members.indices {
            if let group = groups.firstIndex(where: { isSame(members[$0[0]].header, members[index].header) }) {
                groups[group].append(index)
            } else {
                groups.append([index])
            }
        }
        guard let largest = groups.max(by: { $0.count < $1.count }), groups.count > 1 else { return [] }
        return groups.filter { $0 != largest }.flatMap { $0 }.map { members[$0].label }.sorted()
    }

    /// All positions must lie on one line along the normal; otherwise the gantry was tilted and the stack is sheared,
    /// which may be repaired if the shear is even.
    private static func beside(
        _ members: [Member], layers: [[Int]], heights: [Double], normal: PatientVector, mayTilt: Bool
    ) throws(ImageFormatsError) -> Beside {
        let base = layers[0][0]
        func beside(_ index: Int) -> PatientVector {
            let offset = members[index].header.position - members[base].header.position
            return offset + normal * -(heights[index] - heights[base])
        }
        func allowance(_ index: Int) -> Double {
            positionTolerance + equalityTolerance * abs(heights[index] - heights[base])
        }
        let all = Array(layers.joined())
        let aslant = all.filter { beside($0).length > allowance($0) }
        if aslant.isEmpty { return Beside() }
        let pixel = min(members[base].header.spacingX, members[base].header.spacingY)
        let jitter = max(roundingTolerance * 1.5, 0.1 * pixel)
        let middle = all.reduce(PatientVector(x: 0, y: 0, z: 0)) { $0 + beside($1) } * (1 / Double(all.count))
        let most = all.map { (beside($0) + middle * -1).length }.max() ?? 0
        if most <= jitter { return Beside(jitter: most, shift: middle) }
        let top = layers[layers.count - 1][0]
        let height = heights[top] - heights[base]
        let shear = height > 0 ? beside(top) * (1 / height) : PatientVector(x: 0, y: 0, z: 0)
        let uneven = all.filter {
            (beside($0) + shear * -(heights[$0] - heights[base])).length
                > max(2 * allowance($0), jitter)
        }
        guard uneven.isEmpty else {
            throw error(
                "These slices do not lie on one straight line (positions that shift from slice to slice)",
                uneven.map { members[$0].label }.sorted(),
                mend: "Export the series again; positions that wander cannot be repaired.")
        }
        guard mayTilt else {
            throw error(
                "These slices do not lie straight above the lowest one (gantry tilt)",
                aslant.map { members[$0].label }.sorted(),
                mend: "Use a reconstruction without tilt, or have it corrected by shear with --repair tilt.")
        }
        let header = members[base].header
        return Beside(
            tilt: layers.map { layer in
                let offset = shear * (heights[layer[0]] - heights[base])
                return (offset.dot(header.columnStep), offset.dot(header.rowStep))
            })
    }

    /// How layers lie beside one another.
    private struct Beside {
        /// How far each lies beside the lowest one; empty for a straight stack.
        var tilt: [(x: Double, y: Double)] = []
        /// How far one lies off the line that most lie on, mm, though that is far less than a pixel.
        var jitter = 0.0
        /// From the lowest to that line.
        var shift = PatientVector(x: 0, y: 0, z: 0)
    }

    /// How far apart two slices may be and be interpolated between, mm.
    static let widestGap = 15.0

    /// The even spacing nearest to what most slices have, and how many slices it makes.
    private static func evenSpacing(
        _ members: [Member], heights: [Double]
    ) throws(ImageFormatsError) -> (Double, Int) {
        let gaps = zip(heights.dropFirst(), heights).map { $0 - $1 }
        for (index, gap) in gaps.enumerated() where gap > widestGap {
            throw error(
                "\(millimetres(gap)) mm between \(place(members[index])) and \(place(members[index + 1])) are too wide "
                    + "a gap to be filled", [members[index].label, members[index + 1].label],
                mend: "Copy or export the whole series again.")
        }
        let median = gaps.sorted()[gaps.count / 2]
        let extent = heights[heights.count - 1]
        let steps = max(1, (extent / median).rounded())
        return (extent / steps, Int(steps) + 1)
    }

    /// The mean spacing of slices in order, or why there is none.
    private static func spacing(
        _ members: [Member], heights: [Double], warnings: inout [String]
    ) throws(ImageFormatsError) -> Double {
        guard heights.count > 1 else {
            guard let spacing = members[0].header.singleSliceSpacing else {
                throw error(
                    "A single slice states neither SpacingBetweenSlices nor SliceThickness", [members[0].label],
                    mend: "Load the whole series.")
            }
            warnings.append("The series has a single slice; its thickness stands for the spacing.")
            return spacing
        }
        let gaps = zip(heights.dropFirst(), heights).map { $0 - $1 }
        let median = gaps.sorted()[gaps.count / 2]
        let allowed = max(spacingTolerance * median, positionTolerance)
        for (index, gap) in gaps.enumerated() where abs(gap - median) > allowed {
            let below = members[index]
            let above = members[index + 1]
            let files = [below.label, above.label]
            let steps = (gap / median).rounded()
            if steps >= 2, abs(gap - steps * median) <= allowed * steps {
                throw error(
                    "\(slices(Int(steps) - 1)) missing between \(place(below)) and \(place(above))", files,
                    mend: gap > widestGap
                        ? "Copy or export the whole series again; the gap is too wide to be filled."
                        : "Copy or export the whole series again, or have the gap filled with --repair gaps.")
            }
            throw error(
                "The spacing varies: \(millimetres(gap)) mm between \(place(below)) and \(place(above)), "
                    + "\(millimetres(median)) mm elsewhere", files,
                mend: "Use a reconstruction with even spacing, or have it resampled with --repair gaps.")
        }
        let mean = (heights[heights.count - 1] - heights[0]) / Double(gaps.count)
        for (index, height) in heights.enumerated() {
            let off = abs(height - heights[0] - Double(index) * mean)
            if off > 0.1 * mean {
                throw error(
                    "The spacing varies: \(place(members[index])) is \(millimetres(off)) mm off an even spacing of "
                        + "\(millimetres(mean)) mm", [members[index].label],
                    mend: "Use a reconstruction with even spacing, or have it resampled with --repair gaps.")
            }
        }
        return mean
    }

    /// A slice by its position, as a scanner's console names it where the stack is axial.
    private static func place(_ member: Member) -> String {
        let at = member.header.position
        return "(\(millimetres(at.x)), \(millimetres(at.y)), \(millimetres(at.z))) mm"
    }
}

/// A length for messages: at most three decimals, no trailing zeros.
func millimetres(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : String(rounded)
}
