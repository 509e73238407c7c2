import Foundation

/// The process that holds a lease, written so that another process of the machine can tell whether it has ended.
///
/// After a crash the same reviewer need not wait for the lease to run out: where ``isGone`` says that its holder has
/// ended, ask for the case again with `replacing:` that holder. In doubt (another machine, another container) it
/// counts as alive, and the lease's time decides.
public struct LeaseHolder: Hashable, Sendable, CustomStringConvertible {
    /// The machine's name.
    public let host: String
    /// The kernel's id of this start of the machine.
    public let boot: String
    /// Which processes the number counts among: containers have their own.
    public let namespace: String
    /// The process.
    public let process: Int32
    /// When it was started, in ticks since the machine's start: numbers of ended processes are given again.
    public let startedAt: String
    /// Tells apart the holders within one process.
    public let instance: String

    /// This process.
    /// - Parameter instance: tells apart the holders within this process, e.g. a UUID; a slash in it becomes `-`.
    public init(ofThisProcessAs instance: String) {
        host = Self.clean(ProcessInfo.processInfo.hostName)
        boot = Self.bootID
        namespace = Self.processNamespace
        process = getpid()
        startedAt = Self.status(of: getpid())?.startedAt ?? ""
        self.instance = Self.clean(instance)
    }

    /// Reads ``description`` back; `nil` for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let process = Int32(parts[3]), process > 0 else { return nil }
        (host, boot, namespace, self.process) = (parts[0], parts[1], parts[2], process)
        (startedAt, instance) = (parts[4], parts[5])
    }

    /// The holder as a lease names it.
    public var description: String { "\(host)/\(boot)/\(namespace)/\(process)/\(startedAt)/\(instance)" }

    /// Whether the process has certainly ended.
    public var isGone: Bool {
        guard !boot.isEmpty, !Self.bootID.isEmpty, host == Self.clean(ProcessInfo.processInfo.hostName) else {
            return false
        }
        // The machine was started anew since.
        if boot != Self.bootID { return true }
        guard !namespace.isEmpty, namespace == Self.processNamespace, !startedAt.isEmpty else { return false }
        if kill(process, 0) != 0 && errno == ESRCH { return true }
        guard let now = Self.status(of: process) else { return false }
        // A process that nobody has waited for yet is listed, but does nothing any more.
        return now.state == "Z" || now.state == "X" || now.startedAt != startedAt
    }

    private static func clean(_ text: String) -> String { text.replacing("/", with: "-") }

    private static var bootID: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return clean(text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "")
    }

    private static var processNamespace: String {
        clean((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "")
    }

    /// Fields 3 and 22 of `/proc/PID/stat`, counted behind the program's name, which may hold anything (proc(5)).
    private static func status(of process: Int32) -> (state: String, startedAt: String)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .isoLatin1),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        return fields.count > 19 ? (String(fields[0]), String(fields[19])) : nil
    }
}
