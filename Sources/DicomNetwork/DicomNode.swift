import CDcmtk

/// A DICOM node to speak to: who it is, who we are, and how long to wait.
public struct DicomNode: Hashable, Sendable {
    /// Files of a secured connection, PEM.
    public struct TLS: Hashable, Sendable {
        /// Our private key, without a passphrase, and our certificate; `nil` where the node asks for none.
        public var key, certificate: String?
        /// The certificates that may have signed the node's. Its host name is not compared.
        public var trusted: String

        /// TLS from its files.
        public init(key: String? = nil, certificate: String? = nil, trusted: String) {
            self.key = key
            self.certificate = certificate
            self.trusted = trusted
        }
    }

    /// What people call it.
    public var name: String
    /// Its AE title and ours: 1 to 16 characters (PS3.5 6.2).
    public var calledTitle, callingTitle: String
    /// Its host name or address.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// How long to wait for a connection and for each answer, seconds.
    public var timeout: Int
    /// A secured connection; `nil` for a plain one.
    public var tls: TLS?
    /// The port on which we wait for what it sends of its own accord: its report on a storage commitment (`nil` to expect
    /// it on our own association), and images on a C-MOVE.
    public var listeningPort: UInt16?
    /// How images are fetched from it.
    public var retrieval: Retrieval
    /// The AE title by which it calls us on a C-MOVE, where that is not ``calledTitle``.
    public var sendingTitle: String?

    /// How images are fetched.
    public enum Retrieval: Hashable, Sendable {
        /// Over the association that asks (C-GET).
        case get
        /// Over one that the node opens to us (C-MOVE).
        case move
    }

    /// A node from its parts.
    public init(
        name: String, calledTitle: String, callingTitle: String, host: String, port: UInt16, timeout: Int = 30,
        tls: TLS? = nil, listeningPort: UInt16? = nil, retrieval: Retrieval = .get, sendingTitle: String? = nil
    ) {
        self.name = name
        self.calledTitle = calledTitle
        self.callingTitle = callingTitle
        self.host = host
        self.port = port
        self.timeout = timeout
        self.tls = tls
        self.listeningPort = listeningPort
        self.retrieval = retrieval
        self.sendingTitle = sendingTitle
    }
}

extension DicomNode {
    /// Its texts, in the order in which ``raw(_:)`` takes them as C has them.
    var texts: [String] {
        [callingTitle, calledTitle, host, tls?.key ?? "", tls?.certificate ?? "", tls?.trusted ?? ""]
    }

    /// The node as C has it.
    func raw(_ texts: [UnsafePointer<CChar>?]) -> cd_node {
        cd_node(
            calling: texts[0], called: texts[1], host: texts[2], port: port, timeout: Int32(timeout),
            uses_tls: tls != nil, key: tls?.key == nil ? nil : texts[3],
            certificate: tls?.certificate == nil ? nil : texts[4], trusted: tls == nil ? nil : texts[5])
    }
}
