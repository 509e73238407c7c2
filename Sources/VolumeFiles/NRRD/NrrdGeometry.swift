import ImageValues
import Volumes

extension NrrdHeader {
    /// What the header says about its axes: the sizes of those in space, their grid, and what is odd.
    struct Axes {
        let size: GridSize
        let dimensions: Int
        let geometry: GridGeometry
        let warnings: [String]
        /// How many values a voxel has: the layers of 3D Slicer's overlapping segments.
        var layers = 1
    }

    /// The grid in LPS mm. Axes without a direction (`none`) must have one element and are dropped.
    /// - Parameter hasLayers: whether the first axis may be several layers.
    func axes(hasLayers: Bool = false) throws(ImageFormatsError) -> Axes {
        var counts = try counts()
        var steps = try directions(rank: counts.count)
        var warnings: [String] = []
        var layers = 1
        if hasLayers, counts.count == 4, let known = steps, known[0] == nil, (2...256).contains(counts[0]) {
            layers = counts.removeFirst()
            steps = Array(known.dropFirst())
        }
        if let known = steps {
            for (count, step) in zip(counts, known) where step == nil && count != 1 {
                throw ImageFormatsError(
                    .unsupported,
                    "It has an axis of \(count) elements that is not in space (several volumes, layers or channels)",
                    files: [file], mend: "Export one volume, or each segment as a label map of one layer.")
            }
            counts = zip(counts, known).filter { $0.1 != nil }.map(\.0)
            steps = known.filter { $0 != nil }
        }
        let size = try GridImage.size(of: counts, file: file)
        var grid: AffineGrid
        if let steps {
            let vectors = try scaled(steps.compactMap { $0 }, counts: try self.counts(), &warnings)
            grid = AffineGrid(origin: try origin(), steps: vectors)
            // A single slice: its normal, as AffineGrid completes it from a zero step.
            if vectors.count == 2 { grid.steps.append(PatientVector(x: 0, y: 0, z: 0)) }
            grid.steps = Array(grid.steps.prefix(3))
            grid = inLPS(grid, &warnings)
        } else {
            let spacing = try spacings(rank: counts.count, &warnings)
            warnings.append(
                "The file states no orientation: left and right cannot be known from it; columns to the left, rows to "
                    + "the back is assumed.")
            grid = AffineGrid(
                origin: PatientPoint(x: 0, y: 0, z: 0),
                steps: [
                    PatientVector(x: spacing[0], y: 0, z: 0), PatientVector(x: 0, y: spacing[1], z: 0),
                    PatientVector(x: 0, y: 0, z: spacing[2]),
                ])
        }
        let unit = try millimetresPerUnit()
        grid.origin = PatientPoint(x: grid.origin.x * unit, y: grid.origin.y * unit, z: grid.origin.z * unit)
        grid.steps = grid.steps.map { $0 * unit }
        return Axes(
            size: size, dimensions: counts.count == 2 ? 2 : 3,
            geometry: try grid.geometry(size: size, file: file), warnings: warnings, layers: layers)
    }

