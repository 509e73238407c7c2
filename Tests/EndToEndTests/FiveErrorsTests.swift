import Foundation
import TestSupport
import Testing

/// A prediction with five errors is corrected in a terminal, from opening the case to accepting it, with few keys and
/// touches of the mouse. The errors are made from the phantom's exact masks; the correction sees the screen alone.
@Suite("Five errors", .serialized)
struct FiveErrorsTests {
    /// Keys and mouse reports, counted one by one: each letter of a command, each report of a drag.
    private final class Hand {
        let run: ReviewRun
        private(set) var count = 0

        init(_ run: ReviewRun) { self.run = run }

        func keys(_ keys: String...) throws {
            count += keys.count
            for key in keys { try run.press(key) }
        }

        func type(_ text: String) throws {
            count += text.count
            try run.session.sendLiteral(text)
        }

        /// Presses, drags through the places and lets go.
        func drag(_ places: (column: Int, row: Int)...) throws {
            count += places.count + 1
            try run.session.drag(through: places)
        }
    }

    /// A prediction from the truth: a nodule's worth of lung is missing at the left pleura, the right lung runs into the
    /// trachea, lung that an effusion has made dense is left out, gas of the stomach is taken for lung, and two slices
    /// are missing.
    private func seed(_ truth: URL, _ target: URL) throws {
        func file(_ name: String) -> URL { truth.appendingPathComponent("\(name).nii.gz") }
        let image = try PlainNifti(file("ct"))
        let (trueLeft, trueRight) = (
            PlainMask(try PlainNifti(file("Lung_L"))), PlainMask(try PlainNifti(file("Lung_R")))
        )
        let trachea = PlainMask(try PlainNifti(file("Trachea")))
        var (left, right) = (trueLeft, trueRight)

        let (x, y, z) = (187, 131, 43)
        for dz in -2...2 {
            for dy in -5...5 {
                for dx in -5...5 {
                    let away = zip([dx, dy, dz], image.spacing).map { Double($0) * $1 }.reduce(0) { $0 + $1 * $1 }
                    if away <= 100 { left.values[left.index(x + dx, y + dy, z + dz)] = false }
                }
            }
        }
        let area = left.size[0] * left.size[1]
        for i in 52 * area..<54 * area { left.values[i] = false }
        let gas = left.flooded(from: (152, 107, 7)) {
            image.values[$0] < -700 && !trueLeft.values[$0] && !trueRight.values[$0] && !trachea.values[$0]
        }
        #expect((1000...20_000).contains(gas.count), "the stomach is where it was")
        let dense = right.flooded(from: (80, 155, 42)) { image.values[$0] > -400 && trueRight.values[$0] }
        for i in left.values.indices {
            if gas.values[i] { left.values[i] = true }
            if trachea.values[i] { right.values[i] = true }
            if dense.values[i], (38...43).contains(i / area) { right.values[i] = false }
        }

        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for name in ["ct", "Trachea"] {
            try FileManager.default.copyItem(at: file(name), to: target.appendingPathComponent("\(name).nii.gz"))
        }
        for (name, mask) in [("Lung_L", left), ("Lung_R", right)] {
            try PlainNifti.write(mask, like: file(name), to: target.appendingPathComponent("\(name).nii.gz"))
        }
    }

    private func surfaceDice(
        _ truth: URL, _ test: URL, _ structure: String, _ home: TemporaryFolder
    ) throws -> Double {
        let found = try pleura("metrics", truth.path, test.path, "--structure", structure, home: home)
        let line = try #require(found.output.split(separator: "\n").first { $0.contains("surface Dice") }, "\(found)")
        return try #require(line.split(separator: " ").last.flatMap { Double($0) })
    }

    @Test("five seeded errors are mended to a surface Dice of 0.99 with at most 60 keys and touches of the mouse")
    func mendFiveErrors() async throws {
        let home = try TemporaryFolder()
        #expect(
            try pleura(
                "phantom", home.file("p").path, "--matrix", "256", "--slices", "80", "--seed", "6", "--pathology",
                "nodules,effusion", home: home
            ).status == 0)
        let truth = home.file("p").appendingPathComponent("phantom-01")
        let predicted = home.file("predicted")
        try seed(truth, predicted)
        for name in ["Lung_L", "Lung_R"] {
            #expect(try surfaceDice(truth, predicted, name, home) < 0.95)
        }

        let run = try ReviewRun(
            [predicted.appendingPathComponent("ct.nii.gz").path, "--prediction", predicted.path], home: home,
            columns: 200, rows: 60)
        try await run.seeOpen()
        try await run.see("2 slices skipped")
        let hand = Hand(run)
        // The list of warnings leads to the missing slices; they are worked out from those around.
        try hand.keys("!", "j", "j", "Enter")
        try await run.see("axial 53/80")
        try hand.keys("i")
        try await run.see("2 slices between 52–55")
        try hand.keys("Enter")
        try await run.see("interpolate Lung_L")
        // What is not one piece with the left lung goes: the stomach.
        try hand.type(":lar")
        try hand.keys("Tab", "Enter")
        try await run.see("keep largest Lung_L: −")
        // The trachea is no right lung.
        try hand.keys("Tab")
        try hand.type(":sub")
        try hand.keys("Tab")
        try hand.type("T")
        try hand.keys("Tab", "Enter")
        try await run.see("subtract Trachea Lung_R: −")
        // A ball of 16 mm goes along the dense lung in front of the effusion; fluid and chest wall stay out of it.
        try hand.type(":lim")
        try hand.keys("Tab")
        try hand.type("-999 -70")
        try hand.keys("Enter")
        try hand.type(":41")
        try hand.keys("Enter", "D", "7", "]")
        try await run.see("axial 41/80", "paint  3D  r 16.0 mm")
        try hand.drag((44, 32), (58, 35), (72, 34))
        try await run.see("brush Lung_R z40")
        // One touch of it at the left pleura.
        try hand.keys("BTab", "j", "j", "j")
        try await run.see("axial 44/80")
        try hand.drag((120, 27))
        try await run.see("brush Lung_L z43")
        try hand.keys("a")
        try await run.see("Before this is filed:")
        try hand.keys("y")
        try await run.see("filed as corrected, revision 1")
        #expect(hand.count <= 60, "\(hand.count) keys and touches of the mouse")
        try await run.quit()

        let id = try #require(try corrections(home: home).first?["case"] as? String)
        let filed = home.file("filed")
        let exported = try pleura("export", id, "--format", "nifti", "-o", filed.path, home: home)
        #expect(exported.status == 0, "\(exported)")
        for name in ["Lung_L", "Lung_R"] {
            let score = try surfaceDice(truth, filed, name, home)
            #expect(score >= 0.99, "\(name): \(score)")
        }
    }
}
