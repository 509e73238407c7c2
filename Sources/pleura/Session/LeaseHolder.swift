import Foundation
import Glibc

/// Names the process that holds a case: host, process and its start, so that a process that has ended is known to be
/// gone at once and not only when its lease runs out.
struct LeaseHolder: Hashable, Sendable {
    let host: String
    let process: Int32
    let started: UInt64
    let token: String

    /// The running process.
    static let current = LeaseHolder(
        host: ProcessInfo.processInfo.hostName, process: getpid(), started: startTime(of: getpid()) ?? 0,
        token: UUID().uuidString)

    var text: String { "\(host) \(process) \(started) \(token)" }

    init(host: String, process: Int32, started: UInt64, token: String) {
        self.host = host
        self.process = process
        self.started = started
        self.token = token
    }

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 4, let process = Int32(parts[1]), let started = UInt64(parts[2]) else { return nil }
        self.init(host: String(parts[0]), process: process, started: started, token: String(parts[3]))
    }

    /// Whether the process is known to have ended: it ran on this host, and its number is free or was given to a
    /// process that started at another time.
    var isGone: Bool {
        host == LeaseHolder.current.host && process != getpid() && LeaseHolder.startTime(of: process) != started
    }

    /// When a process started, in ticks since boot: field 22 of `/proc/PID/stat` (proc(5)).
    private static func startTime(of process: Int32) -> UInt64? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The command's name, in parentheses, may itself hold spaces and parentheses.
        guard let end = data.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: data[(end + 1)...], as: UTF8.self).split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }
}
