import Foundation
import TestSupport
import Testing

/// `pleura listen` as a process of its own, on a free port. Senders may run in several threads: what they use is set once.
final class Listening: @unchecked Sendable {
    let home: TemporaryFolder
    private(set) var port = 0
    private let process = Process()
    private let log: URL

    /// What it has said so far.
    var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
    /// All `.dcm` files below a folder of the data folder.
    func files(_ place: String) -> [String] {
        let all = try? FileManager.default.subpathsOfDirectory(atPath: home.file("pleura/\(place)").path)
        return (all ?? []).filter { $0.hasSuffix(".dcm") }.sorted()
    }

    /// Starts it and waits until it listens.
    /// - Parameters:
    ///   - settings: the text of config.toml.
    ///   - wanted: the port; 0 for any that is free.
    init(_ arguments: [String] = [], home: TemporaryFolder, settings: String = "", port wanted: Int = 0) throws {
        self.home = home
        // Made now, so that nobody is waited for with the clock running.
        _ = try SampleCases.dicom()
        log = home.file("listen-\(UUID().uuidString).log")
        let config = home.file("config/pleura")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
        try Data("reviewer = \"ana\"\n\(settings)".utf8).write(to: config.appendingPathComponent("config.toml"))
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = try pleuraBinary()
        process.arguments = ["listen", "--port", String(wanted), "--model", "baseline-threshold"] + arguments
        process.environment = cleanEnvironment(home: home.url)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try wait(for: "listening on port ")
        let line = said.split(separator: "\n").first { $0.hasPrefix("listening on port ") } ?? ""
        port = try #require(Int(line.dropFirst("listening on port ".count)))
    }

    deinit { signal(SIGKILL) }

    /// Waits until it has said something.
    func wait(for text: String) throws {
        for _ in 0..<1200 {
            if said.contains(text) { return }
            if !process.isRunning { break }
            usleep(100_000)
        }
        guard said.contains(text) else { throw Unexpected("it does not say “\(text)”: \(said)") }
    }

    /// Signals it, and waits until it has ended.
    @discardableResult
    func signal(_ number: Int32) -> Int32 {
        if process.isRunning { kill(process.processIdentifier, number) }
        return end()
    }

    /// Waits until it has ended by itself.
    @discardableResult
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Runs one of DCMTK's tools against it.
    @discardableResult
    func tool(_ name: String, _ arguments: [String], title: String = "PLEURA", from: String = "CT1") throws
        -> ProgramResult
    {
        let own = ["-aec", title, "-aet", from]
        return try runProgram(
            URL(fileURLWithPath: "/usr/bin/\(name)"), own + ["127.0.0.1", String(port)] + arguments)
    }

    /// Sends the sample's CT of 24 slices, or some files.
    @discardableResult
    func send(_ files: [String]? = nil, from: String = "CT1") throws -> ProgramResult {
        let folder = try SampleCases.dicom().appendingPathComponent("CT").path
        return try tool("storescu", files ?? ["+sd", "+r", folder], from: from)
    }

    /// A connection without anything said over it yet.
    func connection() throws -> RawConnection { try RawConnection(to: port) }
}

/// A TCP connection of a peer that need not keep to any protocol.
final class RawConnection {
    private let descriptor: Int32

    init(to port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isConnected == 0)
        var time = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; false once the other side has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Reads a PDU, which may come in pieces; empty once the other side has closed.
    func receive() -> [UInt8] {
        guard let head = receive(exactly: 6) else { return [] }
        let length = head[2...].reduce(0) { $0 << 8 | Int($1) }
        return receive(exactly: length).map { head + $0 } ?? []
    }

    private func receive(exactly count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else { return nil }
            bytes += piece.prefix(got)
        }
        return bytes
    }

    /// Whether the other side closes within half a minute, whatever it says before. Silence is no closing.
    func isClosed() -> Bool {
        let end = Date() + 30
        var bytes = [UInt8](repeating: 0, count: 4096)
        while Date() < end {
            let got = recv(descriptor, &bytes, bytes.count, 0)
            if got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR) { return true }
        }
        return false
    }

    /// Whether the other side ends it within half a minute: closes, or aborts the association and leaves the closing to us.
    func isCutOff() -> Bool {
        var first = [UInt8](repeating: 0, count: 1)
        let got = recv(descriptor, &first, 1, Int32(MSG_PEEK))
        return got > 0 ? first[0] == 7 : isClosed()
    }

    /// A PDU of PS3.8 9.3.
    static func pdu(_ type: UInt8, _ body: [UInt8], length: UInt32? = nil) -> [UInt8] {
        let length = length ?? UInt32(body.count)
        return [type, 0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) } + body
    }

    /// An A-ASSOCIATE-RQ for CT storage in explicit little endian, as context 1.
    static func request(calling: String = "CT1", called: String = "PLEURA") -> [UInt8] {
        func title(_ text: String) -> [UInt8] {
            Array(Array((text + String(repeating: " ", count: 16)).utf8).prefix(16))
        }
        func item(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
            [type, 0, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
        }
        let context = item(
            0x20,
            [1, 0, 0, 0] + item(0x30, Array("1.2.840.10008.5.1.4.1.1.2".utf8))
                + item(0x40, Array("1.2.840.10008.1.2.1".utf8)))
        let user = item(0x50, item(0x51, [0, 1, 0, 0]) + item(0x52, Array("1.2.3".utf8)))
        let body =
            [0, 1, 0, 0] + title(called) + title(calling) + [UInt8](repeating: 0, count: 32)
            + item(0x10, Array("1.2.840.10008.3.1.1.1".utf8)) + context + user
        return pdu(1, body)
    }

    /// A C-STORE-RQ for an instance, as the command fragment of context 1.
    static func store(_ instance: String) -> [UInt8] {
        func element(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
            let even = value.count % 2 == 0 ? value : value + [0]
            return [0, 0, UInt8(number & 0xff), UInt8(number >> 8), UInt8(even.count), 0, 0, 0] + even
        }
        let rest =
            element(0x0002, Array("1.2.840.10008.5.1.4.1.1.2".utf8)) + element(0x0100, [1, 0])
            + element(0x0110, [1, 0])
            + element(0x0700, [0, 0]) + element(0x0800, [0, 0]) + element(0x1000, Array(instance.utf8))
        return pdu(4, value(element(0, [UInt8(rest.count), 0, 0, 0]) + rest, 3))
    }

    /// The status of a response: the two bytes of element (0000,0900); `nil` where the PDU holds none.
    static func status(in pdu: [UInt8]) -> UInt16? {
        guard pdu.first == 4, let head = Data(pdu).range(of: Data([0, 0, 0, 9, 2, 0, 0, 0])),
            head.upperBound + 2 <= pdu.count
        else { return nil }
        return UInt16(pdu[head.upperBound]) | UInt16(pdu[head.upperBound + 1]) << 8
    }

    /// A fragment of a command: the last one or not.
    static func command(_ bytes: [UInt8], isLast: Bool) -> [UInt8] { pdu(4, value(bytes, isLast ? 3 : 1)) }

    /// A fragment of a data set: the last one or not.
    static func data(_ bytes: [UInt8], isLast: Bool) -> [UInt8] { pdu(4, value(bytes, isLast ? 2 : 0)) }

    private static func value(_ bytes: [UInt8], _ control: UInt8) -> [UInt8] {
        let length = UInt32(bytes.count + 2)
        return (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) } + [1, control] + bytes
    }
}
