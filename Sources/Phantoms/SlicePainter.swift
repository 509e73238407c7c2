import Volumes

/// One slice of a phantom: the image and a mask for each structure, in the order of `PhantomStructure.allCases`.
struct PaintedSlice: Sendable {
    let image: VolumeSlice
    let masks: [MaskSlice]
}

/// Paints the slices of a scene; each depends on nothing but its number.
struct SlicePainter: Sendable {
    private let elements: [Placed]
    private let geometry: GridGeometry
    private let site: PhantomSite
    private let noise: Noise
    private let filter: KernelFilter
    private let planes: [Double]

    /// An element with where it lies on the grid.
    private struct Placed: Sendable {
        let element: Element
        let map: PatientMap
        let rows: ClosedRange<Double>
        let columns: ClosedRange<Double>
        let heights: ClosedRange<Double>
    }

    init(
        scene: Scene, geometry: GridGeometry, site: PhantomSite, patient: PatientVariation, noiseSeed: PhantomRandom
    ) {
        let body = PatientMap(scale: patient.scale, degrees: patient.rotation, shift: patient.shift)
        let couch = PatientMap(scale: Point3(1, 1, 1), degrees: 0, shift: Point3(0, 0, 0))
        elements = scene.elements.map { element in
            let map = element.frame == .patient ? body : couch
            let reach = map.reach(of: element.shape.box)
            return Placed(
                element: element, map: map, rows: reach.low.y...reach.high.y, columns: reach.low.x...reach.high.x,
                heights: reach.low.z...reach.high.z)
        }
        self.geometry = geometry
        self.site = site
        let pixel = geometry.spacing.x
        filter = KernelFilter(site.kernel, pixel: pixel)
        noise = Noise(site: site, geometry: geometry, hasArmsUp: patient.hasArmsUp, seed: noiseSeed)
        // A slice shows the mean over its thickness: of one, two or three planes.
        let thickness = max(site.sliceThickness.value, geometry.spacing.z)
        let count = thickness <= 2 ? 1 : thickness <= 6 ? 2 : 3
        planes = (0..<count).map { ((Double($0) + 0.5) / Double(count) - 0.5) * thickness }
    }

    func paint(slice index: Int) -> PaintedSlice {
        let (width, height) = (geometry.size.x, geometry.size.y)
        let count = width * height
        let z = geometry.origin.z + Double(index) * geometry.spacing.z
        let plane = UnsafeMutablePointer<Float>.allocate(capacity: count)
        let sum = UnsafeMutablePointer<Float>.allocate(capacity: count)
        let labels = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        defer {
            plane.deallocate()
            sum.deallocate()
            labels.deallocate()
        }
        sum.initialize(repeating: 0, count: count)
        labels.initialize(repeating: 0, count: count)
        for offset in planes {
            plane.initialize(repeating: Float(Tissue.air), count: count)
            for placed in elements where placed.heights.contains(z + offset) { paint(placed, z + offset, plane) }
            let share = 1 / Float(planes.count)
            var i = 0
            while i < count {
                sum[i] += plane[i] * share
                i += 1
            }
        }
        for placed in elements where placed.heights.contains(z) { label(placed, z, labels) }
        noise.add(to: sum, slice: index, scratch: plane, filter: filter)
        return PaintedSlice(image: image(sum), masks: masks(labels))
    }

