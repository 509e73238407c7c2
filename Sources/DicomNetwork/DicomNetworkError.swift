import CDcmtk

/// Why a conversation with a node failed: who, why, and how to mend it. Holds nothing of a patient.
public struct DicomNetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    public enum Kind: Hashable, Sendable {
        /// Nobody listens there.
        case unreachable
        /// The node refused the association.
        case rejected
        /// The node does not offer the service.
        case notOffered
        /// The node answered with a failure.
        case refused
        /// The association or the connection ended in the midst.
        case aborted
        /// The node did not answer in time.
        case timedOut
        /// Keys, certificates or the secured connection.
        case insecure
        /// A file could not be read or written.
        case file
        /// The node broke the protocol, or answered what was not asked.
        case nonsense
        /// Something on this machine.
        case local
    }

    /// What kind of trouble.
    public let kind: Kind
    /// Which node, by the name in the settings.
    public let node: String
    /// What is wrong, as a clause.
    public let what: String

    /// An error from its parts.
    public init(_ kind: Kind, node: String, _ what: String) {
        self.kind = kind
        self.node = node
        self.what = what
    }

    init(_ status: cd_net_status, node: String, _ message: [CChar]) {
        let kind: Kind =
            switch status {
            case CD_NET_UNREACHABLE: .unreachable
            case CD_NET_REJECTED: .rejected
            case CD_NET_NOT_OFFERED: .notOffered
            case CD_NET_REFUSED: .refused
            case CD_NET_ABORTED: .aborted
            case CD_NET_TIMEOUT: .timedOut
            case CD_NET_TLS: .insecure
            case CD_NET_FILE: .file
            case CD_NET_NONSENSE: .nonsense
            default: .local
            }
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        self.init(kind, node: node, String(decoding: bytes, as: UTF8.self))
    }

    /// One or two sentences for the user.
    public var description: String {
        let mend =
            switch kind {
            case .unreachable: " Check host and port, and that the node runs."
            case .rejected: " Check called and calling AE title here and there."
            case .aborted, .timedOut: " Try again: what has come is kept and not fetched twice."
            case .insecure: " Check tls_key, tls_certificate and tls_trusted."
            case .file: " Check the folder and the free space."
            case .notOffered, .refused, .nonsense, .local: ""
            }
        return "Node \(node): \(what).\(mend)"
    }
}
