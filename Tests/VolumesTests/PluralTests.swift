import Testing
import Volumes

@Test("one slice, two slices, no slices")
func plural() {
    #expect(Plural.count(1, "slice") == "1 slice" && Plural.count(2, "slice") == "2 slices")
    #expect(Plural.count(0, "slice") == "0 slices" && Plural.count(-1, "slice") == "-1 slices")
    #expect(Plural.count(1, "study", "studies") == "1 study" && Plural.count(3, "study", "studies") == "3 studies")
    #expect(Plural.word(1, "is", "are") == "is" && Plural.word(0, "is", "are") == "are")
}
