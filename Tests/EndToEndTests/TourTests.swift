import Foundation
import TestSupport
import Testing

/// The tour, done as it says.
@Suite("Tour", .serialized)
struct TourTests {
    @Test("every lesson ends when its keys were pressed, and nothing is left behind")
    func tour() async throws {
        let home = try TemporaryFolder()
        let tour = try ReviewRun([], home: home, variables: ["TMPDIR": home.url.path], program: "tour")
        try await tour.see("Lesson 1 of 8: slices")
        try await tour.seeOpen()
        try tour.session.sendLiteral("jjjjj")
        try await tour.see("✓ lesson 1, slices: done", "Lesson 2 of 8: window")
        try tour.press("1")
        try await tour.see("1 of 2")
        try tour.press("2")
        try await tour.see("Lesson 3 of 8: paint")
        try tour.session.drag(through: [(column: 40, row: 8), (column: 44, row: 9), (column: 47, row: 8)])
        try await tour.see("1 of 2")
        try tour.press("u")
        try await tour.see("Lesson 4 of 8: contour")
        try await contour(tour)
        try tour.press("n")
        try await tour.see("Lesson 7 of 8: accept")
        try await tour.accept()
        try await tour.see("Lesson 8 of 8: what becomes of it", "filed as")
        try tour.press("W", "C")
        try await tour.see("1 of 2", "surface Dice")
        try tour.press("Q")
        try await tour.see("That was the tour.")
        try tour.press("W", "W", "q")
        #expect(try await tour.session.waitForEnding(timeout: ReviewRun.patience) == .exited(0), tour.shown)
        let left = try FileManager.default.contentsOfDirectory(atPath: home.url.path)
        #expect(!left.contains { $0.hasPrefix("pleura-tour") }, "\(left)")
    }

    /// Lessons 4 and 5.
    private func contour(_ tour: ReviewRun) async throws {
        try tour.press("c")
        for place in [(40, 8), (46, 8), (46, 11), (40, 11)] {
            try tour.session.mouse(.press, column: place.0, row: place.1)
            try tour.session.mouse(.release, column: place.0, row: place.1)
        }
        try tour.press("Enter")
        try await tour.see("✓ lesson 4, contour: done", "Lesson 5 of 8: interpolate")
        try tour.session.sendLiteral("jjjP")
        try tour.press("i", "Enter")
        try await tour.see("✓ lesson 5, interpolate: done", "Lesson 6 of 8: the worst slice")
    }
}
