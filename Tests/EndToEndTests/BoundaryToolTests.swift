import Foundation
import TestSupport
import Testing

/// Tools at the boundary, and those that look and measure, with the mouse and by keys on a phantom's exact masks.
@Suite("Boundary tools", .serialized)
struct BoundaryToolTests {
    private static let slice = 11

    /// Where voxels of the slice are on the screen, found out by two clicks with the ruler.
    private struct Places {
        let origin: (column: Double, row: Double)
        let step: (column: Double, row: Double)

        /// The cell of a voxel.
        func cell(_ x: Int, _ y: Int) -> (column: Int, row: Int) {
            (
                Int((origin.column + Double(x) * step.column).rounded()),
                Int((origin.row + Double(y) * step.row).rounded())
            )
        }
    }

    private func open(_ home: TemporaryFolder) async throws -> (ReviewRun, Places) {
        let folder = try SampleCases.nifti()
        let run = try ReviewRun([folder.path, "--prediction", folder.path], home: home, columns: 170, rows: 52)
        try await run.seeOpen()
        try await run.go(to: Self.slice + 1)
        try run.press("m")
        var found: [(cell: (column: Int, row: Int), x: Int, y: Int)] = []
        for cell in [(column: 40, row: 12), (column: 90, row: 36)] {
            let before = Self.voxel(try run.session.screen())
            try run.session.drag(through: [cell])
            let rows = try await run.wait(for: "the position of a click") { rows in
                Self.voxel(rows).map { $0.x != before?.x && $0.y != before?.y } == true
            }
            let voxel = try #require(Self.voxel(rows))
            found.append((cell, voxel.x, voxel.y))
        }
        try run.press("M", "m")
        func line(_ cells: [Int], _ voxels: [Int]) -> (origin: Double, step: Double) {
            let step = Double(cells[1] - cells[0]) / Double(voxels[1] - voxels[0])
            return (Double(cells[0]) - Double(voxels[0]) * step, step)
        }
        let across = line(found.map(\.cell.column), found.map(\.x))
        let down = line(found.map(\.cell.row), found.map(\.y))
        return (run, Places(origin: (across.origin, down.origin), step: (across.step, down.step)))
    }

    /// The voxel that the line below the image names.
    private static func voxel(_ rows: [String]) -> (x: Int, y: Int)? {
        guard let words = rows.first(where: { $0.hasPrefix(" HU ") })?.split(separator: " "),
            let x = words.firstIndex(of: "x"), x + 3 < words.count, let column = Int(words[x + 1]),
            let row = Int(words[x + 3])
        else { return nil }
        return (column, row)
    }

    private func truth() throws -> PlainMask {
        PlainMask(try PlainNifti(SampleCases.nifti().appendingPathComponent("Lung_L.nii.gz")))
    }

