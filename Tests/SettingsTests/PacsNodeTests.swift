import Settings
import Testing

@Suite("PACS nodes")
struct PacsNodeTests {
    static let whole = """
        reviewer = "ana"
        [nodes.clinic]
        ae_title = "ARCHIVE"
        our_ae_title = "REVIEW1"
        host = "pacs.clinic.example"
        port = 11112
        timeout_s = 10
        listen_port = 11113
        retrieve = "move"
        sends_as = "SENDER"
        tls = true
        tls_key = "/k"
        tls_certificate = "/c"
        tls_trusted = "/t"
        [nodes.other]
        ae_title = "OTHER"
        host = "10.0.0.1"
        port = 104
        """

    @Test("every key is read, and the others have defaults")
    func whole() throws {
        let nodes = try UserSettings.parse(Self.whole, place: "config").nodes
        #expect(nodes.keys.sorted() == ["clinic", "other"])
        let clinic = try #require(nodes["clinic"])
        #expect(clinic.title == "ARCHIVE" && clinic.ourTitle == "REVIEW1" && clinic.host == "pacs.clinic.example")
        #expect(clinic.port == 11112 && clinic.timeout == 10 && clinic.listeningPort == 11113 && clinic.usesTLS)
        #expect(clinic.tlsKey == "/k" && clinic.tlsCertificate == "/c" && clinic.tlsTrusted == "/t")
        let other = try #require(nodes["other"])
        #expect(other.ourTitle == "PLEURA" && other.timeout == 30 && other.listeningPort == nil && !other.usesTLS)
        #expect(clinic.isAskedToMove && clinic.sendingTitle == "SENDER")
        #expect(!other.isAskedToMove && other.sendingTitle == nil)
    }

    @Test(
        "what nobody could call is refused, with its place",
        arguments: [
            ("ae_title = \"A\"\nhost = \"h\"", "needs port"),
            ("host = \"h\"\nport = 104", "needs ae_title"),
            ("ae_title = \"A\"\nport = 104", "needs host"),
            ("ae_title = \"SEVENTEEN LETTERS\"", "1 to 16"), ("ae_title = \"A\\\\B\"", "1 to 16"),
            ("port = 0", "1 to 65535"), ("port = 70000", "1 to 65535"), ("timeout_s = 0", "1 to 3600"),
            ("retrieve = \"fetch\"", "get or move"), ("sends_as = \"SEVENTEEN LETTERS\"", "1 to 16"),
            ("ae_title = \"A\"\nhost = \"h\"\nport = 104\nretrieve = \"move\"", "needs listen_port"),
            ("tls = \"yes\"", "true or false"), ("colour = 3", "is not a setting"),
            ("ae_title = \"A\"\nhost = \"h\"\nport = 104\ntls = true", "needs tls_trusted"),
            ("ae_title = \"A\"\nhost = \"h\"\nport = 104\ntls_trusted = \"/t\"", "not tls = true"),
            (
                "ae_title = \"A\"\nhost = \"h\"\nport = 104\ntls = true\ntls_trusted = \"/t\"\ntls_key = \"/k\"",
                "together"
            ),
        ])
    func wrong(_ text: String, _ words: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try UserSettings.parse("[nodes.clinic]\n\(text)\n", place: "config")
        }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(error?.description.contains("[nodes.clinic]") == true)
    }
}
