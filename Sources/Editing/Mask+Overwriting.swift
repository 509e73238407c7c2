import Volumes

extension Mask {
    /// The mask without the voxels that a patch has marked in another one, so that the two do not share what is new.
    /// What they shared before stays.
    /// - Parameters:
    ///   - patch: an edit of `marked`, of this mask's size.
    ///   - marked: the other mask, with the edit.
    public func without(_ patch: MaskPatch, markedIn marked: Mask) -> Mask {
        var result = self
        for part in patch.slices {
            let other = marked.slices[part.z]
            result[slice: part.z].withMutableWords { words in
                var i = 0
                for y in part.rows {
                    for word in part.words {
                        let at = y * other.wordsPerRow + word
                        words[at] &= ~(part.flips[i] & other.words[at])
                        i += 1
                    }
                }
            }
        }
        return result
    }
}
