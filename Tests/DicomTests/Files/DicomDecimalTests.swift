import Testing

@testable import Dicom

@Suite struct DicomDecimalTests {
    @Test func decimalStringsHaveSixteenCharactersAtMost() {
        #expect(DicomDecimal.text(0.1) == "0.1")
        #expect(DicomDecimal.text(-120) == "-120")
        #expect(DicomDecimal.text(-0.0) == "0")
        #expect(DicomDecimal.text([1.5, -2]) == "1.5\\-2")
        for value in [1.0 / 3, -1.0 / 3, -1234.56789012345678, 1e-7 / 3, -2.0 / 3e300, 0.1 + 0.2] {
            let text = DicomDecimal.text(value)
            #expect(text.count <= 16)
            #expect(abs((Double(text) ?? .nan) / value - 1) < 1e-8)
        }
    }
}
