import Review
import Screens
import TerminalKit
import Testing
import Volumes

@Suite struct ContactSheetTests {
    @Test(arguments: [
        ("3", [2]), ("1,4", [0, 3]), ("2-4", [1, 2, 3]), ("1-10/3", [0, 3, 6, 9]), ("4-2, 3 ,9", [1, 2, 3, 8]),
        ("1–9/9", [0]),
    ])
    func slicesAreNamedAsTheScreenCountsThem(_ text: String, _ slices: [Int]) throws {
        #expect(try ContactSheet.slices(text, of: 10) == slices)
    }

    @Test(arguments: ["", "x", "3-", "-3", "1,,2", "1-9/0", "1-9/", "5/2", "1-2-3", "1.5", "99999999", "+3"])
    func whatIsNoSliceIsSaid(_ text: String) {
        let error = #expect(throws: ContactSheetError.self) { try ContactSheet.slices(text, of: 10) }
        #expect(error?.description == "Slices are numbers and ranges such as 12,30-60/3, not \(text).")
    }

    @Test func slicesThatAreNotThereAndTooManyAreSaid() {
        func said(_ text: String, of count: Int) -> String? {
            #expect(throws: ContactSheetError.self) { try ContactSheet.slices(text, of: count) }?.description
        }
        #expect(said("2,8-11", of: 10) == "There are slices 1 to 10; 8-11 asks for others.")
        #expect(said("0", of: 10) == "There are slices 1 to 10; 0 asks for others.")
        #expect(
            said("1-201", of: 300)
                == "1-201 is 201 slices, and a sheet shows at most 200. A step such as /5 leaves out those between.")
    }

    @Test func aSheetHasTheOpacityAndTheOutlinesThatWereSet() throws {
        var state = try ScreenFixture.state()
        let options = try ScreenFixture.options(depth: .direct)
        func sheet() throws -> CellGrid {
            try ContactSheet.render(state, slices: [2], options: options, columns: 80, rows: 30)
        }
        let plain = try sheet()
        setUp(&state, .see(.setOpacity(1)))
        #expect(try sheet() != plain)
        setUp(&state, .see(.setOpacity(nil)))
        setUp(&state, .see(.setOutlineWidth(3)))
        #expect(try sheet() != plain)
    }

    /// Lung_L and Lung_R are on slice 3 of five alone.
    @Test func eachSliceHasItsNumberAndItsOwnMasks() throws {
        let grid = try ContactSheet.render(
            try ScreenFixture.state(), slices: [0, 2, 4], options: try GridFixture.options(), columns: 60, rows: 20)
        #expect(
            GridFixture.text(grid) == """
                 1.2.840.1  axial · lung  W 1500 L −600   ● Lung_L  …
                 1  z −130.0 mm                3  z −125.0 mm
                ▀▀▀▀▀▀▀▀▀▀▀▀▀▀A▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀A▀▀▀▀▀▀▀▀▀▀▀▀▀▀

                                                     ▀▀         ▀▀
                                                     ▀▀         ▀▀
                 R                         L   R                         L


                ▀▀▀▀▀▀▀▀▀▀▀▀▀▀P▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀P▀▀▀▀▀▀▀▀▀▀▀▀▀▀
                 5  z −120.0 mm
                ▀▀▀▀▀▀▀▀▀▀▀▀▀▀A▀▀▀▀▀▀▀▀▀▀▀▀▀▀



                 R                         L


                ▀▀▀▀▀▀▀▀▀▀▀▀▀▀P▀▀▀▀▀▀▀▀▀▀▀▀▀▀

                """)
    }

    @Test func aSheetOfAnotherPlaneCountsItsOwnSlices() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .choosePlane(.coronal))
        let grid = try ContactSheet.render(
            state, slices: [9, 10, 16], options: try GridFixture.options(), columns: 80, rows: 14)
        #expect(
            GridFixture.text(grid) == """
                 1.2.840.1  coronal · lung  W 1500 L −600   ● Lung_L  ● Lung_R
                 10  y −9.0 mm                           11  y −8.0 mm
                                   S                                       S

                 R                                   L   R                                   L

                                   I                                       I
                 17  y −2.0 mm
                                   S

                 R                                   L

                                   I

                """)
        // Lung_L is on the rows 11 to 16.
        func isDrawn(_ columns: Range<Int>, _ rows: Range<Int>) -> Bool {
            let blue = Colour(red: 0, green: 0, blue: 255)
            return rows.contains { y in
                columns.contains { grid[$0, y].style.background == blue || grid[$0, y].style.foreground == blue }
            }
        }
        #expect(!isDrawn(0..<39, 1..<7) && isDrawn(40..<80, 1..<7) && !isDrawn(0..<39, 7..<13))
    }

    @Test func croppingFitsTheStructuresWithTheMargin() throws {
        var state = try ScreenFixture.state()
        try ContactSheet.crop(&state, margin: 4)
        // Columns and rows are 1 mm, slices 2.5 mm; the grid ends with slice 5.
        #expect(state.bodyBox == VoxelBox(x: 16..<60, y: 6..<20, z: 0..<5))
        setUp(&state, .toggleStructure(.lungRight))
        try ContactSheet.crop(&state, margin: 0)
        #expect(state.bodyBox == VoxelBox(x: 50..<56, y: 10..<16, z: 2..<3))
    }

    @Test func croppingToNothingIsRefused() throws {
        var state = try ScreenFixture.state()
        for margin in [-1, 201, .nan] as [Double] {
            let error = #expect(throws: ContactSheetError.self) {
                try ContactSheet.crop(&state, margin: Millimetres(margin))
            }
            #expect(error?.description == "The margin around the structures is 0 to 200 mm.")
        }
        setUp(&state, .toggleStructure(.lungRight))
        setUp(&state, .toggleStructure(.lungLeft))
        let error = #expect(throws: ContactSheetError.self) { try ContactSheet.crop(&state, margin: 5) }
        #expect(error?.description == "There is nothing to crop to: all structures are empty.")
    }

    @Test func whereThereIsNoRoomForSoManyIsSaid() throws {
        let error = #expect(throws: ContactSheetError.self) {
            try ContactSheet.render(
                try ScreenFixture.state(), slices: Array(0..<5) + Array(0..<5) + Array(0..<5),
                options: try GridFixture.options(), columns: 60, rows: 20)
        }
        #expect(
            error?.description
                == "15 slices do not fit into 60x20: each needs 12x6. Ask for fewer, or for a greater --size.")
    }
}
