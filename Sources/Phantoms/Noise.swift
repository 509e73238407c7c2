import Volumes

/// Smooths or sharpens a slice as a reconstruction kernel does, one axis after the other.
struct KernelFilter: Sendable {
    /// Half of a symmetric filter, the middle first, for the image.
    let image: [Float]
    /// The same for its noise, scaled so that the noise's deviation stays.
    let noise: [Float]
    /// How much of what smoothing takes away is added on top.
    let overshoot: Float

    init(_ kernel: ReconstructionKernel, pixel: Double) {
        switch kernel {
        case .soft:
            image = Self.gaussian(0.75 / pixel)
            noise = Self.unitPower(Self.gaussian(1.05 / pixel))
            overshoot = 0
        case .sharp:
            image = Self.gaussian(0.85 / pixel)
            noise = Self.unitPower(Self.gaussian(0.36 / pixel))
            overshoot = 0.7
        }
    }

    private static func gaussian(_ sigma: Double) -> [Float] {
        guard sigma > 0.2 else { return [1] }
        let reach = min(Int((3 * sigma).rounded(.up)), 12)
        let weights = (0...reach).map { ExactMath.decay(Double($0 * $0) / (2 * sigma * sigma)) }
        let total = weights[0] + 2 * weights.dropFirst().reduce(0, +)
        return weights.map { Float($0 / total) }
    }

    private static func unitPower(_ taps: [Float]) -> [Float] {
        let power = taps[0] * taps[0] + 2 * taps.dropFirst().reduce(0) { $0 + $1 * $1 }
        return taps.map { $0 / power.squareRoot() }
    }

    /// Filters rows, then columns, in place; `scratch` has the slice's size. Edges repeat.
    static func apply(
        _ taps: [Float], to values: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, width: Int,
        height: Int
    ) {
        guard taps.count > 1 else { return }
        pass(taps, from: values, to: scratch, width: width, height: height, alongRows: true)
        pass(taps, from: scratch, to: values, width: width, height: height, alongRows: false)
    }

    private static func pass(
        _ taps: [Float], from source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, width: Int,
        height: Int, alongRows: Bool
    ) {
        taps.withUnsafeBufferPointer { buffer in
            guard let weight = buffer.baseAddress else { return }
            let reach = buffer.count - 1
            let middle = weight[0]
            var y = 0
            while y < height {
                let row = y * width
                var x = 0
                while x < width {
                    var total = middle * source[row + x]
                    var k = 1
                    while k <= reach {
                        var (before, after) = (row + x, row + x)
                        if alongRows {
                            before = x - k < 0 ? row : before - k
                            after = x + k >= width ? row + width - 1 : after + k
                        } else {
                            before = y - k < 0 ? x : before - k * width
                            after = y + k >= height ? (height - 1) * width + x : after + k * width
                        }
                        total += weight[k] * (source[before] + source[after])
                        k += 1
                    }
                    target[row + x] = total
                    x += 1
                }
                y += 1
            }
        }
    }
}

/// Blur, grain and streaks of one scan.
struct Noise: Sendable {
    private let geometry: GridGeometry
    private let deviation: Double
    private let hasArmsUp: Bool
    private let seed: PhantomRandom
    private let texture: [Float]

    init(site: PhantomSite, geometry: GridGeometry, hasArmsUp: Bool, seed: PhantomRandom) {
        self.geometry = geometry
        // Larger voxels gather more photons, though not in proportion: small phantoms are filtered versions.
        let pixel = geometry.spacing.x / site.pixelSpacing.value
        let slice = geometry.spacing.z / site.sliceSpacing.value
        deviation = site.noise / (max(pixel, 1) * max(slice, 1)).squareRoot().squareRoot()
        self.hasArmsUp = hasArmsUp
        self.seed = seed
        texture = Noise.smooth(2.2 / geometry.spacing.x)
    }

    private static func smooth(_ sigma: Double) -> [Float] {
        let s = max(sigma, 0.7)
        let reach = min(Int((2 * s).rounded(.up)), 8)
        let weights = (0...reach).map { Float(ExactMath.decay(Double($0 * $0) / (2 * s * s))) }
        let power = weights[0] * weights[0] + 2 * weights.dropFirst().reduce(0) { $0 + $1 * $1 }
        return weights.map { $0 / power.squareRoot() }
    }