    private func left(_ run: ReviewRun, _ home: TemporaryFolder) async throws -> PlainMask {
        let folder = home.file("masks-\(UUID().uuidString)")
        return PlainMask(try #require(try await run.export(to: folder)["Lung_L"]))
    }

    private func seeStep(_ step: String, _ run: ReviewRun) async throws {
        try await run.wait(for: "the step \(step), saved") { rows in
            rows[0].contains("● saved") && rows.contains { $0.contains(step) && !$0.contains("undo") }
        }
    }

    private func undo(_ run: ReviewRun, _ step: String) async throws {
        try run.press("u")
        try await run.see("undo \(step)")
    }

    /// The last column of the lung on the row of its deepest voxel: the pleura at its side.
    private func side(_ mask: PlainMask) throws -> (x: Int, y: Int) {
        let deepest = try #require(mask.deepest(on: Self.slice))
        var x = deepest.x
        while mask.values[mask.index(x + 1, deepest.y, Self.slice)] { x += 1 }
        return (x, deepest.y)
    }

    /// How many voxels of the slice differ.
    private func difference(_ one: PlainMask, _ other: PlainMask) -> Int {
        zip(one.values, other.values).count { $0 != $1 }
    }

    @Test("nudging, vertices, the live-wire and a pasted contour are one step each, on their slice alone")
    func boundary() async throws {
        let home = try TemporaryFolder()
        let (run, places) = try await open(home)
        let mask = try truth()
        let z = Self.slice
        let edge = try side(mask)

        // The boundary is taken hold of and drawn outwards by eight voxels, once by each tool.
        for (key, step) in [("U", "nudge"), ("V", "vertex")] {
            try run.press(key)
            try run.session.drag(through: [places.cell(edge.x + 1, edge.y), places.cell(edge.x + 8, edge.y)])
            try await seeStep("\(step) Lung_L, slice \(z + 1)", run)
            let found = try await left(run, home)
            #expect(found.values[mask.index(edge.x + 4, edge.y, z)], "\(step) \(run.shown)")
            #expect(found.with(slice: z, of: mask) == mask, "\(step) stays on its slice")
            #expect((8..<200).contains(difference(found, mask)), "\(step) \(difference(found, mask))")
            try await undo(run, "\(step) Lung_L, slice \(z + 1)")
        }

        // Around the lung by its outermost voxels: the wire follows the pleura between them.
        try run.press("C")
        let voxels = mask.slice(z).enumerated().filter(\.element).map { at in
            (x: at.offset % mask.size[0], y: at.offset / mask.size[0])
        }
        let top = try #require(voxels.min { $0.y < $1.y })
        let bottom = try #require(voxels.max { $0.y < $1.y })
        let side = try #require(voxels.max { $0.x < $1.x })
        let hilum = try #require(voxels.filter { $0.y == (top.y + bottom.y) / 2 }.min { $0.x < $1.x })
        let corners = [top, side, bottom, hilum]
        for (number, corner) in corners.enumerated() {
            try run.session.drag(through: [places.cell(corner.x, corner.y)])
            try await run.see("live-wire add, \(number + 1) point")
        }
        try run.press("Enter")
        try await seeStep("livewire Lung_L, slice \(z + 1)", run)
        let wired = try await left(run, home)
        #expect(wired.with(slice: z, of: mask) == mask)
        let added = difference(wired, mask)
        #expect(added > 0 && added * 4 < voxels.count, "\(added) voxels of \(voxels.count)")

        // The same contour on the next slice.
        try run.press("j", "P")
        try await seeStep("paste-contour Lung_L, slice \(z + 2)", run)
        let pasted = try await left(run, home)
        #expect(pasted.with(slice: z, of: mask).with(slice: z + 1, of: mask) == mask)
        #expect(pasted.slice(z + 1) != mask.slice(z + 1))
        try await undo(run, "paste-contour Lung_L, slice \(z + 2)")
        try await undo(run, "livewire Lung_L, slice \(z + 1)")
        #expect(try await left(run, home) == mask)
        try await run.quit()
    }

    @Test("vertices are inserted, moved and taken out by commands and keys; the prediction blinks")
    func verticesAndBlinking() async throws {
        let home = try TemporaryFolder()
        let (run, _) = try await open(home)
        let mask = try truth()
        let z = Self.slice
        let edge = try side(mask)

        try run.press("V")
        try await run.command("vertex next")
        try await run.command("vertex delete")
        try await seeStep("vertex Lung_L, slice \(z + 1)", run)
        let without = try await left(run, home)
        #expect(without != mask && without.with(slice: z, of: mask) == mask)
        #expect(difference(without, mask) < 100, "only the stretch between its neighbours changes")
        try await undo(run, "vertex Lung_L, slice \(z + 1)")

        // Delete takes out what the cursor has been put on.
        try await run.command("vertex next")
        try run.press("Delete")
        try await seeStep("vertex Lung_L, slice \(z + 1)", run)
        let shorn = try await left(run, home)
        #expect(shorn != mask && shorn.with(slice: z, of: mask) == mask && difference(shorn, mask) < 100)
        try await undo(run, "vertex Lung_L, slice \(z + 1)")

        // One that is inserted has a place of its own from where it can be dragged.
        try await run.command("vertex insert \(edge.x) \(edge.y)")
        try await run.command("vertex move \(edge.x) \(edge.y) \(edge.x + 8) \(edge.y)")
        try await seeStep("vertex Lung_L, slice \(z + 1)", run)
        let moved = try await left(run, home)
        #expect(moved.values[mask.index(edge.x + 4, edge.y, z)] && moved.with(slice: z, of: mask) == mask)
        try await run.command("vertex delete \(edge.x + 8) \(edge.y)")
        // Two in the history, and the line below that names what undo takes back.
        try await run.wait(for: "a second step, saved") { rows in
            rows[0].contains("● saved") && rows.count { $0.contains("vertex Lung_L, slice \(z + 1)") } == 3
        }
        #expect(difference(try await left(run, home), mask) < difference(moved, mask))

        try run.press("T")
        for isPrediction in [true, false, true] {
            try await run.wait(for: "prediction and correction in turn") { rows in
                rows.contains { $0.contains("PREDICTION, not the correction") } == isPrediction
            }
        }
        try await run.command("compare off")
        try await run.wait(for: "the correction alone") { rows in !rows.contains { $0.contains("PREDICTION, not") } }
        try await run.quit()
    }

    @Test("a gap is filled under the cursor, a lock holds, lengths are true, planes and the prediction are shown")
    func looking() async throws {
        let home = try TemporaryFolder()
        let (run, places) = try await open(home)
        let mask = try truth()
        let z = Self.slice
        let deepest = try #require(mask.deepest(on: z))
        let middle = places.cell(deepest.x, deepest.y)

        // The eraser's hole closes again where the cursor is.
        try run.press("e")
        try run.session.drag(through: [middle])
        try await seeStep("erase Lung_L, slice \(z + 1)", run)
        #expect(try await left(run, home) != mask)
        try run.press("f")
        try await seeStep("fill Lung_L, slice \(z + 1)", run)
        #expect(try await left(run, home) == mask)

        try run.press("L")
        try run.session.drag(.right, through: [middle])
        try await run.see("Lung_L is locked")
        try run.press("L")
        #expect(try await left(run, home) == mask)

        // 20 voxels to the side, as exactly as a cell of the terminal is wide.
        try run.press("m")
        try run.session.drag(through: [middle, places.cell(deepest.x - 20, deepest.y)])
        let rows = try await run.wait(for: "a length") { $0.contains { $0.hasPrefix(" length ") } }
        let line = try #require(rows.first { $0.hasPrefix(" length ") })
        let words = line.split(separator: " ")
        let length = try #require(words.firstIndex(of: "length").flatMap { Double(words[$0 + 1]) }, "\(line)")
        let cell = mask.spacing[0] / places.step.column
        #expect(abs(length - 20 * mask.spacing[0]) <= 1.5 * cell, "\(length) mm")
        try run.press("M", "m")

        try run.press("t")
        try await run.see("PREDICTION, not the correction")
        try run.press("t")
        try await run.wait(for: "the correction") { !$0.contains { $0.contains("not the correction") } }

        // On a plane across the slices a touch of the brush is a step as well.
        try run.press("b", "o")
        try await run.see("coronal ")
        try run.session.drag(.right, through: [(column: 60, row: 22), (column: 70, row: 22)])
        try run.session.drag(through: [(column: 60, row: 22), (column: 70, row: 22)])
        try await seeStep("brush Lung_L", run)
        #expect(try await left(run, home) != mask)
        try run.press("o")
        try await run.see("sagittal ")
        try run.press("o", "O")
        try await run.see("axial ", "coronal ", "sagittal ")
        try run.press("O")
        try await run.wait(for: "one plane") { !$0.contains { $0.contains("sagittal ") } }
        try await run.quit()
    }
}
