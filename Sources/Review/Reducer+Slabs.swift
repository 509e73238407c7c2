import Commands
import PatientView
import Volumes

extension ReviewState {
    /// The planes that are shown as one on a plane; `nil` where it is shown by itself.
    public func slabDepths(of plane: ViewPlane) -> ClosedRange<Int>? {
        guard let slab = seeing.slab, let geometry else { return nil }
        let depths = slab.depths(about: gridPlane(plane), of: geometry)
        return depths.count > 1 ? depths : nil
    }

    /// Shows a slab in place of single slices, or single slices again.
    mutating func show(_ slab: Slab?) -> [ReviewEffect] {
        if let slab, !Slab.range.contains(slab.thickness) {
            return warn("a slab is \(Slab.range.lowerBound.value) to \(Slab.range.upperBound.value) mm thick")
        }
        let ended = endStroke()
        guard seeing.slab != nil || slab != nil else {
            message = StatusMessage("single slices are shown")
            return ended
        }
        seeing.slab = slab
        guard slab != nil else {
            message = StatusMessage(Self.slabIsAway)
            return ended
        }
        if slabDepths(of: view.plane) == nil, let geometry {
            let spacing = geometry.spacing[gridPlane.normal]
            message = StatusMessage(
                "that is a single \(view.plane.rawValue) slice: they are \(spacing) mm apart", kind: .caution)
        }
        return ended
    }

    /// An edit is of one slice, and so is what is shown of it: nobody draws on what lies in front of or behind it.
    mutating func putSlabAway() {
        guard seeing.slab != nil else { return }
        seeing.slab = nil
        sayAlso("a slab was shown; \(Self.slabIsAway) to be edited", kind: .warning)
    }

    /// Says that a slab was put away, where what was said since has hidden that.
    mutating func tellSlabIsAway() {
        guard seeing.slab == nil, message?.text.contains(Self.slabIsAway) != true else { return }
        sayAlso("a slab was shown; \(Self.slabIsAway)", kind: .warning)
    }

    /// What is said wherever a slab is no longer shown.
    private static let slabIsAway = "single slices are shown again"

    /// Puts a slab away instead of editing: the first press shows the slice that the next one edits.
    /// - Returns: `nil` where no slab was shown, so that the edit may go on.
    mutating func refuseOnSlab() -> [ReviewEffect]? {
        guard seeing.slab != nil else { return nil }
        seeing.slab = nil
        return warn("a slab was shown; \(Self.slabIsAway): now edit what you see")
    }

    /// Lets slices follow one another until a key is pressed, all have been played, or nobody is there.
    mutating func play(_ slicesPerSecond: Double) -> [ReviewEffect] {
        let range = Cine.range
        guard range.contains(slicesPerSecond) else {
            return warn("\(Int(range.lowerBound)) to \(Int(range.upperBound)) slices a second can be played")
        }
        guard let geometry, geometry.size[gridPlane.normal] > 1 else { return warn("there are no slices to play") }
        let ended = endStroke()
        seeing.cine = Cine(slicesPerSecond: slicesPerSecond)
        message = Self.playing
        return ended
    }

    /// Goes on playing after so many seconds: to the slice that is due, from the last to the first.
    mutating func play(after seconds: Double) -> [ReviewEffect] {
        guard var cine = seeing.cine, let geometry else { return [] }
        guard idleSeconds < Self.pauseAfter else {
            stopPlaying("playing has stopped: no key for \(Int(Self.pauseAfter)) s")
            return []
        }
        guard mode == .normal || mode == .pointer else { return [] }
        cine.elapsed += seconds
        let due = Int(cine.elapsed * cine.slicesPerSecond + 1e-6)
        guard due > 0 else {
            seeing.cine = cine
            return []
        }
        cine.elapsed = max(0, cine.elapsed - Double(due) / cine.slicesPerSecond)
        cine.played += 1
        seeing.cine = cine
        let count = geometry.size[gridPlane.normal]
        if cine.played >= count { stopPlaying("all \(count) slices were played") }
        // Where the terminal is slow, no slice is left out: it is played slower.
        return goThrough(to: (gridPlane.depth + 1) % count)
    }

    private static let playing = StatusMessage("playing; any key stops")

    private mutating func stopPlaying(_ said: String) {
        seeing.cine = nil
        // What came meanwhile stays.
        if message == Self.playing { message = nil }
        sayAlso(said)
    }

    /// Lets the two masks that alternate take turns, half a second each, however often time is told of.
    mutating func blink(after seconds: Double) {
        guard view.comparison == .blink else { return }
        seeing.blinked += seconds
        guard seeing.blinked + 1e-6 >= Self.blinkSeconds else { return }
        // After a standstill it is one turn and not all that were missed.
        seeing.blinked = max(0, seeing.blinked - Self.blinkSeconds).truncatingRemainder(dividingBy: Self.blinkSeconds)
        view.isReferenceTurn.toggle()
    }

    /// Blinking between two masks is too slow to compare by at a second each.
    private static let blinkSeconds = 0.5

    /// How often time is to be told of, seconds.
    public var secondsPerTick: Double {
        let blinking = view.comparison == .blink ? Self.blinkSeconds : 1
        return seeing.cine.map { min(1 / $0.slicesPerSecond, blinking) } ?? blinking
    }
}

extension ReviewAction {
    /// Whether it leaves slices that are played going: what no key or button asks for.
    var leavesPlaying: Bool { if case .resizeView = self { true } else { false } }
}
