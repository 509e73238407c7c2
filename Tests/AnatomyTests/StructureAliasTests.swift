import Testing

@testable import Anatomy

@Suite struct StructureAliasTests {
    private func aliases() throws -> StructureAliases {
        try StructureAliases([.lungLeft: ["left lung", "Lunge links"], .lungRight: ["right lung"], .heart: ["cœur"]])
    }

    @Test func namesAreComparedByLettersAndDigits() throws {
        let aliases = try aliases()
        for name in ["Lung_L", "LUNG-L", "lung l", "Left Lung", "LEFT_LUNG", "left-lung", "LungeLinks"] {
            #expect(aliases.structure(named: name) == .lungLeft, "\(name)")
        }
        #expect(aliases.structure(named: "Cœur") == .heart)
        for name in ["Lung", "Left", "Lung_L2", "GTV Lung L", "", "—"] {
            #expect(aliases.structure(named: name).rawValue == name)
        }
        #expect(StructureAliases().structure(named: "left lung").rawValue == "left lung")
    }

    @Test func twoStructuresOfAFileAreNeverMadeOne() throws {
        let aliases = try aliases()
        func names(_ given: String...) -> [String] { aliases.structures(named: given).map(\.rawValue) }
        #expect(names("Left Lung", "Right Lung") == ["Lung_L", "Lung_R"])
        #expect(names("Left Lung", "Lung_L", "Lunge links") == ["Left Lung", "Lung_L", "Lunge links"])
        #expect(names("Left Lung", "left-lung") == ["Lung_L", "left-lung"])
        #expect(names("A", "A") == ["A", "A"])
    }

    @Test func anAliasBelongsToOneStructure() {
        #expect(throws: StructureAliases.Conflict.self) {
            try StructureAliases([.lungLeft: ["lung 1"], .lungRight: ["Lung1"]])
        }
        #expect(throws: StructureAliases.Conflict.self) {
            try StructureAliases([.lungLeft: ["Lung_R"], .lungRight: []])
        }
    }
}
