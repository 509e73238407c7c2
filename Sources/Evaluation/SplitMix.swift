import Foundation

/// Steele, Lea and Flood's SplitMix64: small, and the same on every machine.
struct SplitMix {
    /// Where it stands; at first the seed.
    var state: UInt64

    /// The next 64 bits.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A whole number, 0 ≤ number < limit.
    mutating func next(below limit: Int) -> Int {
        // The high half of the product: unbiased to one part in 2^64 / limit.
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }

    /// 0 ≤ share < 1.
    mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of mean 0 and standard deviation 1 (Box and Muller).
    mutating func normal() -> Double {
        let (a, b) = (share(), share())
        return (-2 * log(1 - a)).squareRoot() * cos(2 * .pi * b)
    }
}
