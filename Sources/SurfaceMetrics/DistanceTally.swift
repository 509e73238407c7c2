/// Counts surfels by squared distance and neighbour code: an open-addressing hash table of integers.
///
/// Distances between lattice points repeat, so that hundreds of thousands of surfels have a few thousand entries.
struct DistanceTally {
    private var keys: [UInt64]
    private var codes: [UInt8]
    private var tallies: [Int]
    private var used = 0
    private var mask: Int

    init() {
        mask = 1023
        keys = Array(repeating: 0, count: 1024)
        codes = Array(repeating: 0, count: 1024)
        tallies = Array(repeating: 0, count: 1024)
    }

    /// Adds surfels. Squared distances are not negative and not NaN, so that their bits tell them apart.
    mutating func add(squared: Double, code: UInt8, count: Int = 1) {
        let key = squared.bitPattern
        var slot = Int(truncatingIfNeeded: Self.scatter(key, code)) & mask
        while tallies[slot] != 0 {
            if keys[slot] == key && codes[slot] == code {
                tallies[slot] &+= count
                return
            }
            slot = (slot &+ 1) & mask
        }
        keys[slot] = key
        codes[slot] = code
        tallies[slot] = count
        used += 1
        if used * 2 > mask { grow() }
    }

    /// What was counted, in no particular order.
    var entries: [DistanceCount] {
        tallies.indices.filter { tallies[$0] != 0 }.map {
            DistanceCount(squared: Double(bitPattern: keys[$0]), code: codes[$0], count: tallies[$0])
        }
    }

    private static func scatter(_ key: UInt64, _ code: UInt8) -> UInt64 {
        let mixed = (key ^ (UInt64(code) &<< 1)) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ (mixed &>> 29)
    }

    private mutating func grow() {
        let old = entries
        mask = mask * 2 + 1
        keys = Array(repeating: 0, count: mask + 1)
        codes = Array(repeating: 0, count: mask + 1)
        tallies = Array(repeating: 0, count: mask + 1)
        used = 0
        for entry in old { add(squared: entry.squared, code: entry.code, count: entry.count) }
    }
}
