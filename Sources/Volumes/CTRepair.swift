/// What a series may have that a regular grid cannot represent and that is resampled if somebody asks for it: then the
/// voxels are no longer those the scanner made, and the case says so.
public enum CTRepair: String, Hashable, Sendable, Codable, CaseIterable {
    /// A tilted gantry: each slice is shifted within its own plane (by linear interpolation), so that the slices lie
    /// straight above one another. Planes stay where they were.
    case tilt
    /// Missing slices or varying spacing: slices are interpolated linearly between their neighbours, at an even
    /// spacing.
    case gaps
}
