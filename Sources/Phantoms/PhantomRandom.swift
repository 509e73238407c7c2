/// xoshiro256** seeded through SplitMix64 (Blackman and Vigna, 2021): the same numbers on every machine.
///
/// Each part of the patient draws from a stream of its own, so that a change to one organ leaves the others alone.
/// No function here calls the C maths library: only IEEE operations that round the same way everywhere.
struct PhantomRandom: RandomNumberGenerator {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    init(seed: UInt64, stream: String) {
        // FNV-1a of the stream's name; `Hasher` is seeded anew in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var state = seed ^ hash
        a = splitMix(&state)
        b = splitMix(&state)
        c = splitMix(&state)
        d = splitMix(&state)
    }

    /// Goes on from a state, not all zero.
    init(state: (UInt64, UInt64, UInt64, UInt64)) { (a, b, c, d) = state }

    mutating func next() -> UInt64 {
        let product = b &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45) | (d >> 19)
        return result
    }

    /// Uniform in 0..<1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform between two bounds.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// True with a probability.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Bell-shaped with mean 0 and deviation 1, never beyond ±3.47: the sum of four uniforms (Irwin–Hall), which
    /// needs no logarithm.
    mutating func bell() -> Double {
        let bits = next()
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48)
        return (Double(sum) - 131_070) * (1.732_050_807_568_877_2 / 65_536)
    }

    /// Bell-shaped around a mean, cut off at two deviations.
    mutating func around(_ mean: Double, _ deviation: Double) -> Double {
        mean + min(max(bell(), -2), 2) * deviation
    }
}

/// One step of SplitMix64 (Steele, Lea and Flood, 2014).
func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}
