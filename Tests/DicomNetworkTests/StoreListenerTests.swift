import DicomNetwork
import Foundation
import TestSupport
import Testing

/// What the listener asks and tells, with our own peer as the caller. Real senders are in EndToEndTests.
@Suite("Store listener", .serialized)
struct StoreListenerTests {
    /// Keeps what it is told, and moves what it takes.
    private final class Keeper: StoreListener.Delegate, @unchecked Sendable {
        private let lock = NSLock()
        private var state = (port: UInt16(0), isStopped: false, taken: [StoreListener.Arrival](), ended: [Int]())
        let folder: URL
        let status: UInt16
        let kept: Set<String>

        init(_ folder: URL, status: UInt16 = 0, kept: Set<String> = []) {
            (self.folder, self.status, self.kept) = (folder, status, kept)
        }

        var port: UInt16 { lock.withLock { state.port } }
        var taken: [StoreListener.Arrival] { lock.withLock { state.taken } }
        var ended: [Int] { lock.withLock { state.ended } }
        var isStopped: Bool { lock.withLock { state.isStopped } }
        func stop() { lock.withLock { state.isStopped = true } }

        func take(_ arrival: StoreListener.Arrival) -> UInt16 {
            lock.withLock { state.taken.append(arrival) }
            if status == 0 {
                try? FileManager.default.moveItem(
                    atPath: arrival.path, toPath: folder.appendingPathComponent("taken.dcm").path)
            }
            return status
        }
        func vouch(sopClassUID: String, sopInstanceUID: String) -> UInt16 { kept.contains(sopInstanceUID) ? 0 : 0x0112 }
        func hear(_ news: StoreListener.News) {
            lock.withLock {
                if case .ready(let port) = news { state.port = port }
                if case .ended(_, calling: _, let objects) = news { state.ended.append(objects) }
            }
        }
    }

    /// A listener in a thread of its own, for as long as the body runs.
    private func listening(_ keeper: Keeper, _ body: (DicomPeer) throws -> Void) throws {
        var listener = StoreListener()
        (listener.port, listener.address, listener.timeout) = (0, "127.0.0.1", 10)
        let arriving = keeper.folder.appendingPathComponent("arriving")
        try FileManager.default.createDirectory(at: arriving, withIntermediateDirectories: true)
        let done = DispatchSemaphore(value: 0)
        let ready = listener
        Thread {
            try? ready.run(into: arriving.path, keeper)
            done.signal()
        }.start()
        for _ in 0..<300 where keeper.port == 0 { usleep(100_000) }
        try #require(keeper.port != 0)
        defer {
            keeper.stop()
            done.wait()
        }
        try body(
            DicomPeer(
                DicomNode(
                    name: "here", calledTitle: "PLEURA", callingTitle: "CT1", host: "127.0.0.1", port: keeper.port,
                    timeout: 20)))
        let left = try FileManager.default.contentsOfDirectory(atPath: arriving.path)
        #expect(left.isEmpty, "\(left)")
    }

    /// A structure set of three attributes, in implicit little endian, with its meta group.
    private func object(in folder: URL) throws -> URL {
        func explicit(_ number: UInt8, _ text: String) -> [UInt8] {
            let bytes = Array(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [0])
            return [2, 0, number, 0, 0x55, 0x49, UInt8(bytes.count), 0] + bytes
        }
        func implicit(_ group: UInt8, _ number: UInt8, _ text: String) -> [UInt8] {
            let bytes = Array(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [0])
            return [group, 0, number, 0, UInt8(bytes.count), 0, 0, 0] + bytes
        }
        let meta = explicit(0x10, "1.2.840.10008.1.2")
        let head = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        let length: [UInt8] = [2, 0, 0, 0, 0x55, 0x4c, 4, 0, UInt8(meta.count), 0, 0, 0]
        let data =
            implicit(8, 0x16, "1.2.840.10008.5.1.4.1.1.481.3") + implicit(8, 0x18, "1.2.3.4")
            + implicit(0x20, 0x0e, "1.2.3")
        let file = folder.appendingPathComponent("object.dcm")
        try Data(head + length + meta + data).write(to: file)
        return file
    }

    @Test("an object is handed over as it was sent, behind a meta group that says whence it came")
    func handedOver() throws {
        let folder = try TemporaryFolder()
        let keeper = Keeper(folder.url)
        let file = try object(in: folder.url)
        try listening(keeper) { peer in
            try peer.echo()
            #expect(try peer.store([file.path]).map(\.status) == [0])
        }
        let arrival = try #require(keeper.taken.first)
        #expect(arrival.callingTitle == "CT1" && arrival.sopInstanceUID == "1.2.3.4")
        #expect(arrival.sopClassUID == "1.2.840.10008.5.1.4.1.1.481.3")
        #expect(keeper.ended.sorted() == [0, 1])
        let taken = try Data(contentsOf: folder.file("taken.dcm"))
        let sent = try Data(contentsOf: file)
        // The data set is 8 (…) to the end; the meta group may be longer.
        #expect(taken.suffix(66) == sent.suffix(66))
        #expect(taken[128..<132] == Data("DICM".utf8))
        #expect(taken.range(of: Data("CT1 ".utf8)) != nil)
    }

    @Test("what is refused leaves nothing, and its sender is told why", arguments: [UInt16(0xa700), 0x0111, 0xc000])
    func refused(status: UInt16) throws {
        let folder = try TemporaryFolder()
        let keeper = Keeper(folder.url, status: status)
        let file = try object(in: folder.url)
        try listening(keeper) { peer in
            let error = #expect(throws: DicomNetworkError.self) { _ = try peer.store([file.path]) }
            #expect(error?.kind == .refused, "\(String(describing: error))")
        }
        #expect(keeper.taken.count == 1)
    }

    @Test("storage commitment vouches for what is kept, and for nothing else")
    func commitment() throws {
        let folder = try TemporaryFolder()
        let keeper = Keeper(folder.url, kept: ["1.2.3.4"])
        let kind = "1.2.840.10008.5.1.4.1.1.481.3"
        try listening(keeper) { peer in
            let said = try peer.commit(
                [
                    .init(sopClassUID: kind, sopInstanceUID: "1.2.3.4"),
                    .init(sopClassUID: kind, sopInstanceUID: "1.2.3.5"),
                ], patience: 20)
            #expect(Set(said.map { "\($0.sopInstanceUID) \($0.status)" }) == ["1.2.3.4 0", "1.2.3.5 274"])
        }
    }

    @Test("a port that is taken is said")
    func taken() throws {
        let silent = try Port(listening: true)
        let folder = try TemporaryFolder()
        var listener = StoreListener()
        (listener.port, listener.address) = (silent.number, "127.0.0.1")
        let error = #expect(throws: DicomNetworkError.self) {
            try listener.run(into: folder.url.path, Keeper(folder.url))
        }
        #expect(error?.kind == .local && error?.what.contains("is taken") == true, "\(String(describing: error))")
        listener.address = "somewhere"
        #expect(throws: DicomNetworkError.self) { try listener.run(into: folder.url.path, Keeper(folder.url)) }
    }
}
