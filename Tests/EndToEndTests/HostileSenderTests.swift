import Foundation
import TestSupport
import Testing

/// Peers that lie, dawdle and never end: each loses its connection, and all others are served meanwhile.
@Suite("Hostile senders", .serialized)
struct HostileSenderTests {
    private let home: TemporaryFolder
    private let listening: Listening

    init() throws {
        home = try TemporaryFolder()
        listening = try Self.listening(home, timeout: 3)
    }

    private static func listening(_ home: TemporaryFolder, timeout: Int) throws -> Listening {
        try Listening(
            ["--quiet", "500"], home: home,
            settings: """
                [listen]
                timeout_s = \(timeout)
                max_object_mb = 1
                max_associations = 8
                callers = "CT1;CT2"

                """)
    }

    /// An honest sender is served, and nothing of the others is there.
    private func expectServing(_ listening: Listening? = nil) throws {
        let listening = listening ?? self.listening
        #expect(try listening.send().status == 0, "\(listening.said)")
        #expect(listening.files("intake/series").count == 24)
        let names = try FileManager.default.subpathsOfDirectory(atPath: home.url.path)
        #expect(!names.contains { $0.contains("evil") || $0.hasSuffix(".part") }, "\(names)")
        #expect(listening.signal(SIGTERM) == 0, "\(listening.said)")
    }

    private func opened(_ listening: Listening? = nil) throws -> RawConnection {
        let listening = listening ?? self.listening
        let peer = try listening.connection()
        peer.send(RawConnection.request())
        try #require(peer.receive().first == 2, "\(listening.said)")
        return peer
    }

    @Test("AE titles that are not ours or not allowed are refused, whatever they hold")
    func titles() throws {
        for (title, from) in [("OTHER", "CT1"), ("PLEURA", "CT3"), ("PLEURA", "../../evil"), ("../evil", "CT1")] {
            #expect(try listening.tool("echoscu", [], title: title, from: from).status != 0)
        }
        #expect(listening.said.contains("its AE title is none of those that may send"))
        #expect(listening.said.contains("it calls another AE title than ours"))
        let peer = try listening.connection()
        peer.send(RawConnection.request(calling: "\u{1b}[2Jevil"))
        #expect(peer.receive().first == 3)
        #expect(!listening.said.contains("\u{1b}"))
        try expectServing()
    }

    @Test("peers that connect and say nothing, or a byte now and then, keep nobody waiting and are cut off")
    func silent() throws {
        let silent = try (0..<6).map { _ in try listening.connection() }
        let slow = try listening.connection()
        let request = RawConnection.request()
        slow.send(Array(request.prefix(10)))
        // Served beside them, though they hold seven of eight places.
        #expect(try listening.tool("echoscu", []).status == 0)
        #expect(silent.allSatisfy { $0.isClosed() })
        var sent = 10
        while sent < request.count, slow.send([request[sent]]) {
            sent += 1
            usleep(200_000)
        }
        #expect(sent < request.count, "a byte every fifth of a second is too slow")
        try expectServing()
    }

    @Test("more than are allowed at once are told so, and come in later")
    func tooMany() throws {
        let open = try (0..<8).map { _ in try opened() }
        #expect(try listening.tool("echoscu", []).status != 0)
        #expect(listening.said.contains("there are too many associations already"))
        withExtendedLifetime(open) {}
        #expect(open.allSatisfy { $0.isClosed() })
        try expectServing()
    }

    @Test("lengths that lie, PDUs that are none and text are cut off at once")
    func lies() throws {
        // Long before these are late: it is what they say that ends them.
        #expect(listening.signal(SIGTERM) == 0)
        let listening = try Self.listening(home, timeout: 300)
        let beginnings: [[UInt8]] = [
            RawConnection.pdu(1, [0, 1], length: 0xffff_ffff), RawConnection.pdu(9, []),
            Array("GET / HTTP/1.1\r\n\r\n".utf8),
            RawConnection.pdu(4, [], length: 0x7fff_ffff), [UInt8](repeating: 0xff, count: 4096),
        ]
        for bytes in beginnings {
            let peer = try listening.connection()
            peer.send(bytes)
            #expect(peer.isClosed())
        }
        for bytes in [
            RawConnection.pdu(4, [UInt8](repeating: 0xff, count: 64)), RawConnection.pdu(4, [], length: 0x00ff_ffff),
            RawConnection.data([1, 2, 3], isLast: true), RawConnection.pdu(1, [UInt8](repeating: 1, count: 100)),
        ] {
            let peer = try opened(listening)
            peer.send(bytes)
            #expect(peer.isCutOff())
        }
        try expectServing(listening)
    }

    @Test("an object without an end is cut off at the limit, and nothing of it stays")
    func endless() throws {
        #expect(listening.signal(SIGTERM) == 0)
        let listening = try Self.listening(home, timeout: 300)
        let peer = try opened(listening)
        peer.send(RawConnection.store("1.2.3.4"))
        let piece = RawConnection.data([UInt8](repeating: 7, count: 16000), isLast: false)
        var sent = 0
        while sent < 1000, peer.send(piece) { sent += 1 }
        #expect(sent < 1000)
        #expect(peer.isClosed())
        // Commands without an end, too.
        let other = try opened(listening)
        let command = RawConnection.pdu(4, [0, 0, 0x3e, 0x82, 1, 1] + [UInt8](repeating: 0, count: 16000))
        sent = 0
        while sent < 1000, other.send(command) { sent += 1 }
        #expect(sent < 1000)
        try expectServing(listening)
    }

    @Test("commands whose sequences have no bottom end their association and nothing else")
    func bottomless() throws {
        let level: [UInt8] = [8, 0, 0x40, 0x11, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255]
        let piece = [UInt8]((0..<1000).flatMap { _ in level })
        // As many as the limit lets through, and as many as the limit of before did.
        for count in [5, 9, 60] {
            let peer = try opened()
            for index in 1...count where !peer.send(RawConnection.command(piece, isLast: index == count)) { break }
            #expect(peer.isCutOff())
        }
        try expectServing()
    }

    @Test("names that are no UIDs are refused by status, and the association goes on")
    func names() throws {
        let peer = try opened()
        for name in ["../../../evil", "1.2/evil", "..", "evil"] {
            peer.send(RawConnection.store(name))
            peer.send(RawConnection.data([8, 0, 0x18, 0, 0x55, 0x49, 0, 0], isLast: true))
            #expect(RawConnection.status(in: peer.receive()) == 0xc000, "\(listening.said)")
        }
        // Garbage under a proper name.
        peer.send(RawConnection.store("1.2.3"))
        peer.send(RawConnection.data([UInt8](repeating: 0xee, count: 5000), isLast: true))
        #expect(RawConnection.status(in: peer.receive()) == 0xc000)
        #expect(listening.files("intake").isEmpty)
        try expectServing()
    }

    @Test("one that falls silent in the midst of an object is cut off, and nothing of it stays")
    func silentInTheMidst() throws {
        let peer = try opened()
        peer.send(RawConnection.store("1.2.3.4"))
        peer.send(RawConnection.data([UInt8](repeating: 7, count: 1000), isLast: false))
        #expect(peer.isClosed())
        try expectServing()
    }
}
