import Foundation

/// The first weights of a network, from a seed alone: the same on every device and with every libtorch.
///
/// As keras-unet has them: kernels before a ReLU by He et al. 2015 (`he_normal`: a normal distribution cut at two
/// standard deviations, then scaled to the variance 2 / fan-in), the others by Glorot and Bengio 2010
/// (`glorot_uniform`). A V-Net's, all before a PReLU but the last, are He's as well, as its authors had them.
struct TensorInitialiser {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Tensors for a layout. Linear in the number of values.
    static func tensors(of entries: [TensorEntry], seed: UInt64) -> [NamedTensor] {
        var generator = TensorInitialiser(seed: seed)
        return entries.map { entry in
            NamedTensor(name: entry.name, shape: entry.shape, values: generator.values(of: entry))
        }
    }

    private mutating func values(of entry: TensorEntry) -> [Float] {
        switch entry.role {
        case .bias, .runningMean: return [Float](repeating: 0, count: entry.count)
        case .scale, .runningVariance: return [Float](repeating: 1, count: entry.count)
        case .slope: return [Float](repeating: 0.25, count: entry.count)
        case .kernel: return heNormal(entry.count, fanIn: entry.shape.dropFirst().reduce(1, *))
        // Blocks do not overlap: each value that comes out is made of one of each channel.
        case .enlargingKernel: return heNormal(entry.count, fanIn: entry.shape[0])
        case .linearKernel:
            let area = entry.shape.dropFirst(2).reduce(1, *)
            let limit = (6 / Double((entry.shape[0] + entry.shape[1]) * area)).squareRoot()
            return filled(entry.count) { ($0.uniform() * 2 - 1) * limit }
        }
    }

    private mutating func heNormal(_ count: Int, fanIn: Int) -> [Float] {
        // 0.8796… is the standard deviation that is left of a normal distribution cut at ±2.
        let deviation = (2 / Double(fanIn)).squareRoot() / 0.87962566103423978
        return filled(count) { $0.truncatedNormal() * deviation }
    }

    private mutating func filled(_ count: Int, _ draw: (inout TensorInitialiser) -> Double) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            for index in 0..<count { buffer.initializeElement(at: index, to: Float(draw(&self))) }
            initialised = count
        }
    }

    /// Box and Muller 1958, drawn again beyond ±2.
    private mutating func truncatedNormal() -> Double {
        while true {
            let radius = (-2 * log(1 - uniform())).squareRoot()
            let value = radius * cos(2 * Double.pi * uniform())
            if abs(value) <= 2 { return value }
        }
    }

    /// 0…<1, 53 bits.
    private mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// SplitMix64, Steele et al. 2014.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
