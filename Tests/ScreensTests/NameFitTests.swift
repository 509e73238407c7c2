import TerminalKit
import Testing

@testable import Screens

@Suite("Names in little room keep what tells them apart")
struct NameFitTests {
    @Test(arguments: [
        ("Lung_L", 10, "Lung_L"), ("SpinalCord_PRV05", 12, "Spina…_PRV05"), ("Glnd_Submand_L", 10, "Glnd_Su…_L"),
        ("Bone_Mandible", 10, "Bone_M…ble"), ("PTV7000", 6, "P…7000"), ("左肺下葉_L", 7, "左肺…_L"),
        ("abc", 0, ""), ("abcdef", 2, "ab"),
    ])
    func one(name: String, width: Int, expected: String) {
        let short = NameFit.shortened(name, to: width)
        #expect(short.columns <= max(0, width))
        #expect(short == expected)
    }

    @Test("a plan's names stay different in every width that can tell them apart", arguments: 8...20)
    func plan(width: Int) {
        let names = ScreenFixture.plan
        let short = NameFit.shortened(names, to: width)
        #expect(Set(short).count == names.count)
        for (name, short) in zip(names, short) {
            #expect(short.columns <= width)
            // Sides are kept.
            if name.hasSuffix("_L") || name.hasSuffix("_R") { #expect(short.hasSuffix(name.suffix(2))) }
        }
    }

    @Test("names that differ in their middle alone, or nowhere that can be shown")
    func middles() {
        let names = ["PTV_High_Boost_Total", "PTV_Low_Boost_Total", "PTV_High_Dose_Total"]
        let short = NameFit.shortened(names, to: 12)
        #expect(Set(short).count == 3 && short.allSatisfy { $0.columns <= 12 })
        let long = ["aaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbb", "aaaaaaaaaaaaaaaaaaaaaaaacbbbbbbbbbbbbbbbbbbbbb"]
        #expect(NameFit.shortened(long, to: 8) == ["aaaaa…#1", "aaaaa…#2"])
        // The same name twice is the same text twice.
        #expect(Set(NameFit.shortened(["Glnd_Submand_L", "Glnd_Submand_L"], to: 8)).count == 1)
    }

    @Test func windows() {
        func window(_ count: Int, _ selected: Int, _ room: Int) -> [Int] {
            let window = ListWindow(count: count, selected: selected, room: room)
            return [window.above, window.shown.count, window.below]
        }
        #expect(window(5, 3, 9) == [0, 5, 0] && window(23, 0, 10) == [0, 10, 13])
        #expect(window(23, 22, 10) == [13, 10, 0] && window(23, 11, 10) == [6, 10, 7])
        for selected in 0..<23 {
            #expect(ListWindow(count: 23, selected: selected, room: 6).shown.contains(selected))
        }
        #expect(window(0, 0, 5) == [0, 0, 0])
    }
}
