/// Which part of an edit a step is that changes several structures, and so takes several steps, each with a
/// ``MaskPatch``: those are undone and redone together, and the journal keeps which part each is.
public struct EditPart: Hashable, Sendable {
    /// From 1.
    public let number: Int
    /// How many parts there are, at least 2.
    public let count: Int

    /// A part; `nil` unless `1 ≤ number ≤ count` and there are at least two.
    public init?(_ number: Int, of count: Int) {
        guard count >= 2, (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }
}
