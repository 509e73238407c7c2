import Cases
import Testing

@Suite struct SurfaceDiceTextTests {
    @Test(arguments: [
        (1.0, "1.000"), (0.99999, "0.999"), (1 - 1e-12, "0.999"), (0.9956, "0.995"), (0.57, "0.570"), (0.07, "0.070"),
        (0.0004, "0.000"), (0, "0.000"),
    ])
    func digitsAreCutOff(value: Double, text: String) {
        #expect(SurfaceDiceText.short(value) == text)
    }

    @Test func noScoreIsNotApplicable() {
        #expect(SurfaceDiceText.short(nil) == "n/a")
        #expect(SurfaceDiceText.short(.nan) == "n/a" && SurfaceDiceText.thousandths(.nan) == 0)
    }
}
