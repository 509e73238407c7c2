import Cases
import Review
import Screens
import TerminalKit
import Testing
import Volumes

/// Masks for orientation on the screen: dotted outlines that hide nothing, and a line in the list.
@Suite struct ContextScreenTests {
    private let colour = Colour(red: 255, green: 0, blue: 255)

    /// The case of 80×24 with a box for orientation on slice 3, half of it over Lung_L (x 50…55, y 10…15).
    private func state() throws -> ReviewState {
        var state = try ScreenFixture.state()
        let grid = try #require(state.geometry)
        let box = Mask(geometry: grid) { (44..<54).contains($0.x) && (10..<16).contains($0.y) && $0.z == 2 }
        var review = OpenedReview(model: .baseline, referenceSource: .prediction, structures: state.structures)
        review.context = [ContextMask(name: StructureName(rawValue: "PTV_60"), mask: box)]
        setUp(&state, .opened(review))
        return state
    }

    /// The pixels of 80×36 that have a colour: one voxel each.
    private func pixels(_ colour: Colour, _ state: ReviewState) throws -> Set<[Int]> {
        let grid = ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: .indexed), columns: 80, rows: 24)
        var found: Set<[Int]> = []
        for y in 0..<36 {
            for x in 0..<80 {
                let cell = grid[x, 1 + y / 2]
                let upper = cell.glyph == " " ? cell.style.background : cell.style.foreground
                if (y % 2 == 0 ? upper : cell.style.background) == colour { found.insert([x, y]) }
            }
        }
        return found
    }

    @Test func anOutlineIsDottedAndHidesNoOther() throws {
        let state = try state()
        let blue = Colour(red: 0, green: 0, blue: 255)
        #expect(try pixels(blue, state) == pixels(blue, ScreenFixture.state()), "the mask under review is as before")
        // Every second pixel of the box's edge that is not on the outline of Lung_L.
        var expected: Set<[Int]> = []
        for y in 10..<16 {
            for x in 44..<54 where [10, 15].contains(y) || [44, 53].contains(x) {
                let isLung = (50..<56).contains(x) && ([10, 15].contains(y) || [50, 55].contains(x))
                if (x + y) % 2 == 0, !isLung { expected.insert([x, y]) }
            }
        }
        #expect(try pixels(colour, state) == expected && expected.count == 10)
        var hidden = state
        setUp(&hidden, .toggleContext(nil))
        #expect(try pixels(colour, hidden) == [])
        hidden = state
        setUp(&hidden, .toggleMasks)
        #expect(try pixels(colour, hidden) == [])
    }

    @Test func theListNamesThem() throws {
        var state = try state()
        let small = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(small.contains { $0.contains("●[Lung_L] ● Lung_R ") && $0.contains("vs prediction  +1 context") })
        func panel() throws -> [String] {
            let layout = try #require(ScreenLayout(columns: 120, rows: 36))
            setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
            return ReviewScreen.render(state, options: try GridFixture.options(), columns: 120, rows: 36).lines
        }
        #expect(try panel().contains { $0.contains("● PTV_60       context") })
        setUp(&state, .toggleContext(nil))
        #expect(try panel().contains { $0.contains("○ PTV_60       context") })
    }

    @Test func aLongListNamesThemInOneLine() throws {
        var state = try ScreenFixture.many()
        var review = OpenedReview(model: .baseline, referenceSource: .prediction, structures: state.structures)
        let mask = try #require(state.structures.first).mask
        review.context = ["PTV_60", "PTV_70"].map { ContextMask(name: StructureName(rawValue: $0), mask: mask) }
        setUp(&state, .opened(review))
        func lines() throws -> [String] {
            ReviewScreen.render(state, options: try GridFixture.options(), columns: 160, rows: 50).lines
        }
        #expect(try lines().contains { $0.contains("context PTV_60, PTV_70") })
        setUp(&state, .toggleContext(StructureName(rawValue: "PTV_60")))
        #expect(try lines().contains { $0.contains("context PTV_70") })
        setUp(&state, .toggleContext(nil))
        #expect(try lines().contains { $0.contains("context 2 hidden") })
    }
}