    /// Filters a slice with the kernel and adds tissue texture and noise.
    func add(
        to values: UnsafeMutablePointer<Float>, slice index: Int, scratch: UnsafeMutablePointer<Float>,
        filter: KernelFilter
    ) {
        let (width, height) = (geometry.size.x, geometry.size.y)
        let count = width * height
        let field = UnsafeMutablePointer<Float>.allocate(capacity: count)
        defer { field.deallocate() }
        var random = stream(index)

        // Texture belongs to the tissue and is blurred with it: strongest in lung, faint elsewhere, none in air.
        fill(field, count, &random)
        KernelFilter.apply(texture, to: field, scratch: scratch, width: width, height: height)
        var i = 0
        while i < count {
            let hu = values[i]
            values[i] += field[i] * (hu < -960 ? 0 : hu < -650 ? 24 : hu < -300 ? 10 : hu < 100 ? 6 : 22)
            i += 1
        }
        blur(values, field: field, scratch: scratch, filter: filter)

        fill(field, count, &random)
        KernelFilter.apply(filter.noise, to: field, scratch: scratch, width: width, height: height)
        addGrain(field, to: values)
        addStreaks(to: values, slice: index, &random)
    }

    private func stream(_ index: Int) -> PhantomRandom {
        var base = seed
        return PhantomRandom(seed: base.next() ^ (UInt64(index) &* 0x9e37_79b9_7f4a_7c15), stream: "slice")
    }

    private func fill(_ field: UnsafeMutablePointer<Float>, _ count: Int, _ random: inout PhantomRandom) {
        var i = 0
        while i < count {
            field[i] = Float(random.bell())
            i += 1
        }
    }

    private func blur(
        _ values: UnsafeMutablePointer<Float>, field: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, filter: KernelFilter
    ) {
        let (width, height) = (geometry.size.x, geometry.size.y)
        guard filter.overshoot > 0 else {
            KernelFilter.apply(filter.image, to: values, scratch: scratch, width: width, height: height)
            return
        }
        let count = width * height
        field.update(from: values, count: count)
        KernelFilter.apply(filter.image, to: field, scratch: scratch, width: width, height: height)
        var i = 0
        while i < count {
            values[i] += filter.overshoot * (values[i] - field[i])
            i += 1
        }
    }

    /// Quantum noise: most in the middle of the patient, where the fewest photons get through.
    private func addGrain(_ field: UnsafeMutablePointer<Float>, to values: UnsafeMutablePointer<Float>) {
        let (width, height) = (geometry.size.x, geometry.size.y)
        let pixel = geometry.spacing.x
        var y = 0
        while y < height {
            let dy = (Double(y) - Double(height - 1) / 2) * pixel
            var x = 0
            while x < width {
                let dx = (Double(x) - Double(width - 1) / 2) * pixel
                let strength = 0.45 + 0.55 / (1 + (dx * dx + 1.6 * dy * dy) / 22_500)
                values[y * width + x] += field[y * width + x] * Float(deviation * strength)
                x += 1
            }
            y += 1
        }
    }

    /// Streaks from side to side where shoulders or arms take the photons away.
    private func addStreaks(to values: UnsafeMutablePointer<Float>, slice index: Int, _ random: inout PhantomRandom) {
        let z = geometry.origin.z + Double(index) * geometry.spacing.z
        let reach = hasArmsUp ? 90.0 : 45.0
        let shoulder = min(max((z - reach) / 40, 0), 1)
        let strength = deviation * (shoulder * 0.9 + (hasArmsUp ? 0 : 0.25))
        guard strength > 0 else { return }
        let (width, height) = (geometry.size.x, geometry.size.y)
        let half = Double(width) / 2
        var smooth = 0.0
        var y = 0
        while y < height {
            smooth = 0.35 * smooth + random.bell()
            let tilt = random.bell() * 0.15
            var x = 0
            while x < width {
                let u = (Double(x) - half) / half
                let fade = max(1 - u * u * 1.4, 0)
                values[y * width + x] += Float(strength * fade * (smooth + tilt * u))
                x += 1
            }
            y += 1
        }
    }
}
