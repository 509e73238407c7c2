import Testing
import Volumes

@Test("one slice, two slices, no slices")
func plural() {
    #expect(Plural.count(1, "slice") == "1 slice" && Plural.count(2, "slice") == "2 slices")
    #expect(Plural.count(0, "slice") == "0 slices" && Plural.count(-1, "slice") == "-1 slices")
    #expect(Plural.count(1, "study", "studies") == "1 study" && Plural.count(3, "study", "studies") == "3 studies")
    #expect(Plural.word(1, "is", "are") == "is" && Plural.word(0, "is", "are") == "are")
}

@Test("slices are counted from 1, in runs, in order, each once")
func slicesInWords() {
    #expect(Plural.slices([6]) == "slice 7" && Plural.slices([6, 6]) == "slice 7")
    #expect(Plural.slices([8, 2, 4, 3]) == "slices 3–5, 9")
    let apart = (0..<8).map { $0 * 2 }
    #expect(Plural.slices(apart) == "slices 1, 3, 5, 7, 9, 11 and others")
    #expect(Plural.slices(apart, most: 8) == "slices 1, 3, 5, 7, 9, 11, 13, 15")
}
