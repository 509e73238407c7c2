import Foundation
import Testing

@testable import Anatomy

@Suite struct StructureTemplateTests {
    private func catalogue(_ templates: String) throws -> StructureCatalogue {
        let json = "{\"structures\": [], \"templates\": \(templates)}"
        return try StructureCatalogue.builtIn.adding(Data(json.utf8), place: "own.json")
    }

    @Test func whatIsShippedIsInTheCatalogue() {
        let catalogue = StructureCatalogue.builtIn
        #expect(catalogue.templates.map(\.name) == ["abdomen", "breast", "head-neck", "pelvis", "thorax"])
        for template in catalogue.templates {
            for name in template.structures { #expect(catalogue[name] != nil, "\(template.name): \(name)") }
        }
    }

    @Test func aDepartmentsOwnGoBeforeThem() throws {
        let own = try catalogue("{\"thorax\": [\"Lung_L\", \"PTV\"], \"whole-body\": [\"BODY\"]}")
        #expect(own.templates.map(\.name) == ["abdomen", "breast", "head-neck", "pelvis", "thorax", "whole-body"])
        #expect(own.templates[4].structures.map(\.rawValue) == ["Lung_L", "PTV"])
    }

    @Test(arguments: [
        ("[]", "\"templates\" must be lists of structures by name: {\"thorax\": [\"Lung_L\", …]}."),
        ("{\"a b\": [\"Heart\"]}", "“a b” is no name of a template. Write letters, digits and dashes."),
        ("{\"x\": []}", "template x must be a list of structures, not empty."),
        ("{\"x\": [\"Heart\", \"Heart\"]}", "template x must have names of structures, each once."),
        ("{\"x\": [3]}", "template x must have names of structures, each once."),
    ]) func whatIsWrongIsNamed(json: String, text: String) {
        #expect {
            try catalogue(json)
        } throws: {
            "\($0)".contains(text)
        }
    }
}
