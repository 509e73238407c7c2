import Archive
import Foundation
import Synchronization

/// An archive in memory, which does what archives do: it leaves in the midst, lists what it does not send, repeats
/// itself, and knows no lists of UIDs.
final class MemoryArchive: ImageArchive {
    /// What is wrong with it.
    struct Manners: Sendable {
        /// After how many instances, of all calls together, the connection ends, once; `nil` for never.
        var leavesAfter: Int?
        /// What it lists and never sends.
        var withheld: Set<String> = []
        /// How often it lists and sends each instance.
        var repeats = 1
        /// Whether it sends anything for a list of more than one UID.
        var knowsLists = true
        /// What it says where it sends less than it was asked for.
        var remark: String?
        /// What it answers when it is asked to vouch for objects; `nil` for what it was asked.
        var vouches: [ArchivedObject]?
        /// What it fails with when it is asked to vouch.
        var refusal: ArchiveError?
        /// The status it stores objects with.
        var status: UInt16 = 0
    }

    private struct State {
        var manners = Manners()
        var studies: [ArchiveMatch] = []
        var series: [ArchiveMatch] = []
        var images: [ArchiveMatch] = []
        var asked: [[String]] = []
        var sent = 0
        var stored: [URL] = []
        var patience: [Int] = []
    }

    private let state = Mutex(State())
    let name = "memory"

    /// What is wrong with it.
    var manners: Manners {
        get { state.withLock { $0.manners } }
        set { state.withLock { $0.manners = newValue } }
    }
    /// The lists of instances that were asked for, in order; empty for a whole series.
    var asked: [[String]] { state.withLock { $0.asked } }
    /// How many instances were sent.
    var sent: Int { state.withLock { $0.sent } }
    /// How long one was ready to wait for it to vouch.
    var patience: [Int] { state.withLock { $0.patience } }

    static let ct = "1.2.840.10008.5.1.4.1.1.2"

    func add(study uid: String, date: String = "20260101") {
        var match = ArchiveMatch()
        match.studyUID = uid
        match.studyDate = date
        state.withLock { $0.studies.append(match) }
    }

    func add(series uid: String, modality: String = "CT") {
        var match = ArchiveMatch()
        match.seriesUID = uid
        match.modality = modality
        state.withLock { $0.series.append(match) }
    }

    func add(images uids: [String], of series: String, sopClass: String = MemoryArchive.ct) {
        state.withLock { state in
            for uid in uids {
                var match = ArchiveMatch()
                match.seriesUID = series
                match.sopClassUID = sopClass
                match.sopInstanceUID = uid
                state.images.append(match)
            }
        }
    }

    func echo() throws {}

    func find(_ query: ArchiveQuery) throws -> [ArchiveMatch] {
        state.withLock { state in
            switch query.level {
            case .study: return state.studies
            case .series: return state.series
            case .image:
                let found = state.images.filter { $0.seriesUID == query.seriesUID }
                return (0..<state.manners.repeats).flatMap { _ in found }
            }
        }
    }

    func fetch(
        study: String, series: String, instances: [String], to folder: URL, stored: @escaping (String) -> Void,
        remark: @escaping (String) -> Void
    ) throws {
        let (manners, images) = state.withLock { state in
            state.asked.append(instances)
            return (state.manners, state.images)
        }
        guard manners.knowsLists || instances.count == 1 else { return }
        let wanted = images.filter {
            $0.seriesUID == series && (instances.isEmpty || instances.contains($0.sopInstanceUID))
        }
        for image in wanted where !manners.withheld.contains(image.sopInstanceUID) {
            for _ in 0..<manners.repeats {
                let leaves = state.withLock { state in
                    guard state.manners.leavesAfter != state.sent else {
                        state.manners.leavesAfter = nil
                        return true
                    }
                    state.sent += 1
                    return false
                }
                if leaves { throw ArchiveError(.failed, "Node memory: the connection ended.") }
                try Data(image.sopInstanceUID.utf8).write(
                    to: folder.appendingPathComponent("\(image.sopInstanceUID).dcm"))
                stored(image.sopInstanceUID)
            }
        }
        if let text = manners.remark { remark(text) }
    }

    func store(_ files: [URL]) throws -> [ArchivedObject] {
        state.withLock { state in
            state.stored += files
            return files.map {
                ArchivedObject(
                    sopClassUID: "1.2", sopInstanceUID: $0.deletingPathExtension().lastPathComponent,
                    status: state.manners.status)
            }
        }
    }

    func commit(_ objects: [ArchivedObject], patience: Int) throws -> [ArchivedObject] {
        let manners = state.withLock { state in
            state.patience.append(patience)
            return state.manners
        }
        if let refusal = manners.refusal { throw refusal }
        return manners.vouches ?? objects
    }
}
