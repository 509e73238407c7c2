import Foundation
import Routing
import Testing

@testable import Settings

@Suite("rules.toml")
struct RulesFileTests {
    private func parse(_ text: String) throws -> [RoutingRule] { try RulesFile.parse(text, place: "rules.toml").rules }

    @Test("every key has its meaning")
    func whole() throws {
        let rules = try parse(
            """
            # Scouts first.
            [[rule]]
            name = "scouts"
            description = ["*scout*", "*topogram*"]
            ignore = true

            [[rule]]
            modality = "CT"
            body_part = "CHEST"
            study = "*"
            protocol = "*"
            kernel = "B*"
            manufacturer = "SIEMENS"
            site = "North"
            station = "CT1"
            ae_title = ["CT1", "CT2"]
            slice_thickness_mm = [0.5, 3]
            images = 20
            model = "thorax@3"
            structures = ["Lung_L", "Lung_R"]
            priority = "urgent"
            reader = "ana"
            deliver_to = "clinic"
            deliver = ["rtstruct", "sr"]

            [[rule]]
            deliver_to = "clinic"

            [[rule]]
            deliver_to = ""
            """)
        #expect(rules.map(\.name) == ["scouts", "rule 2", "rule 3", "rule 4"])
        #expect(rules[0].action == .ignore)
        #expect(
            rules[0].conditions == [.text(.description, [TextPattern("*scout*"), TextPattern("*topogram*")])])
        var route = ReviewRoute()
        (route.model, route.structures) = ("thorax@3", ["Lung_L", "Lung_R"])
        (route.isUrgent, route.reader) = (true, "ana")
        route.delivery = ReviewRoute.Delivery(node: "clinic", forms: ["rtstruct", "sr"])
        #expect(rules[1].action == .review(route))
        var (usual, nowhere) = (ReviewRoute(), ReviewRoute())
        usual.delivery = ReviewRoute.Delivery(node: "clinic", forms: ["rtstruct"])
        nowhere.delivery = ReviewRoute.Delivery(node: "", forms: [])
        #expect(rules[2].action == .review(usual) && rules[3].action == .review(nowhere))
        #expect(route.delivery?.told == "its corrections go to clinic as rtstruct and sr")
        #expect(nowhere.delivery?.told == "its corrections stay here")
        #expect(
            rules[1].conditions.map(\.key) == [
                "modality", "body_part", "study", "protocol", "kernel", "manufacturer", "site", "station", "ae_title",
                "slice_thickness_mm", "images",
            ])
        #expect(rules[1].conditions.contains(.number(.sliceThickness, 0.5...3)))
        #expect(rules[1].conditions.contains(.number(.imageCount, 20...(.infinity))))
    }

    @Test("an empty file has no rules, and so has none")
    func empty() throws {
        #expect(try parse("# nothing\n").isEmpty)
        #expect(try RulesFile.load(from: URL(fileURLWithPath: "/nowhere/rules.toml")).rules.isEmpty)
        #expect(throws: SettingsError.self) { try RulesFile.require(URL(fileURLWithPath: "/nowhere/rules.toml")) }
    }

    @Test(
        "what is wrong is named by line, rule and key",
        arguments: [
            ("modalty = \"CT\"", "line 3, rule 1 (a): modalty: is not known"),
            ("modality = 5", "line 3, rule 1 (a): modality: must be a text"),
            ("modality = []", "line 3, rule 1 (a): modality: must be a text"),
            ("body_part = [\"CHEST\", 4]", "line 3, rule 1 (a): body_part: must be a text"),
            ("slice_thickness_mm = [3, 1]", "line 3, rule 1 (a): slice_thickness_mm: is [least, most]"),
            ("slice_thickness_mm = [1, 2, 3]", "line 3, rule 1 (a): slice_thickness_mm: is [least, most]"),
            ("images = -1", "line 3, rule 1 (a): images: is [least, most]"),
            ("images = \"many\"", "line 3, rule 1 (a): images: is [least, most]"),
            ("ignore = \"yes\"", "line 3, rule 1 (a): ignore: is true or false"),
            ("model = \"m\"\nignore = true", "line 3, rule 1 (a): model: makes no sense beside ignore"),
            ("priority = \"high\"", "line 3, rule 1 (a): priority: is normal or urgent"),
            ("reader = \"\"", "line 3, rule 1 (a): reader: must be a text"),
            ("deliver_to = 4", "line 3, rule 1 (a): deliver_to: must be a text"),
            ("deliver = \"sr\"", "line 3, rule 1 (a): deliver: needs deliver_to"),
            ("deliver_to = \"c\"\ndeliver = \"nifti\"", "line 4, rule 1 (a): deliver: “nifti” is not one of"),
            ("deliver_to = \"c\"\ndeliver = [\"sr\", \"sr\"]", "line 4, rule 1 (a): deliver: names a form twice"),
            ("deliver_to = \"\"\ndeliver = \"sr\"", "line 4, rule 1 (a): deliver: makes no sense"),
            ("deliver_to = \"c\"\nignore = true", "line 3, rule 1 (a): deliver_to: makes no sense beside ignore"),
            ("structures = 1", "line 3, rule 1 (a): structures: must be a text"),
            ("\n[[rule]]\nname = \"a\"", "line 5, rule 2 (a): name: “a” is the name of an earlier rule"),
            ("[extra]\n", "extra is not known"), ("x = ", "line 3 is not TOML"),
        ])
    func wrong(lines: String, message: String) {
        let error = #expect(throws: SettingsError.self) { try parse("[[rule]]\nname = \"a\"\n\(lines)\n") }
        #expect(error?.description.hasPrefix("rules.toml: \(message)") == true, "\(String(describing: error))")
    }

    @Test("one table is no list of rules")
    func table() {
        let error = #expect(throws: SettingsError.self) { try parse("[rule]\nmodality = \"CT\"\n") }
        #expect(error?.what == "write [[rule]], not [rule]")
    }

    @Test("[listen] says how others may send")
    func listen() throws {
        let settings = try UserSettings.parse(
            """
            [listen]
            ae_title = "PLEURA2 "
            port = 104
            address = "127.0.0.1"
            callers = "CT1; CT 2"
            quiet_s = 5
            timeout_s = 7
            max_object_mb = 3
            max_associations = 9
            tls = true
            tls_key = "k"
            tls_certificate = "c"
            """, place: "config.toml"
        ).listen
        #expect(settings.title == "PLEURA2" && settings.port == 104 && settings.address == "127.0.0.1")
        #expect(settings.callers == ["CT1", "CT 2"] && settings.quiet == 5 && settings.timeout == 7)
        #expect(settings.largestObject == 3 << 20 && settings.mostAssociations == 9)
        #expect(settings.usesTLS && settings.tlsKey == "k" && settings.tlsTrusted == nil)
        #expect(try settings.naming("OTHER").title == "OTHER")
        #expect(throws: SettingsError.self) { try settings.naming("A TITLE OF SEVENTEEN") }
    }

    private static let node = "[nodes.clinic]\nae_title = \"A\"\nhost = \"h\"\nport = 104\n"

    @Test("[deliver] says where corrections go by themselves")
    func deliver() throws {
        #expect(try UserSettings.parse("", place: "c").deliver == DeliverySettings())
        let settings = try UserSettings.parse(
            Self.node + """
                [deliver]
                node = "clinic"
                forms = "sr; rtstruct; sr"
                since = "2026-12-01"
                wait_s = 0
                approve = true
                commit = true
                """, place: "config.toml"
        ).deliver
        #expect(settings.node == "clinic" && settings.forms == ["sr", "rtstruct"] && settings.wait == 0)
        #expect(settings.approves && settings.commits)
        let since = try #require(settings.since)
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day, .hour, .minute], from: since)
        #expect(parts == DateComponents(year: 2026, month: 12, day: 1, hour: 0, minute: 0))
        // For what rules send, the rest may be said without a node.
        #expect(try UserSettings.parse("[deliver]\nwait_s = 5", place: "c").deliver.wait == 5)
    }

    @Test(
        "wrong settings of [deliver] are refused",
        arguments: [
            "node = \"other\"\nsince = \"2026-12-01\"", "node = \"clinic\"", "since = \"2026-12-01\"",
            "forms = \"seg\"", "node = \"clinic\"\nforms = \"\"", "node = \"clinic\"\nforms = \"nifti\"",
            "since = \"2026-02-30\"", "since = \"1.12.2026\"", "since = \"today\"", "wait_s = -1", "approve = 1",
            "colour = 3",
        ])
    func wrongDeliver(lines: String) {
        let error = #expect(throws: SettingsError.self) {
            try UserSettings.parse(Self.node + "[deliver]\n\(lines)\n", place: "config.toml")
        }
        #expect(error?.what.hasPrefix("[deliver]") == true, "\(String(describing: error))")
    }

    @Test(
        "wrong settings of [listen] are refused",
        arguments: [
            "port = 0", "port = 70000", "ae_title = \"../../etc/passwd/x\"", "callers = \"a;;\\\\\"", "quiet_s = 0",
            "tls = true", "tls_key = \"k\"", "tls = 1", "colour = 3",
        ])
    func wrongListen(line: String) {
        let error = #expect(throws: SettingsError.self) {
            try UserSettings.parse("[listen]\n\(line)\n", place: "config.toml")
        }
        #expect(error?.what.hasPrefix("[listen]") == true, "\(String(describing: error))")
    }
}
