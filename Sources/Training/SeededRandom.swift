/// SplitMix64 (Steele, Lea and Flood, 2014) begun from several numbers, so that every epoch and every slice has a
/// stream of its own: a training that is resumed draws what it would have drawn.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A stream for a seed and whatever tells it from the seed's other streams, in order.
    public init(_ seed: UInt64, _ path: UInt64...) {
        state = seed
        for step in path {
            var mixed = self
            state = mixed.next() ^ (step &* 0xd6e8_feb8_6659_fd93)
        }
        _ = next()
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform between two bounds.
    public mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// True with a probability.
    public mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Bell-shaped with mean 0 and deviation 1, within ±3.5: the sum of four uniforms of 16 bits.
    public mutating func bell() -> Double {
        let bits = next()
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
        return (Double(sum) - 131_070) * (1.732_050_807_568_877_2 / 65_536)
    }
}
