import Foundation
import Testing

@testable import Anatomy

/// Files that cannot be used say which entry is wrong and how to mend it.
@Suite struct StructureFileTests {
    private func error(_ text: String) -> String? {
        do throws(StructureCatalogueError) {
            _ = try StructureCatalogue.builtIn.adding(Data(text.utf8), place: "/c/structures.json")
            return nil
        } catch {
            return error.description
        }
    }

    private func error(ofEntries text: String) -> String? { error("{\"structures\": [\(text)]}") }

    @Test func anEmptyListChangesNothing() throws {
        #expect(
            try StructureCatalogue.builtIn.adding(Data("{\"structures\": []}".utf8), place: "mine")
                == StructureCatalogue.builtIn)
    }

    @Test func whatIsNotAListOfStructuresIsRefused() throws {
        #expect(error("{\"structures\": [")?.hasPrefix("/c/structures.json: it is not JSON. ") == true)
        #expect(error("")?.hasPrefix("/c/structures.json: it is not JSON. ") == true)
        for text in ["[]", "{}", "{\"structures\": 1}"] {
            #expect(
                error(text)
                    == "/c/structures.json: it has no list of structures. Write {\"structures\": [{\"name\": …}]}.")
        }
        #expect(
            error("{\"structures\": [], \"structure\": []}")
                == "/c/structures.json: “structure” is not known beside \"structures\" and \"templates\". Take it out, or write \"comment\"."
        )
    }

    @Test func familiesAreTheProgramsOwn() {
        #expect(
            error("{\"structures\": [], \"families\": [{\"prefix\": \"\", \"interpreted_type\": \"ORGAN\"}]}")
                == "/c/structures.json: \"families\" are the program's own. Take them out.")
    }

    @Test func entriesNeedNames() {
        #expect(error(ofEntries: "{}") == "/c/structures.json: entry 1 has no name. Write {\"name\": \"Aorta\", …}.")
        #expect(error(ofEntries: "{\"name\": \"Heart\"}, 3")?.contains("entry 2 has no name") == true)
        for name in ["", "A b", "a/b", ".hidden", String(repeating: "x", count: 65)] {
            #expect(
                error(ofEntries: "{\"name\": \"\(name)\"}")?.contains("is no name of a structure") == true, "\(name)")
        }
        #expect(
            error(ofEntries: "{\"name\": \"A\"}, {\"name\": \"A\"}")
                == "/c/structures.json: A is listed twice. Make one entry of the two.")
    }

    @Test(
        "a fact that cannot be says what it must be",
        arguments: [
            ("\"piece\": 1", "A: “piece” is not known. There are: name, comment, aliases, code, colour, "),
            ("\"pieces\": 0", "A: \"pieces\" must be a whole number from 1 to 1000."),
            ("\"pieces\": 1.5", "A: \"pieces\" must be a whole number from 1 to 1000."),
            ("\"pieces\": \"1\"", "A: \"pieces\" must be a whole number from 1 to 1000."),
            ("\"order\": true", "A: \"order\" must be a whole number from 1 to 1000000."),
            ("\"organ\": 1", "A: \"organ\" must be true or false."),
            ("\"tolerance_mm\": -1", "A: \"tolerance_mm\" must be a number from 0 to 50."),
            (
                "\"plausible_ml\": [9, 3]",
                "A: \"plausible_ml\" must be [least, greatest], two numbers from 0 to 1000000"
            ),
            ("\"plausible_median_hu\": [1]", "A: \"plausible_median_hu\" must be [least, greatest], two numbers"),
            ("\"side\": \"top\"", "A: \"side\" must be \"left\" or \"right\" or \"both\"."),
            ("\"tissue\": \"bone\"", "A: \"tissue\" must be \"lung\"."),
            ("\"colour\": \"red\"", "A: \"colour\" must be a colour such as \"#cc3344\"."),
            ("\"aliases\": \"a\"", "A: \"aliases\" must be a list of texts, such as [\"left lung\", \"lung left\"]."),
            ("\"code\": \"15825003\"", "A: \"code\" must be a code of SNOMED CT, such as {\"value\": \"15825003\""),
            ("\"code\": {\"value\": \"x\", \"meaning\": \"A\"}", "A: \"code\" must be a code of SNOMED CT"),
            ("\"parts\": [1]", "A: \"parts\" must be a list of texts"),
        ])
    func facts(text: String, message: String) {
        let found = error(ofEntries: "{\"name\": \"A\", \(text)}")
        #expect(found?.hasPrefix("/c/structures.json: \(message)") == true, "\(found ?? "accepted")")
    }

    @Test(
        "entries that contradict one another are refused",
        arguments: [
            (
                "{\"name\": \"A\", \"aliases\": [\"Left Lung\"]}",
                "“Left Lung” stands for Lung_L and for A. Take it out of one of them."
            ),
            (
                "{\"name\": \"A\", \"aliases\": [\"LIVER\"]}",
                "“LIVER” stands for Liver and for A. Take it out of one of them."
            ),
            (
                "{\"name\": \"LUNG_L\"}",
                "Lung_L and LUNG_L differ in case or signs only. Write both alike, or another name."
            ),
            ("{\"name\": \"__\"}", "__ has no letter or digit. Write a name that has."),
            ("{\"name\": \"A\", \"aliases\": [\"--\"]}", "A has an alias without a letter or digit. Take it out."),
            (
                "{\"name\": \"A\", \"partner\": \"B\"}, {\"name\": \"B\"}",
                "A has the partner B, whose partner is nobody. Give B \"partner\": \"A\" as well."
            ),
            (
                "{\"name\": \"A\", \"partner\": \"A\"}",
                "A is its own partner. Name the other side's structure."
            ),
            ("{\"name\": \"A\", \"parts\": [\"B\"]}", "A has the part B, which is not listed. Add an entry for B."),
            ("{\"name\": \"A\", \"parts\": [\"Heart\", \"Heart\"]}", "A has a part twice. Name it once."),
            (
                "{\"name\": \"A\", \"made_from_parts\": true}",
                "A is made from parts and has none. Name them in \"parts\"."
            ),
            ("{\"name\": \"A\", \"parts_short\": \"B+C\"}", "A has a short name of its parts and no parts."),
            (
                "{\"name\": \"A\", \"made_from_parts\": true, \"parts\": [\"Lungs\", \"Heart\"]}",
                "A is made from Lungs, which is made from parts itself. Name those parts instead."
            ),
            (
                "{\"name\": \"Lungs\", \"tissue\": null}",
                "there must be one structure with \"tissue\": \"lung\" that is made"
            ),
        ])
    func contradictions(entries: String, message: String) {
        let found = error(ofEntries: entries)
        #expect(found?.hasPrefix("/c/structures.json: \(message)") == true, "\(found ?? "accepted")")
    }
}
