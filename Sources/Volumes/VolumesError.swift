/// What can be wrong with grids, volumes and masks.
public enum VolumesError: Error, Hashable, Sendable {
    /// A grid that cannot exist; the reason names the axis and the value.
    case invalidGeometry(reason: String)
    /// Two values that must share a grid do not; both grids are described.
    case gridMismatch(String, String)
    /// Two grids that must be the same differ; the text says in what and by how much.
    case gridsDiffer(String)
    /// A buffer's length is not what the grid needs.
    case wrongLength(expected: Int, found: Int)
    /// Stored bytes (a patch, a coded mask) are damaged; the reason says at what.
    case damaged(reason: String)
    /// A parameter is out of its range.
    case invalidParameter(reason: String)
}

extension VolumesError: CustomStringConvertible {
    /// One sentence for the user.
    public var description: String {
        switch self {
        case .invalidGeometry(let reason): "The image grid is not valid: \(reason)."
        case .gridMismatch(let left, let right): "The grids differ: \(left) against \(right)."
        case .gridsDiffer(let what): "The grids differ: \(what)."
        case .wrongLength(let expected, let found): "\(found) values were given where the grid needs \(expected)."
        case .damaged(let reason): "Stored data is damaged: \(reason)."
        case .invalidParameter(let reason): "Out of range: \(reason)."
        }
    }
}
