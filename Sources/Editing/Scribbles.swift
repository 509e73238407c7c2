import Volumes

/// One mark: a stroke that says of its voxels that they are surely inside or surely outside.
public struct Scribble: Hashable, Sendable {
    /// Whether its voxels are inside.
    public fileprivate(set) var isInside: Bool
    /// Its voxels; on several slices where it was drawn with a ball or on another plane.
    public fileprivate(set) var voxels: Mask
}

/// What the user has marked as surely inside and surely outside of a structure. No voxel is both.
public struct Scribbles: Hashable, Sendable {
    /// Surely inside.
    public private(set) var inside: Mask
    /// Surely outside.
    public private(set) var outside: Mask
    /// The scribbles, oldest first.
    public private(set) var all: [Scribble] = []
    /// What was there before each scribble, newest last.
    private var earlier: [Pair] = []

    private struct Pair: Hashable, Sendable {
        let inside: Mask
        let outside: Mask
    }

    /// No scribbles.
    public init(geometry: GridGeometry) {
        inside = Mask(geometry: geometry)
        outside = inside
    }

    /// Whether nothing is marked.
    public var isEmpty: Bool { inside.isEmpty && outside.isEmpty }

    /// How many scribbles there are to take back.
    public var count: Int { all.count }

    /// The slices with a scribble.
    public var slices: [Int] {
        inside.slices.indices.filter { !inside.slices[$0].isEmpty || !outside.slices[$0].isEmpty }
    }

    /// A new scribble begins: what follows is taken back at once.
    public mutating func begin() {
        earlier.append(Pair(inside: inside, outside: outside))
        all.append(Scribble(isInside: true, voxels: Mask(geometry: inside.geometry)))
    }

    /// Goes on with a scribble; what it covers of the other kind is no longer that.
    /// - Parameter sweep: draws on a mask, marking or clearing.
    public mutating func mark(asInside isInside: Bool, _ sweep: (inout Mask, Bool) -> Void) {
        sweep(&inside, isInside)
        sweep(&outside, !isInside)
        guard let newest = all.indices.last else { return }
        all[newest].isInside = isInside
        sweep(&all[newest].voxels, true)
    }

    /// What was marked once so many scribbles had been drawn.
    /// - Parameter count: at least 1; more than there are means all.
    public func marks(after count: Int) -> (inside: Mask, outside: Mask) {
        guard earlier.indices.contains(count) else { return (inside, outside) }
        return (earlier[count].inside, earlier[count].outside)
    }

    /// Takes back the newest scribble.
    /// - Returns: whether there was one.
    public mutating func undo() -> Bool {
        guard let pair = earlier.popLast() else { return false }
        all.removeLast()
        (inside, outside) = (pair.inside, pair.outside)
        return true
    }
}
