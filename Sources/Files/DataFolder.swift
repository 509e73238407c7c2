import Foundation

/// What is where in the data folder: the folder of `--home`, `PLEURA_HOME` or `$XDG_DATA_HOME/pleura`. What the program
/// keeps in it is named here and nowhere else. Asking makes nothing.
public struct DataFolder: Hashable, Sendable {
    /// The folder.
    public let url: URL

    /// The data folder at a place.
    public init(_ url: URL) { self.url = url }

    /// The data folder that a store's file lies in.
    public init(ofStore file: URL) { url = file.deletingLastPathComponent() }

    private func place(_ path: String) -> URL { url.appendingPathComponent(path) }

    /// The store of cases, journals, corrections, jobs and models: an SQLite database.
    public var store: URL { place("pleura.sqlite") }

    // Models.

    /// The folder of models: published ones by digest, and the user's own under any name.
    public var models: URL { place("models") }

    /// A published model's file.
    /// - Parameter digest: SHA-256 of its content, hexadecimal.
    public func model(_ digest: String) -> URL { place("models/\(digest).safetensors") }

    /// The folder of a training that was named rather than placed.
    public func training(_ name: String) -> URL { place("training/\(name)") }

    // Jobs.

    /// The folder of jobs; `log.txt` in it tells of predicting anew.
    public var jobs: URL { place("jobs") }

    /// The folder of a job.
    public func job(_ id: Int64) -> URL { place("jobs/\(id)") }

    /// Prepared slices of all jobs; may be removed at any time.
    public var preparedSlices: URL { place("cache/slices") }

    /// What workers started from a screen say.
    public var workerLog: URL { place("worker.log") }

    /// Locked as long as corrections are being sent by themselves.
    public var deliveryLock: URL { place("deliver.lock") }

    /// Locked as long as a worker works for the folder.
    public var workerLock: URL { place("worker.lock") }

    // Patients.

    /// The key of the patients' hashes.
    public var patientKey: URL { place("patients.key") }

    /// Series written anew under pseudonyms.
    public var pseudonymised: URL { place("pseudonymised") }

    /// Series pulled from other DICOM nodes: `incoming` while they come, `series` when they are whole.
    public var pulled: URL { place("pacs") }

    /// What others send: series while they come, and what was put aside (`Exchange/IntakeFolder`).
    public var intake: URL { place("intake") }

    /// What a process is about to send to a DICOM node.
    /// - Parameter process: its id.
    public func outgoing(_ process: Int32) -> URL { place("pacs/outgoing-\(process)") }

    // The user.

    /// The commands typed, one a line, oldest first.
    public var commandHistory: URL { place("command-history") }

    /// The keys that the user has learned.
    public var learnedKeys: URL { place("learned-keys") }
}
