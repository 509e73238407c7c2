import CNcurses
import TerminalKit

/// The colour pairs ncurses knows, made as they are met.
///
/// With palette colours a pair is found in a flat table by foreground and background. With direct colour it is found
/// in a hash table, and colours are rounded to fewer bits each time the pairs run out: 7 bits a primary to begin with,
/// which nobody sees, 5 at the least.
struct PairTable {
    /// Whether a pair had to be left out because all are in use: the caller has to call ``reset()`` and redraw.
    private(set) var isFull = false
    private let depth: ColourDepth
    private let limit: Int32
    private let hasStandardColours: Bool
    private var next: Int32 = 1
    private var flat: [Int32]
    private var keys: [Int64]
    private var values: [Int32]
    private var directBits: Int32 = 7

    private static let side = 257
    private static let hashBits: UInt64 = 17

    init(depth: ColourDepth, limit: Int32, hasStandardColours: Bool) {
        self.depth = depth
        self.limit = min(limit, 65_536)
        self.hasStandardColours = hasStandardColours
        flat = depth == .indexed || depth == .eight ? Array(repeating: 0, count: Self.side * Self.side) : []
        keys = depth == .direct ? Array(repeating: -1, count: 1 << Int(Self.hashBits)) : []
        values = depth == .direct ? Array(repeating: 0, count: 1 << Int(Self.hashBits)) : []
    }

    /// The pair of two colours; −1 is the terminal's own, with which pair 0 is drawn.
    mutating func pair(_ foreground: Int, _ background: Int) -> Int32 {
        if depth == .none || limit < 2 || foreground < 0 && background < 0 { return 0 }
        if depth == .direct { return directPair(rounded(foreground), rounded(background)) }
        // A console has 63 pairs beside its own, too few for the own colours mixed with others.
        let mixed = depth == .eight || !hasStandardColours
        let front = foreground < 0 && mixed ? 7 : foreground
        let back = background < 0 && mixed ? 0 : background
        if depth == .eight, front == 7, back == 0 { return 0 }
        let slot = (front + 1) * Self.side + back + 1
        if flat[slot] != 0 { return flat[slot] }
        guard let made = make(Int32(front), Int32(back)) else { return 0 }
        flat[slot] = made
        return made
    }

    /// Forgets all pairs, here and in ncurses, which then redraws everything; rounds direct colours more.
    mutating func reset() {
        isFull = false
        next = 1
        for slot in flat.indices { flat[slot] = 0 }
        for slot in keys.indices { keys[slot] = -1 }
        directBits = max(5, directBits - 1)
        reset_color_pairs()
    }

    private mutating func make(_ foreground: Int32, _ background: Int32) -> Int32? {
        guard next < limit else {
            isFull = true
            return nil
        }
        guard init_extended_pair(next, foreground, background) == OK else { return nil }
        next += 1
        return next - 1
    }

    private mutating func directPair(_ foreground: Int32, _ background: Int32) -> Int32 {
        let key = Int64(foreground + 1) << 32 | Int64(background + 1)
        var slot = Int((UInt64(bitPattern: key) &* 0x9e37_79b9_7f4a_7c15) >> (64 - Self.hashBits))
        // At most half of the slots are ever used, so that the walk is short.
        while keys[slot] >= 0 {
            if keys[slot] == key { return values[slot] }
            slot = (slot + 1) & (keys.count - 1)
        }
        guard let made = make(foreground, background) else { return 0 }
        keys[slot] = key
        values[slot] = made
        return made
    }

    /// Fewer bits, spread over the whole range again. Terminal types with direct colour take values below 8 (or 256)
    /// for palette numbers, which a little green avoids.
    private func rounded(_ colour: Int) -> Int32 {
        guard colour >= 0 else { return hasStandardColours ? -1 : 0x000100 }
        let drop = 8 - directBits
        var result: Int32 = 0
        for shift: Int32 in [16, 8, 0] {
            let value = (Int32(truncatingIfNeeded: colour) >> shift) & 255
            let kept = (value >> drop) << drop
            result |= (kept | (kept >> directBits)) << shift
        }
        return result < 256 ? result | 0x000100 : result
    }
}