    /// The directions with the lengths that count: their own, which are the spacing, unless all are 1 and `spacings` says
    /// otherwise. A header must not have both fields (NRRD format, section 5).
    private func scaled(
        _ vectors: [PatientVector], counts: [Int], _ warnings: inout [String]
    ) throws(ImageFormatsError) -> [PatientVector] {
        guard let stated = text("spacings") else { return vectors }
        // NaN stands for an axis that is not in space.
        let numbers = stated.words.compactMap(Double.init)
        guard numbers.count == counts.count else {
            throw ImageFormatsError(.damaged, "The header's spacings are \(stated)", files: [file])
        }
        let spacings = numbers.filter { !$0.isNaN }
        let lengths = vectors.map(\.length)
        guard spacings.count == vectors.count, zip(lengths, spacings).contains(where: { abs($0 - $1) > 1e-3 * abs($1) })
        else { return vectors }
        let differing = "The header's spacings (\(stated)) differ from its space directions"
        guard lengths.allSatisfy({ abs($0 - 1) < 1e-6 }), spacings.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            warnings.append("\(differing), which are used.")
            return vectors
        }
        warnings.append("\(differing), which are all 1 long; the directions and the spacings are used.")
        return zip(vectors, spacings).map { $0 * $1 }
    }

    /// The `space directions`, one a dimension, `nil` for `none`; `nil` if there is no such field.
    private func directions(rank: Int) throws(ImageFormatsError) -> [PatientVector?]? {
        guard let text = text("spacedirections") else { return nil }
        var result: [PatientVector?] = []
        var rest = text[...].drop(while: \.isWhitespace)
        while !rest.isEmpty {
            if rest.hasPrefix("none") {
                result.append(nil)
                rest = rest.dropFirst(4)
            } else {
                guard let close = rest.firstIndex(of: ")") else { break }
                result.append(try vector(rest[...close]))
                rest = rest[rest.index(after: close)...]
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        guard result.count == rank, rest.isEmpty else {
            throw ImageFormatsError(.damaged, "The header's space directions do not fit its dimension", files: [file])
        }
        return result
    }

    private func origin() throws(ImageFormatsError) -> PatientPoint {
        guard let text = text("spaceorigin") else { return PatientPoint(x: 0, y: 0, z: 0) }
        let vector = try vector(text[...])
        return PatientPoint(x: vector.x, y: vector.y, z: vector.z)
    }

    /// `(x,y,z)`, or `(x,y)` in a plane.
    private func vector(_ text: Substring) throws(ImageFormatsError) -> PatientVector {
        let body = text.trimmed
        let parts = body.dropFirst().dropLast().split(separator: ",").map { Double($0.trimmed) }
        let numbers = parts.compactMap { $0 }.filter(\.isFinite)
        guard body.hasPrefix("("), body.hasSuffix(")"), numbers.count == parts.count, (2...3).contains(numbers.count)
        else { throw ImageFormatsError(.damaged, "The header's vector \(body) is not valid", files: [file]) }
        return PatientVector(x: numbers[0], y: numbers[1], z: numbers.count > 2 ? numbers[2] : 0)
    }

    private func spacings(rank: Int, _ warnings: inout [String]) throws(ImageFormatsError) -> [Double] {
        guard let text = text("spacings") else {
            warnings.append("The header states no spacing; 1 mm is assumed.")
            return [1, 1, 1]
        }
        guard let numbers = text.numbers, numbers.count == rank, numbers.allSatisfy({ $0 > 0 }) else {
            throw ImageFormatsError(.damaged, "The header's spacings are \(text)", files: [file])
        }
        return numbers.count > 2 ? numbers : numbers + [1]
    }

    /// From the file's space to LPS; a space that says nothing of the patient is taken as LPS, with a warning.
    private func inLPS(_ grid: AffineGrid, _ warnings: inout [String]) -> AffineGrid {
        switch text("space")?.lowercased() {
        case "left-posterior-superior", "lps", "left-posterior-superior-time", "lpst": return grid
        case "right-anterior-superior", "ras", "right-anterior-superior-time", "rast":
            return grid.flippedBetweenRASAndLPS
        case "left-anterior-superior", "las", "left-anterior-superior-time", "last":
            return AffineGrid(
                origin: PatientPoint(x: grid.origin.x, y: 0 - grid.origin.y, z: grid.origin.z),
                steps: grid.steps.map { PatientVector(x: $0.x, y: 0 - $0.y, z: $0.z) })
        case let other:
            warnings.append(
                "The file's space (\(other ?? "not named")) says nothing of the patient: left and right cannot be "
                    + "known from it; LPS is assumed.")
            return grid
        }
    }

    private func millimetresPerUnit() throws(ImageFormatsError) -> Double {
        guard let text = text("spaceunits") else { return 1 }
        let units = Set(text.split(separator: "\"").map(\.trimmed).filter { !$0.isEmpty && $0 != "???" })
        guard units.count <= 1 else {
            throw ImageFormatsError(.unsupported, "Its axes have different units", files: [file])
        }
        switch units.first?.lowercased() {
        case nil, "mm", "millimeter", "millimetre", "millimeters": return 1
        case "cm": return 10
        case "m", "meter", "metre": return 1000
        case "um", "µm", "μm", "micron", "microns": return 0.001
        case let other:
            throw ImageFormatsError(.unsupported, "Its unit of length is \(other ?? "")", files: [file])
        }
    }
}
