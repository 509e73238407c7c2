/// A structure that a file names and of which no mask was made. It is not an empty structure: an empty one was drawn
/// and has no voxel; of this one nothing is known, and no score can be given.
public struct LeftOutStructure: Hashable, Sendable {
    /// What the file calls it.
    public let name: String
    /// Why it was left out, a clause: "a contour of it is damaged".
    public let reason: String

    /// A structure with the reason.
    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}