    /// The part of the grid an element may touch, grown by a pixel for its soft edge.
    private func window(_ placed: Placed) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
        func clip(_ range: ClosedRange<Double>, _ origin: Double, _ step: Double, _ size: Int) -> ClosedRange<Int>? {
            let low = max((range.lowerBound - origin) / step - 1, 0)
            let high = min((range.upperBound - origin) / step + 1, Double(size - 1))
            guard low <= high else { return nil }
            return Int(low.rounded(.down))...Int(high.rounded(.up))
        }
        guard let columns = clip(placed.columns, geometry.origin.x, geometry.spacing.x, geometry.size.x),
            let rows = clip(placed.rows, geometry.origin.y, geometry.spacing.y, geometry.size.y)
        else { return nil }
        return (columns, rows)
    }

    /// Mixes an element into a plane. Edges are one pixel soft; along a row whole runs are filled or skipped, as
    /// the distance says that no edge is near.
    private func paint(_ placed: Placed, _ z: Double, _ pixels: UnsafeMutablePointer<Float>) {
        let map = placed.map
        guard let window = window(placed), let section = placed.element.shape.section(map.height(z)) else { return }
        let pixel = geometry.spacing.x
        let toPixels = map.mean / pixel
        let thickness = placed.element.thickness * toPixels
        let isThin = thickness < 100
        let (first, last) = (window.columns.lowerBound, window.columns.upperBound)
        var row = window.rows.lowerBound
        while row <= window.rows.upperBound {
            let y = geometry.origin.y + Double(row) * pixel
            let hu = Float(placed.element.hu + placed.element.gradient * y)
            let line = pixels + row * geometry.size.x
            var column = first
            while column <= last {
                let p = map.plane(geometry.origin.x + Double(column) * pixel, y)
                let d = section.at(p.x, p.y) * toPixels
                let far = (d < 0 ? -d : d) * 0.45 - 0.5
                if far >= 1, d > 0 || !isThin {
                    let next = min(column + Int(min(far, 1e6)), last + 1)
                    if d < 0 {
                        while column < next {
                            line[column] = hu
                            column += 1
                        }
                    }
                    column = next
                    continue
                }
                var share = Self.soft(d)
                if isThin { share -= Self.soft(d + thickness) }
                if share > 0 { line[column] += Float(share) * (hu - line[column]) }
                column += 1
            }
            row += 1
        }
    }

    /// How much of a pixel is behind an edge at a distance, in pixels.
    private static func soft(_ d: Double) -> Double { d <= -0.5 ? 1 : d >= 0.5 ? 0 : 0.5 - d }

    /// Puts an element's label on the voxels whose centres are inside.
    private func label(_ placed: Placed, _ z: Double, _ labels: UnsafeMutablePointer<UInt8>) {
        let value: UInt8
        switch placed.element.label {
        case .keep: return
        case .clear: value = 0
        case .set(let structure): value = structure.label
        }
        let map = placed.map
        guard let window = window(placed), let section = placed.element.shape.section(map.height(z)) else { return }
        let pixel = geometry.spacing.x
        let toPixels = map.mean / pixel
        let (first, last) = (window.columns.lowerBound, window.columns.upperBound)
        var row = window.rows.lowerBound
        while row <= window.rows.upperBound {
            let y = geometry.origin.y + Double(row) * pixel
            let line = labels + row * geometry.size.x
            var column = first
            while column <= last {
                let p = map.plane(geometry.origin.x + Double(column) * pixel, y)
                let d = section.at(p.x, p.y)
                let far = (d < 0 ? -d : d) * toPixels * 0.45
                let next = min(column + max(Int(min(far, 1e6)), 1), last + 1)
                if d < 0 {
                    while column < next {
                        line[column] = value
                        column += 1
                    }
                }
                column = next
            }
            row += 1
        }
    }

    private func image(_ values: UnsafeMutablePointer<Float>) -> VolumeSlice {
        let (width, height) = (geometry.size.x, geometry.size.y)
        var slice = VolumeSlice(width: width, height: height, filledWith: .air)
        let radius = Double(width) / 2
        slice.values.withUnsafeMutableBufferPointer { buffer in
            guard let out = buffer.baseAddress else { return }
            var i = 0
            while i < width * height {
                out[i] = Int16(min(max(values[i].rounded(), -1024), 3071))
                i += 1
            }
            guard let padding = site.padding else { return }
            var y = 0
            while y < height {
                let dy = Double(y) - Double(height - 1) / 2
                var x = 0
                while x < width {
                    let dx = Double(x) - Double(width - 1) / 2
                    if dx * dx + dy * dy > radius * radius { out[y * width + x] = padding.value }
                    x += 1
                }
                y += 1
            }
        }
        return slice
    }

    private func masks(_ labels: UnsafeMutablePointer<UInt8>) -> [MaskSlice] {
        let (width, height) = (geometry.size.x, geometry.size.y)
        let stride = (width + 63) / 64
        let structures = PhantomStructure.allCases.count
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: stride * height * (structures + 1))
        defer { words.deallocate() }
        words.initialize(repeating: 0, count: stride * height * (structures + 1))
        var y = 0
        while y < height {
            var x = 0
            while x < width {
                let label = Int(labels[y * width + x])
                if label > 0 { words[label * stride * height + y * stride + x >> 6] |= 1 << UInt64(x & 63) }
                x += 1
            }
            y += 1
        }
        return PhantomStructure.allCases.map { structure in
            var mask = MaskSlice(width: width, height: height)
            mask.withMutableWords { target in
                let start = Int(structure.label) * stride * height
                var i = 0
                while i < stride * height {
                    target[i] = words[start + i]
                    i += 1
                }
            }
            return mask
        }
    }
}

/// From scanner positions to the standard thorax: moved, turned about the long axis, scaled.
struct PatientMap: Sendable {
    private let sine: Double
    private let cosine: Double
    private let scale: Point3
    private let shift: Point3
    /// Scanner millimetres in a millimetre of the standard thorax.
    let mean: Double

    init(scale: Point3, degrees: Double, shift: Point3) {
        (sine, cosine) = ExactMath.sinCos(degrees: degrees)
        self.scale = scale
        self.shift = shift
        mean = (scale.x + scale.y) / 2
    }

    func plane(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        let (dx, dy) = (x - shift.x, y - shift.y)
        return ((cosine * dx + sine * dy) / scale.x, (cosine * dy - sine * dx) / scale.y)
    }

    func height(_ z: Double) -> Double { (z - shift.z) / scale.z }

    /// The box in the scanner's axes around a box of the standard thorax.
    func reach(of box: Box3) -> Box3 {
        var corners: [Point3] = []
        for x in [box.low.x, box.high.x] {
            for y in [box.low.y, box.high.y] {
                for z in [box.low.z, box.high.z] {
                    let (sx, sy) = (x * scale.x, y * scale.y)
                    corners.append(
                        Point3(
                            cosine * sx - sine * sy + shift.x, sine * sx + cosine * sy + shift.y,
                            z * scale.z + shift.z))
                }
            }
        }
        return .around(corners, radius: 0)
    }
}
