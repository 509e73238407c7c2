import Cases
import Models
import Segmentation
import TestSupport
import Testing
import Volumes

@Suite struct PostprocessingTests {
    private func cleaned(
        _ masks: [[[String]]], spacing: Spacing = Spacing(x: 1, y: 1, z: 1),
        _ change: (inout PostprocessingRecipe) -> Void
    ) throws -> [[[String]]] {
        var recipe = PostprocessingRecipe()
        recipe.keptComponents = 0
        recipe.exclusive = [.lungLeft, .lungRight]
        change(&recipe)
        let names = [StructureName.lungLeft, .lungRight, .heart].prefix(masks.count)
        return try recipe.cleaned(masks.map { try asciiMask($0, spacing: spacing) }, names: Array(names))
            .map { $0.slices.map(asciiRows) }
    }

    @Test func theLargestComponentsAreKept() throws {
        let mask = [["##.#.", "##...", "....#"]]
        #expect(try cleaned([mask]) { $0.keptComponents = 1 } == [[["##...", "##...", "....."]]])
        // Of equal ones the first in voxel order.
        #expect(try cleaned([mask]) { $0.keptComponents = 2 } == [[["##.#.", "##...", "....."]]])
        #expect(try cleaned([mask]) { _ in } == [mask])
    }

    @Test func smallComponentsGo() throws {
        // A voxel is 1 ml.
        let mask = [["##.#.", "##...", "...##"]]
        let cube = Spacing(x: 10, y: 10, z: 10)
        #expect(
            try cleaned([mask], spacing: cube) { $0.smallestComponent = 2 } == [[["##...", "##...", "...##"]]])
        #expect(
            try cleaned([mask], spacing: cube) { $0.smallestComponent = 2.01 } == [[["##...", "##...", "....."]]])
    }

    @Test func aStrayPieceGoesToTheLungItTouches() throws {
        let left = [["##....#", "##....#", "....#.."]]
        let right = [["...###.", "...###.", "......."]]
        let plain = try cleaned([left, right]) { $0.keptComponents = 1 }
        #expect(plain == [[["##.....", "##.....", "......."]], right])
        // The piece on the right touches the other lung with two faces, the one below it with one.
        let moved = try cleaned([left, right]) {
            $0.keptComponents = 1
            $0.reassignsComponents = true
        }
        #expect(moved == [[["##.....", "##.....", "......."]], [["...####", "...####", "....#.."]]])
        // A structure that is not exclusive takes nothing and gives nothing.
        let other = try cleaned([left, [[".......", ".......", "......."]], right]) {
            $0.keptComponents = 1
            $0.reassignsComponents = true
        }
        #expect(other[2] == right)
        #expect(other[0] == [["##.....", "##.....", "......."]])
    }

    @Test func holesAreFilledButNotWithTheOtherLung() throws {
        let left = [["#####", "#.#.#", "#####"]]
        let right = [[".....", "...#.", "....."]]
        let filled = try cleaned([left, right]) { $0.holeFilling = .slice }
        #expect(filled == [[["#####", "###.#", "#####"]], right])
        #expect(try cleaned([left, right]) { $0.holeFilling = .volume } == [left, right])
        let none = try cleaned([left]) {
            $0.holeFilling = .slice
            $0.largestHole = 0.0005
        }
        #expect(none == [left])
    }

    @Test func whatBothEncloseGoesToTheFirst() throws {
        // Nested rings: the hole in the middle is inside both.
        let left = [["#######", "#.....#", "#.....#", "#.....#", "#######"]]
        let right = [[".......", "..###..", "..#.#..", "..###..", "......."]]
        let filled = try cleaned([left, right]) { $0.holeFilling = .slice }
        #expect(filled[0] == [["#######", "##...##", "##.#.##", "##...##", "#######"]])
        #expect(filled[1] == right)
    }
}
