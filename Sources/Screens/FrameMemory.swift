import Editing
import PatientView
import Review
import Volumes

/// What the next frame can take over from the last: a stroke changes masks, and the CT below them stays as it was.
/// Never changes what is drawn.
public struct FrameMemory: Sendable {
    /// What of the image a pane shows: a plane, and those that are shown with it as one.
    struct Shown: Equatable {
        let plane: GridPlane
        let slab: ClosedRange<Int>?
        let projection: Slab.Projection?
    }

    /// All that a pane's greys depend on.
    private struct Key: Equatable {
        let image: PartialVolume
        let shown: Shown
        let viewport: Viewport
        let window: WindowLevel
        let mode: CellMode
    }

    /// Whose pixels on which pane.
    struct ShapeKey: Hashable {
        /// What is remembered of a structure.
        enum Kind {
            case mask
            case reference
            /// The boundary that is out of tolerance.
            case beyond
        }

        let view: ViewPlane
        let structure: Int
        let kind: Kind
    }

    /// A mask on a pane: on its plane, and the pixels it covers with those on its edge.
    struct Shape {
        let slice: MaskSlice
        let inside: [Bool]
        let edge: [Bool]
    }

    private struct KnownShape {
        /// What the shape was cut from; `nil` for a slice as it is stored, which says it all.
        let source: (mask: Mask, plane: GridPlane)?
        let viewport: Viewport
        let mode: CellMode
        let shape: Shape
    }

    private var shapes: [ShapeKey: KnownShape] = [:]
    private var columns: [ShapeKey: MaskColumn] = [:]
    private var panes: [ViewPlane: (key: Key, greys: [UInt8])] = [:]

    /// A memory of nothing.
    public init() {}

    /// A pane's greys, made only where something they depend on has changed.
    /// - Complexity: O(1) where nothing has; images are the same at once when they share their slices.
    mutating func greys(
        of view: ViewPlane, _ image: PartialVolume, _ shown: Shown, _ viewport: Viewport, _ window: WindowLevel,
        _ mode: CellMode, make: () -> [UInt8]?
    ) -> [UInt8]? {
        let key = Key(image: image, shown: shown, viewport: viewport, window: window, mode: mode)
        if let known = panes[view], known.key == key { return known.greys }
        panes[view] = nil
        guard let greys = make() else { return nil }
        panes[view] = (key, greys)
        return greys
    }

    /// A mask on a pane, worked out only where it, the plane or the view has changed: a stroke changes one of many, and
    /// scrolling changes none on the planes across.
    /// - Complexity: O(slices) where nothing has, as masks are the same at once when they share their slices.
    mutating func shape(
        _ key: ShapeKey, _ mask: Mask, _ cut: PlaneSlice, _ raster: PixelRaster, _ viewport: Viewport, _ mode: CellMode
    ) -> Shape {
        if let known = shapes[key], known.viewport == viewport, known.mode == mode {
            if let source = known.source {
                if !cut.isStored, source.plane == cut.plane, source.mask == mask { return known.shape }
            } else if cut.isStored, known.shape.slice == mask.slices[cut.plane.depth] {
                return known.shape
            }
        }
        let slice = self.slice(key, mask, cut)
        let inside = raster.coverage(of: slice)
        let shape = Shape(slice: slice, inside: inside, edge: raster.outline(of: inside))
        shapes[key] = KnownShape(
            source: cut.isStored ? nil : (mask, cut.plane), viewport: viewport, mode: mode, shape: shape)
        return shape
    }

    /// A mask on a plane; what neighbouring planes will need of it is kept where that is worth while.
    mutating func slice(_ key: ShapeKey, _ mask: Mask, _ cut: PlaneSlice) -> MaskSlice {
        guard cut.isAcrossRows else { return cut.mask(mask) }
        if let known = columns[key], known.holds(cut.plane.depth, of: mask) { return known.plane(cut.plane.depth) }
        let column = MaskColumn(of: mask, at: cut.plane.depth, after: columns[key])
        columns[key] = column
        return column.plane(cut.plane.depth)
    }
}
