import CDcmtk

/// Listens for others who send DICOM objects: C-ECHO, C-STORE, storage commitment. Many may call at once.
///
/// Nothing that a caller says names a file. A caller who is silent, slow, endless or speaks no DICOM loses his connection
/// and nothing else happens.
public struct StoreListener: Sendable {
    /// The IPv4 address that is listened to; `0.0.0.0` for all.
    public var address = "0.0.0.0"
    /// The port; 0 for any that is free.
    public var port: UInt16 = 11112
    /// Our AE title, which callers have to name; empty for any.
    public var title = "PLEURA"
    /// The AE titles that may call; empty for any.
    public var callers: [String] = []
    /// How long a peer may be silent, seconds.
    public var timeout = 30
    /// How many may call at once.
    public var mostAssociations = 100
    /// How many bytes an object may have.
    public var largestObject: Int64 = 2 << 30
    /// Our key and certificate, and those that may have signed the callers'; `nil` for connections in the clear.
    public var tls: Security?
    /// Nodes that are called to report on a storage commitment, where one of them asked by its AE title; others are told
    /// on the association on which they asked.
    public var reporters: [DicomNode] = []

    /// Files of secured connections, PEM.
    public struct Security: Hashable, Sendable {
        /// Our private key, without a passphrase, and our certificate.
        public var key, certificate: String
        /// The certificates that may have signed a caller's; `nil` to ask for none.
        public var trusted: String?

        /// TLS from its files.
        public init(key: String, certificate: String, trusted: String?) {
            self.key = key
            self.certificate = certificate
            self.trusted = trusted
        }
    }

    /// A listener with the defaults.
    public init() {}

    /// An object that arrived whole and is on the disk.
    public struct Arrival: Hashable, Sendable {
        /// Its file, which has to be moved away if the object is taken.
        public let path: String
        /// Who sent it: printable ASCII, as the peer says.
        public let callingTitle: String
        /// The UIDs it was announced by: digits and dots, which the object itself may contradict.
        public let sopClassUID, sopInstanceUID: String
        /// The number of its association.
        public let association: UInt64
    }

    /// What happens to associations.
    public enum News: Hashable, Sendable {
        /// The port is listened to.
        case ready(port: UInt16)
        /// A peer's association began.
        case began(UInt64, calling: String)
        /// It was released, after so many objects were taken.
        case ended(UInt64, calling: String, objects: Int)
        /// It was refused, for a reason that is a clause about the peer.
        case refused(UInt64, calling: String, reason: String)
        /// It ended otherwise, after so many objects were taken.
        case cut(UInt64, calling: String, objects: Int, reason: String)
    }

    /// What is asked and told meanwhile, from several threads at once.
    public protocol Delegate: AnyObject, Sendable {
        /// Takes an object, by moving its file away.
        /// - Returns: 0, or the status of PS3.4 B.2.3 that refuses it; the file is removed then.
        func take(_ arrival: Arrival) -> UInt16
        /// Whether an object is kept: 0, or the failure reason of PS3.3 C.14.1.1.
        func vouch(sopClassUID: String, sopInstanceUID: String) -> UInt16
        /// Hears what happens.
        func hear(_ news: News)
        /// Whether to end.
        var isStopped: Bool { get }
    }

    /// Listens until it is stopped; objects in hand are finished then.
    /// - Parameter folder: where what arrives is written under names of our own; must be there.
    /// - Throws: ``DicomNetworkError`` if the port cannot be had, or a key not be read.
    public func run(into folder: String, _ delegate: any Delegate) throws(DicomNetworkError) {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        let box = DelegateBox(delegate)
        var calls = cd_listen_calls(
            context: Unmanaged.passUnretained(box).toOpaque(), arrived: Self.arrived, vouches: Self.vouches,
            told: Self.told, is_stopped: Self.isStopped)
        let own = [address, title, folder, tls?.key ?? "", tls?.certificate ?? "", tls?.trusted ?? ""]
        let texts = own + reporters.flatMap(\.texts) + callers
        let status = withCStrings(texts) { texts in
            let nodes = reporters.indices.map { reporters[$0].raw(Array(texts[(6 * $0 + 6)..<(6 * $0 + 12)])) }
            let callers = Array(texts.dropFirst(6 * nodes.count + 6))
            return nodes.withUnsafeBufferPointer { nodes in
                callers.withUnsafeBufferPointer { callers in
                    var wanted = cd_listening(
                        address: texts[0], port: port, title: texts[1], callers: callers.baseAddress,
                        caller_count: callers.count, folder: texts[2], timeout: Int32(timeout),
                        most_associations: Int32(mostAssociations), largest_object: largestObject, uses_tls: tls != nil,
                        key: texts[3], certificate: texts[4], trusted: tls?.trusted == nil ? nil : texts[5],
                        reporters: nodes.baseAddress, reporter_count: nodes.count)
                    return cd_net_listen(&wanted, &calls, &message)
                }
            }
        }
        withExtendedLifetime(box) {}
        guard status == CD_NET_OK else { throw DicomNetworkError(status, node: "here", message) }
    }

    private static let arrived: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cd_arrival>?) -> UInt16 = {
        guard let delegate = DelegateBox.at($0), let raw = $1?.pointee else { return 0x0110 }
        return delegate.take(
            Arrival(
                path: String(cString: raw.path), callingTitle: String(cString: raw.calling),
                sopClassUID: String(cString: raw.sop_class), sopInstanceUID: String(cString: raw.instance),
                association: raw.association))
    }

    private static let vouches:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> UInt16 = {
            guard let delegate = DelegateBox.at($0), let kind = $1, let instance = $2 else { return 0x0110 }
            return delegate.vouch(
                sopClassUID: String(cString: kind), sopInstanceUID: String(cString: instance))
        }

    private static let told: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<cd_listen_news>?) -> Void = {
        guard let delegate = DelegateBox.at($0), let raw = $1?.pointee else { return }
        let (number, calling, reason) = (raw.association, String(cString: raw.calling), String(cString: raw.clause))
        switch raw.event {
        case CD_LISTEN_READY: delegate.hear(.ready(port: raw.port))
        case CD_LISTEN_BEGAN: delegate.hear(.began(number, calling: calling))
        case CD_LISTEN_ENDED: delegate.hear(.ended(number, calling: calling, objects: Int(raw.count)))
        case CD_LISTEN_REFUSED: delegate.hear(.refused(number, calling: calling, reason: reason))
        default: delegate.hear(.cut(number, calling: calling, objects: Int(raw.count), reason: reason))
        }
    }

    private static let isStopped: @convention(c) (UnsafeMutableRawPointer?) -> Bool = {
        DelegateBox.at($0)?.isStopped ?? true
    }
}

/// A delegate that C functions reach through a pointer, during the call.
private final class DelegateBox: Sendable {
    let delegate: any StoreListener.Delegate

    init(_ delegate: any StoreListener.Delegate) { self.delegate = delegate }

    static func at(_ pointer: UnsafeMutableRawPointer?) -> (any StoreListener.Delegate)? {
        pointer.map { Unmanaged<DelegateBox>.fromOpaque($0).takeUnretainedValue().delegate }
    }
}
