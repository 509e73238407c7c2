import Editing
import Review
import Volumes

/// What the next frame can take over from the last: a stroke changes masks, and the CT below them stays as it was.
/// Never changes what is drawn.
public struct FrameMemory: Sendable {
    /// All that a pane's greys depend on.
    private struct Key: Equatable {
        let image: PartialVolume
        let plane: GridPlane
        let viewport: Viewport
        let window: WindowLevel
        let mode: CellMode
    }

    private var panes: [ViewPlane: (key: Key, greys: [UInt8])] = [:]

    /// A memory of nothing.
    public init() {}

    /// A pane's greys, made only where something they depend on has changed.
    /// - Complexity: O(1) where nothing has; images are the same at once when they share their slices.
    mutating func greys(
        of view: ViewPlane, _ image: PartialVolume, _ plane: GridPlane, _ viewport: Viewport, _ window: WindowLevel,
        _ mode: CellMode, make: () -> [UInt8]?
    ) -> [UInt8]? {
        let key = Key(image: image, plane: plane, viewport: viewport, window: window, mode: mode)
        if let known = panes[view], known.key == key { return known.greys }
        panes[view] = nil
        guard let greys = make() else { return nil }
        panes[view] = (key, greys)
        return greys
    }
}
