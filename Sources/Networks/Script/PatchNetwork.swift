/// A network that answers about a piece of an image: a slice, or a block of several. How it is built is its own business;
/// what goes in and what comes out is said by the recipe that it belongs to.
public protocol PatchNetwork: AnyObject {
    /// What the network says of an input.
    /// - Parameter input: as the network wants it, mostly `[1][channels][rows][columns]` or
    ///   `[1][channels][slices][rows][columns]`.
    /// - Parameter most: how many numbers the answer may have; a longer one is an error.
    /// - Throws: what the engine says, e.g. that the network cannot be asked about such a size, or out of memory.
    func answer(to input: ShapedValues, atMost most: Int) throws -> ShapedValues
}

/// Numbers with a shape, on their way into a network or out of it.
public struct ShapedValues: Hashable, Sendable {
    /// The axes' lengths, slowest first; at most 8.
    public let shape: [Int]
    /// The numbers, last axis fastest.
    public var values: [Float]

    /// Numbers with their shape; there have to be as many as it says.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.count <= 8 && shape.reduce(1, *) == values.count, "numbers are as many as their shape says")
        self.shape = shape
        self.values = values
    }
}
