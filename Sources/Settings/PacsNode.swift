/// A DICOM node as `[nodes.NAME]` of the settings describes it. Everything but title, host and port has a default.
public struct PacsNode: Hashable, Sendable {
    /// Its AE title.
    public var title = ""
    /// Ours, as it is registered there.
    public var ourTitle = "PLEURA"
    /// Its host name or address.
    public var host = ""
    /// Its port.
    public var port: UInt16 = 0
    /// How long to wait for each answer, seconds.
    public var timeout = 30
    /// Whether the connection is secured.
    public var usesTLS = false
    /// PEM files of the secured connection.
    public var tlsKey, tlsCertificate, tlsTrusted: String?
    /// Where we wait for what it sends of its own accord: images on a C-MOVE, its report on a storage commitment.
    public var listeningPort: UInt16?
    /// Whether images are fetched by C-MOVE rather than C-GET.
    public var isAskedToMove = false
    /// The AE title by which it sends on a C-MOVE, where that is not ``title``.
    public var sendingTitle: String?

    /// A node of which nothing is known.
    public init() {}

    static let keys =
        "ae_title, our_ae_title, host, port, timeout_s, retrieve, sends_as, tls, tls_key, tls_certificate, tls_trusted "
        + "and listen_port"

    /// Takes in one setting.
    mutating func set(_ key: String, _ value: String, name: String, place: String) throws(SettingsError) {
        func refuse(_ what: String) -> SettingsError { SettingsError(place, "[nodes.\(name)] \(what)") }
        func title() throws(SettingsError) -> String {
            let isPlain = value.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) && $0 != "\\" }
            guard isPlain, (1...16).contains(value.utf8.count), value.contains(where: { $0 != " " }) else {
                throw refuse("\(key) must be 1 to 16 ASCII characters without a backslash")
            }
            return value
        }
        func port() throws(SettingsError) -> UInt16 {
            guard let number = UInt16(value), number > 0 else { throw refuse("\(key) must be from 1 to 65535") }
            return number
        }
        switch key {
        case "ae_title": self.title = try title()
        case "our_ae_title": ourTitle = try title()
        case "host": host = value
        case "port": self.port = try port()
        case "listen_port": listeningPort = try port()
        case "sends_as": sendingTitle = try title()
        case "retrieve":
            guard ["get", "move"].contains(value) else { throw refuse("retrieve is get or move") }
            isAskedToMove = value == "move"
        case "timeout_s":
            guard let seconds = Int(value), (1...3600).contains(seconds) else {
                throw refuse("timeout_s must be from 1 to 3600 seconds")
            }
            timeout = seconds
        case "tls":
            guard ["true", "false"].contains(value) else { throw refuse("tls is true or false") }
            usesTLS = value == "true"
        case "tls_key": tlsKey = value
        case "tls_certificate": tlsCertificate = value
        case "tls_trusted": tlsTrusted = value
        default: throw refuse("\(key) is not a setting. There are \(Self.keys)")
        }
    }

    /// Refuses a node that nobody could call.
    func check(name: String, place: String) throws(SettingsError) {
        for (key, isMissing) in [("ae_title", title.isEmpty), ("host", host.isEmpty), ("port", port == 0)]
        where isMissing {
            throw SettingsError(place, "[nodes.\(name)] needs \(key)")
        }
        guard usesTLS || (tlsKey == nil && tlsCertificate == nil && tlsTrusted == nil) else {
            throw SettingsError(place, "[nodes.\(name)] has files for TLS, but not tls = true")
        }
        guard !usesTLS || tlsTrusted != nil else {
            throw SettingsError(
                place, "[nodes.\(name)] needs tls_trusted, the certificates that may have signed the node's")
        }
        guard !isAskedToMove || listeningPort != nil else {
            throw SettingsError(
                place, "[nodes.\(name)] with retrieve = \"move\" needs listen_port, where the node sends images to")
        }
        guard (tlsKey == nil) == (tlsCertificate == nil) else {
            throw SettingsError(place, "[nodes.\(name)] needs tls_key and tls_certificate together")
        }
    }
}
