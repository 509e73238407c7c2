import CaseWork
import Foundation
import TestSupport
import Testing

@testable import JobWork

@Suite("Slices where no reader could tell") struct AmbiguousSlicesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String) throws -> AmbiguousSlices {
        let url = folder.file("ambiguous.json")
        try Data(text.utf8).write(to: url)
        return try AmbiguousSlices(contentsOf: url)
    }

    @Test("they are counted from 1 in the file, from 0 in the program")
    func reading() throws {
        let slices = try read("{\"a\": {\"Lung_L\": \"1-3,7\", \"Heart\": \"2\"}, \"b\": {}}")
        #expect(try slices.slices(of: "a", count: 7) == [.lungLeft: [0, 1, 2, 6], .heart: [1]])
        #expect(try slices.slices(of: "b", count: 7).isEmpty)
        #expect(try slices.slices(of: "c", count: 7).isEmpty)
        #expect(slices.missing(["a"]).isEmpty)
        let said = slices.missing(["a", "c", "d"])
        #expect(said.count == 1 && said[0].hasSuffix("ambiguous.json names no ambiguous slices of c, d."))
    }

    @Test(
        "what is written otherwise is refused by patient and structure",
        arguments: ["", "0", "3-2", "1-2-3", "x", "1,,2", "-1", "1-"])
    func refusing(text: String) throws {
        let error = #expect(throws: WorkError.self) { try read("{\"a\": {\"Lung_L\": \"\(text)\"}}") }
        #expect(error?.description.contains("a, Lung_L: slices are such as 68-90,118-121") == true)
    }

    @Test("neither another document nor slices that the image lacks are taken")
    func otherFiles() throws {
        for text in ["[]", "{\"a\": \"1-3\"}", "no JSON"] {
            let error = #expect(throws: WorkError.self) { try read(text) }
            #expect(error?.description.contains("does not say which slices are ambiguous") == true)
        }
        let slices = try read("{\"a\": {\"Lung_L\": \"1-8\"}}")
        let error = #expect(throws: WorkError.self) { try slices.slices(of: "a", count: 7) }
        #expect(error?.description.contains("the image has 7 slices") == true)
        #expect(throws: WorkError.self) { try AmbiguousSlices(contentsOf: folder.file("none.json")) }
    }
}
