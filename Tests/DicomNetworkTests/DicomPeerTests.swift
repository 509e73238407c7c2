import DicomNetwork
import Foundation
import TestSupport
import Testing

/// What a caller is told when there is nobody, or nobody who speaks DICOM. Conversations with a real archive are in
/// EndToEndTests.
@Suite("DICOM peers")
struct DicomPeerTests {
    static func node(_ port: UInt16, title: String = "ARCHIVE", timeout: Int = 2) -> DicomNode {
        DicomNode(
            name: "here", calledTitle: title, callingTitle: "PLEURA", host: "127.0.0.1", port: port, timeout: timeout)
    }

    @Test("a closed port is unreachable")
    func closedPort() throws {
        let port = try Port()
        let error = #expect(throws: DicomNetworkError.self) { try DicomPeer(Self.node(port.number)).echo() }
        #expect(error?.kind == .unreachable, "\(String(describing: error))")
        #expect(error?.description.contains("127.0.0.1:\(port.number)") == true)
    }

    @Test("one that takes the connection and says nothing is waited for as long as was said, for every service")
    func silence() throws {
        let silent = try Port(listening: true)
        var node = Self.node(silent.number, timeout: 1)
        node.listeningPort = try Port.free()
        let peer = DicomPeer(node)
        let folder = try TemporaryFolder()
        let calls: [() throws -> Void] = [
            { try peer.echo() }, { _ = try peer.find(.init(.study)) },
            { try peer.get(study: "1.2", series: "1.3", to: folder.url.path) },
            { try peer.move(study: "1.2", series: "1.3", to: folder.url.path) },
            { _ = try peer.commit([.init(sopClassUID: "1.2", sopInstanceUID: "1.3")], patience: 1) },
        ]
        for call in calls {
            let error = #expect(throws: DicomNetworkError.self) { try call() }
            #expect(error?.kind == .timedOut || error?.kind == .aborted, "\(String(describing: error))")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test("without a port to send to, or with one that is taken, no node is asked to send anything")
    func noPort() throws {
        let silent = try Port(listening: true)
        let folder = try TemporaryFolder()
        var node = Self.node(silent.number)
        let none = #expect(throws: DicomNetworkError.self) {
            try DicomPeer(node).move(study: "1.2", series: "1.3", to: folder.url.path)
        }
        #expect(none?.kind == .local && none?.what.contains("needs listen_port") == true, "\(String(describing: none))")
        let taken = try Port(listening: true)
        node.listeningPort = taken.number
        let both = #expect(throws: DicomNetworkError.self) {
            try DicomPeer(node).move(study: "1.2", series: "1.3", to: folder.url.path)
        }
        #expect(both?.kind == .local && both?.node == "here", "\(String(describing: both))")
        #expect(both?.what.contains("port \(taken.number) is taken") == true, "\(String(describing: both))")
        #expect(both?.what.contains("a listen_port of its own") == true)
        node.listeningPort = try Port.free()
        node.tls = DicomNode.TLS(trusted: "/nowhere.pem")
        let keyless = #expect(throws: DicomNetworkError.self) {
            try DicomPeer(node).move(study: "1.2", series: "1.3", to: folder.url.path)
        }
        #expect(keyless?.kind == .insecure && keyless?.what.contains("connects to us") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.url.path + ".receiving"))
    }

    @Test("what is no DICOM is not sent, and nobody is called for it")
    func noDicom() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("letter.dcm")
        try Data("Dear colleague".utf8).write(to: file)
        let peer = DicomPeer(Self.node(try Port().number))
        let error = #expect(throws: DicomNetworkError.self) { _ = try peer.store([file.path]) }
        #expect(error?.kind == .file, "\(String(describing: error))")
    }

    @Test("AE titles that DICOM cannot state are refused", arguments: ["", "A TITLE OF SEVENTEEN"])
    func titles(_ title: String) throws {
        let error = #expect(throws: DicomNetworkError.self) {
            try DicomPeer(Self.node(104, title: title)).echo()
        }
        #expect(error?.kind == .local)
    }

    @Test("keys and certificates that cannot be read are named, before anything is sent in the clear")
    func badKeys() throws {
        let silent = try Port(listening: true)
        var node = Self.node(silent.number)
        for (tls, what) in [
            (DicomNode.TLS(trusted: "/nowhere.pem"), "trusted"),
            (DicomNode.TLS(key: "/nowhere.pem", certificate: "/nowhere.pem", trusted: "/nowhere.pem"), "private key"),
        ] {
            node.tls = tls
            let error = #expect(throws: DicomNetworkError.self) { try DicomPeer(node).echo() }
            #expect(error?.kind == .insecure)
            #expect(error?.what.contains(what) == true, "\(String(describing: error))")
        }
    }
}

/// A TCP port of this machine that nobody else has: closed, or held by a socket that takes connections and is silent.
final class Port {
    let number: UInt16
    private let descriptor: Int32

    init(listening: Bool = false) throws {
        let held = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(held, $0, length) == 0 && getsockname(held, $0, &length) == 0
            }
        }
        try #require(isBound && held >= 0)
        if listening { try #require(listen(held, 8) == 0) }
        number = UInt16(bigEndian: address.sin_port)
        descriptor = held
    }

    /// One that nobody had a moment ago.
    static func free() throws -> UInt16 { try Port().number }

    deinit { close(descriptor) }
}
