/// A priority queue for whole costs of which no step is greater than a known one (Dial 1969): a list of what costs the
/// same, the newest first, for every cost that may be waiting.
///
/// Its memory is its owner's to give back.
struct WireQueue {
    private let heads: UnsafeMutablePointer<Int32>
    private let entries: UnsafeMutablePointer<(node: Int32, next: Int32)>
    private let mask: Int32
    private let capacity: Int
    private var used: Int32 = 0
    private var current: Int32 = 0
    private var waiting = 0

    /// An empty queue.
    /// - Parameters:
    ///   - greatestStep: how much more than what was popped last anything pushed may cost.
    ///   - capacity: how often something is pushed at most.
    init(greatestStep: Int, capacity: Int) {
        var size = 1
        while size <= greatestStep { size *= 2 }
        mask = Int32(size - 1)
        self.capacity = capacity
        heads = .allocate(capacity: size)
        heads.initialize(repeating: -1, count: size)
        entries = .allocate(capacity: capacity)
    }

    func deallocate() {
        heads.deallocate()
        entries.deallocate()
    }

    @inline(__always) mutating func push(_ node: Int32, at cost: Int32) {
        precondition(used < capacity, "more was pushed than was said")
        let bucket = Int(cost & mask)
        entries[Int(used)] = (node, heads[bucket])
        heads[bucket] = used
        used &+= 1
        waiting &+= 1
    }

    /// What costs least, with its cost.
    @inline(__always) mutating func pop() -> (node: Int32, cost: Int32)? {
        guard waiting > 0 else { return nil }
        while heads[Int(current & mask)] < 0 { current &+= 1 }
        let bucket = Int(current & mask)
        let entry = entries[Int(heads[bucket])]
        heads[bucket] = entry.next
        waiting &-= 1
        return (entry.node, current)
    }
}
