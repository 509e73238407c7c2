/// How others may send to us, as `[listen]` of the settings describes it. Everything has a default.
public struct ListenSettings: Hashable, Sendable {
    /// Our AE title, which callers have to name.
    public var title = "PLEURA"
    /// The IPv4 address that is listened to.
    public var address = "0.0.0.0"
    /// The port.
    public var port: UInt16 = 11112
    /// The AE titles that may send; empty for any.
    public var callers: [String] = []
    /// How long a study must have been quiet for its series to count as complete, seconds.
    public var quiet = 20
    /// How long a peer may be silent, seconds.
    public var timeout = 30
    /// How many bytes an object may have.
    public var largestObject: Int64 = 2048 << 20
    /// How many may call at once.
    public var mostAssociations = 100
    /// Whether connections are secured.
    public var usesTLS = false
    /// PEM files of secured connections.
    public var tlsKey, tlsCertificate, tlsTrusted: String?

    /// The defaults.
    public init() {}

    /// The same with another AE title of ours; `nil` for the same.
    /// - Throws: ``SettingsError`` for one that is none.
    public func naming(_ title: String?) throws(SettingsError) -> ListenSettings {
        var settings = self
        if let title { try settings.set("ae_title", title, place: "--ae-title") }
        return settings
    }

    static let keys =
        "ae_title, address, port, callers, quiet_s, timeout_s, max_object_mb, max_associations, tls, tls_key, "
        + "tls_certificate and tls_trusted"

    /// Takes in one setting.
    mutating func set(_ key: String, _ value: String, place: String) throws(SettingsError) {
        func refuse(_ what: String) -> SettingsError { SettingsError(place, "[listen] \(key) \(what)") }
        func number(_ range: ClosedRange<Int>) throws(SettingsError) -> Int {
            guard let number = Int(value), range.contains(number) else {
                throw refuse("must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        switch key {
        case "ae_title": title = try Self.title(value) { refuse($0) }
        case "address": address = value
        case "port": port = UInt16(try number(1...65535))
        case "callers":
            callers = []
            for part in value.split(separator: ";") {
                let trimmed = String(part.trimmingPrefix(while: \.isWhitespace))
                callers.append(try Self.title(trimmed) { refuse($0) })
            }
        case "quiet_s": quiet = try number(1...86400)
        case "timeout_s": timeout = try number(1...3600)
        case "max_object_mb": largestObject = Int64(try number(1...65536)) << 20
        case "max_associations": mostAssociations = try number(1...1000)
        case "tls":
            guard ["true", "false"].contains(value) else { throw refuse("is true or false") }
            usesTLS = value == "true"
        case "tls_key": tlsKey = value
        case "tls_certificate": tlsCertificate = value
        case "tls_trusted": tlsTrusted = value
        default: throw refuse("is not a setting. There are \(Self.keys)")
        }
    }

    /// An AE title (PS3.5 6.2) without the blanks at its end, which mean nothing.
    private static func title(
        _ text: String, _ refuse: (String) -> SettingsError
    ) throws(SettingsError) -> String {
        var text = text
        while text.hasSuffix(" ") { text.removeLast() }
        let isPlain = text.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) && $0 != "\\" }
        guard isPlain, (1...16).contains(text.utf8.count) else {
            throw refuse("must be 1 to 16 ASCII characters without a backslash")
        }
        return text
    }

    /// Refuses what would listen in another way than was meant.
    func check(place: String) throws(SettingsError) {
        guard usesTLS || (tlsKey == nil && tlsCertificate == nil && tlsTrusted == nil) else {
            throw SettingsError(place, "[listen] has files for TLS, but not tls = true")
        }
        guard !usesTLS || (tlsKey != nil && tlsCertificate != nil) else {
            throw SettingsError(place, "[listen] needs tls_key and tls_certificate for tls = true")
        }
    }
}
