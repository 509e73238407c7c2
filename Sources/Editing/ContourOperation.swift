import Volumes

/// What a closed contour does to a slice of a mask.
public enum ContourOperation: String, Hashable, Sendable, CaseIterable {
    /// Marks what is inside.
    case add
    /// Clears what is inside.
    case subtract
    /// Marks what is inside and clears all else on the slice.
    case replace
}

extension MaskSlice {
    /// The slice after a closed contour, filled by the even-odd rule at voxel centres, has done what it does. The first
    /// position is not repeated at the end; one with fewer than three positions encloses nothing.
    public func applying(_ contour: [PlanePoint], _ operation: ContourOperation) -> MaskSlice {
        var inside = MaskSlice(width: width, height: height)
        inside.flip(inside: contour)
        switch operation {
        case .add: inside.formUnion(self)
        case .subtract: return subtracting(inside)
        case .replace: break
        }
        return inside
    }
}
