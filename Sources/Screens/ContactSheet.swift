import Cases
import Review
import TerminalKit
import Volumes

/// Why a sheet cannot be drawn as it was asked for.
public struct ContactSheetError: ExplainedError, Hashable {
    /// One sentence for the user.
    public let description: String
    /// The fault is with what was asked for.
    public var isFailure: Bool { false }

    init(_ description: String) { self.description = description }
}

/// Several slices of one plane side by side, each with its number: a pure function of state, options and size.
public enum ContactSheet {
    /// How many slices a sheet shows at most.
    public static let mostSlices = 200
    /// How far around the structures a sheet may be cropped, mm.
    public static let margins = Millimetres(0)...Millimetres(200)
    /// The least room for one slice, in cells: its number, and an image on which an outline can be told.
    static let leastTile = (columns: 12, rows: 6)

    /// The slices that a text names, in ascending order, each once, from 0: numbers and ranges as the screen counts them,
    /// from 1, separated by commas. `30-60/3` is every third slice from 30 to 60.
    /// - Parameter count: how many slices there are.
    /// - Throws: ``ContactSheetError`` for what is no such text, and for slices that are not there.
    public static func slices(_ text: String, of count: Int) throws(ContactSheetError) -> [Int] {
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (ends, step) = try ends(part.filter { !$0.isWhitespace }, in: text)
            guard ends.lowerBound >= 1, ends.upperBound <= count else {
                throw ContactSheetError("There are slices 1 to \(count); \(part) asks for others.")
            }
            found.formUnion(stride(from: ends.lowerBound - 1, through: ends.upperBound - 1, by: step))
        }
        guard found.count <= mostSlices else {
            throw ContactSheetError(
                "\(text) is \(found.count) slices, and a sheet shows at most \(mostSlices). A step such as /5 leaves out "
                    + "those between.")
        }
        return found.sorted()
    }

    /// The same of the plane that a review shows.
    /// - Throws: ``ContactSheetError``.
    public static func slices(_ text: String, in state: ReviewState) throws(ContactSheetError) -> [Int] {
        guard let geometry = state.geometry else { throw ContactSheetError("There is no image to show slices of.") }
        return try slices(text, of: geometry.size[state.gridPlane.normal])
    }

    /// First and last slice and the step from one to the next, as they were typed.
    private static func ends(_ part: String, in text: String) throws(ContactSheetError) -> (ClosedRange<Int>, Int) {
        let wrong = ContactSheetError("Slices are numbers and ranges such as 12,30-60/3, not \(text).")
        func number(_ word: Substring) -> Int? {
            guard !word.isEmpty, word.count < 8, word.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
            return Int(word)
        }
        let halves = part.split(separator: "/", omittingEmptySubsequences: false)
        guard let range = halves.first, halves.count <= 2 else { throw wrong }
        let ends = range.replacing("–", with: "-").split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.compactMap(number)
        guard let first = numbers.first, let last = numbers.last, numbers.count == ends.count, ends.count <= 2 else {
            throw wrong
        }
        guard halves.count == 2 else { return (min(first, last)...max(first, last), 1) }
        guard ends.count == 2, let step = number(halves[1]), step > 0 else { throw wrong }
        return (min(first, last)...max(first, last), step)
    }

    /// Lets the view fit the structures that are shown and so many mm around them, in place of the body.
    /// - Throws: ``ContactSheetError`` for a margin outside ``margins``, and where no structure has a voxel.
    public static func crop(_ state: inout ReviewState, margin: Millimetres) throws(ContactSheetError) {
        guard margin.value.isFinite, margins.contains(margin) else {
            throw ContactSheetError(
                "The margin around the structures is \(Int(margins.lowerBound.value)) to "
                    + "\(Int(margins.upperBound.value)) mm.")
        }
        let boxes = state.structures.filter(\.isVisible).compactMap(\.mask.boundingBox)
        guard let geometry = state.geometry, let first = boxes.first else {
            throw ContactSheetError("There is nothing to crop to: all structures are empty.")
        }
        func voxels(_ spacing: Double) -> Int { Int((margin.value / spacing).rounded(.up)) }
        let step = geometry.spacing
        state.bodyBox = boxes.dropFirst().reduce(first) { $0.union($1) }
            .dilated(x: voxels(step.x), y: voxels(step.y), z: voxels(step.z)).intersection(geometry.size.bounds)
    }

    /// Draws slices of the plane in hand, all in one scale.
    /// - Parameter slices: which, from 0; each must be on the grid.
    /// - Throws: ``ContactSheetError`` where there is no room for so many.
    /// - Complexity: O(voxels of the slices + cells).
    public static func render(
        _ state: ReviewState, slices: [Int], options: RenderOptions, columns: Int, rows: Int
    ) throws(ContactSheetError) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        drawHead(state, options, &grid)
        guard let across = tilesAcross(slices.count, state, columns: columns, rows: rows) else {
            throw ContactSheetError(
                "\(Plural.count(slices.count, "slice")) do not fit into \(columns)x\(rows): each needs "
                    + "\(leastTile.columns)x\(leastTile.rows). Ask for fewer, or for a greater --size.")
        }
        for (i, slice) in slices.enumerated() {
            let tile = tile(i, of: slices.count, across: across, columns: columns, rows: rows)
            draw(slice, of: state, options, &grid, tile)
        }
        return options.finished(grid)
    }

    /// How many tiles stand beside one another for the slices to be largest; `nil` where there is no room for them.
    private static func tilesAcross(_ count: Int, _ state: ReviewState, columns: Int, rows: Int) -> Int? {
        var best: (across: Int, scale: Double)?
        for across in 1...max(1, count) {
            let tile = tile(0, of: count, across: across, columns: columns, rows: rows)
            guard tile.width >= leastTile.columns, tile.height >= leastTile.rows else { continue }
            let scale = shown(state, 0, in: tile).viewport(of: state.view.plane)?.millimetresPerUnit ?? 1
            if scale < best?.scale ?? .infinity { best = (across, scale) }
        }
        return best?.across
    }

    /// The place of a tile below the head, with one column between neighbours.
    private static func tile(_ i: Int, of count: Int, across: Int, columns: Int, rows: Int) -> CellRect {
        let down = (count + across - 1) / across
        let (width, height) = ((columns + 1) / across - 1, (rows - 1) / max(1, down))
        return CellRect(x: i % across * (width + 1), y: 1 + i / across * height, width: width, height: height)
    }

    /// The review with one slice on screen, filling a tile below its number.
    private static func shown(_ state: ReviewState, _ slice: Int, in tile: CellRect) -> ReviewState {
        var state = state
        state.view.layout = .one
        state.view.areaColumns = tile.width
        state.view.areaRows = tile.height - 1
        state.view.zoom = 1
        state.view.centre = nil
        let plane = state.gridPlane
        state.view.position[plane.normal] = Double(slice)
        guard plane.isSlice else { return state }
        for i in state.structures.indices {
            let structure = state.structures[i]
            guard let all = structure.beyondToleranceVolume, all.edit == structure.edit else { continue }
            state.structures[i].beyondTolerance = BoundaryMarks(
                z: slice, edit: all.edit, voxels: all.voxels.slices[slice])
        }
        return state
    }

    private static func draw(
        _ slice: Int, of state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ tile: CellRect
    ) {
        let state = shown(state, slice, in: tile)
        let area = CellRect(x: tile.x, y: tile.y + 1, width: tile.width, height: tile.height - 1)
        grid.fill(area, with: Cell(" ", style: CellStyle(foreground: Colour(grey: 200), background: Colour(grey: 0))))
        var memory = FrameMemory()
        let plane = state.view.plane
        let image = SliceImage(
            state: state, plane: plane, mode: options.cells, memory: &memory, showsCursor: false)
        let palette = ImagePalette(
            theme: options.theme, look: StructureLook(state, options), depth: options.depth,
            opacity: state.seeing.preferences.opacity)
        image?.draw(into: &grid, at: area, mode: options.cells, depth: options.depth, palette: palette)
        guard let geometry = state.geometry, let viewport = state.viewport(of: plane) else { return }
        ImagePanes.drawLetters(geometry, viewport, &grid, area)
        grid.fill(
            CellRect(x: tile.x, y: tile.y, width: tile.width, height: 1), with: Cell(" ", style: options.bar))
        let end = grid.write("\(slice + 1)", x: tile.x + 1, y: tile.y, style: options.barStyle(options.theme.accent))
        let place = "  " + ImagePanes.position(plane, state, geometry)
        if end + place.columns <= tile.maxX { grid.write(place, x: end, y: tile.y, style: options.bar) }
    }

    /// What all slices have in common: the case, the plane, the window, and which colour is which structure.
    private static func drawHead(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid) {
        grid.fill(CellRect(x: 0, y: 0, width: grid.width, height: 1), with: Cell(" ", style: options.text))
        let plane = state.view.plane
        let title = NameFit.shortened(state.title, to: max(8, grid.width / 4))
        let text = "\(title)  \(plane.rawValue) ·\(ImagePanes.windowText(state, plane))"
        var x = grid.write(text, x: 1, y: 0, style: options.text, maximumWidth: grid.width - 2)
        let look = StructureLook(state, options)
        let isShown = state.structures.map(\.isVisible) + state.context.map(\.isVisible)
        for i in look.names.indices where isShown[i] {
            let name = "  \(look.mark(i, isVisible: true)) \(look.names[i])"
            guard x + name.columns < grid.width else {
                if x + 3 < grid.width { grid.write("  …", x: x, y: 0, style: options.text) }
                return
            }
            x = grid.write(name, x: x, y: 0, style: options.style(look.colours[i]))
        }
    }
}
