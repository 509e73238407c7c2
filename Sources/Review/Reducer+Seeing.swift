import Cases
import Commands
import Volumes

/// Which slices a person has seen, and that nothing is changed which is not on screen.
extension ReviewState {
    /// How long a slice stands on screen before it counts as seen, milliseconds.
    ///
    /// A person knows what a picture shows after about 150 ms (Thorpe, Fize and Marlot, Nature 381, 1996); stacks are
    /// read at some five slices a second. A key that is held down repeats every 33 ms, a turn of the wheel sends its
    /// events within a few: those slices flash by and count as unseen.
    public static let seenAfter = 150

    /// The slice of which a frame of this state shows the masks as they stand, uncovered; `nil` where it shows none, and
    /// while slices are played: nobody need be there to look.
    public var sliceOnShow: Int? {
        guard let image, image.slices.indices.contains(view.slice), image.slices[view.slice] != nil,
            !structures.isEmpty, seeing.slab == nil, seeing.cine == nil,
            view.shownPlanes.contains(.ofSlices(image.geometry.direction)),
            left == nil,
            view.showsMasks, !view.showsReference,
            structures.allSatisfy({ $0.isVisible || $0.mask.slices[view.slice].isEmpty })
        else { return nil }
        switch mode {
        case .normal, .pointer, .prompt: return view.slice
        // They cover the image.
        case .help, .warnings, .sessions, .overlay, .question: return nil
        }
    }

    /// Takes in that a slice has stood on screen, as ``sliceOnShow`` had it, for so many milliseconds.
    mutating func note(drawn slice: Int, for milliseconds: Int) -> [ReviewEffect] {
        guard slice == sliceOnShow, milliseconds >= Self.seenAfter, seenSlices.insert(slice).inserted else { return [] }
        return [.saveProgress(progress)]
    }

    /// Takes back that slices were seen whose masks have changed since, off the screen: what nobody has looked at as it is
    /// now counts as unseen. The slice on screen is seen as it changes.
    mutating func forgetSeen(_ changed: [Int]) {
        let isOnScreen = image.map { view.shownPlanes.contains(.ofSlices($0.geometry.direction)) } ?? false
        for z in changed where z != view.slice || !isOnScreen { seenSlices.remove(z) }
    }

    /// What hides a structure's mask at the moment, for people; `nil` where nothing does.
    public func hidingMasks(of index: Int) -> String? {
        guard structures.indices.contains(index) else { return nil }
        if !view.showsMasks { return "masks were hidden" }
        if !structures[index].isVisible { return "\(structures[index].name) was hidden" }
        return nil
    }

    /// Puts a structure's mask as it stands on screen: nobody changes what he does not see.
    mutating func showMasks(of index: Int, keepsComparison: Bool = false) {
        // Between two readings one chooses by comparing: what was chosen may leave that on, what is drawn may not.
        if adjudication == nil || !keepsComparison { view.comparison = .off }
        putSlabAway()
        guard let hidden = hidingMasks(of: index) else { return }
        view.showsMasks = true
        structures[index].isVisible = true
        sayAlso("\(hidden); shown again to be edited", kind: .warning)
    }
}
