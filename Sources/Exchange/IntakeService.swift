import CaseWork
import DicomNetwork
import Files
import Foundation
import Synchronization
import Volumes

/// What `pleura listen` does: receives over the network and from a folder, and makes cases of what is complete, until it is
/// stopped.
package final class IntakeService: StoreListener.Delegate {
    /// When it does what.
    package struct Pace: Hashable, Sendable {
        /// How long a study must have been quiet for its series to be complete, seconds.
        package var quiet: TimeInterval
        /// Ends after so many seconds without anything, once all is done; `nil` to go on.
        package var endsAfter: TimeInterval?

        /// A pace.
        package init(quiet: TimeInterval, endsAfter: TimeInterval? = nil) {
            self.quiet = quiet
            self.endsAfter = endsAfter
        }
    }

    /// How long a series waits to be tried again, seconds.
    private static let pause: TimeInterval = 60

    private let folder: IntakeFolder
    private let pace: Pace
    private let say: @Sendable (String) -> Void
    private let wanted: @Sendable () -> Bool
    private let counts = Mutex(Counts())

    private struct Counts {
        var hasEnded = false
        var failure: DicomNetworkError?
        /// What was said of refusals lately: whoever calls a thousand times is told of once a minute.
        var muted: [String: Muted] = [:]
    }

    private struct Muted {
        let line: String
        let until: Date
        /// How many like it were not said.
        var count = 0

        var more: String { count > 0 ? " (and \(count) more like it)" : "" }
    }

    /// What is still to be said of objects of a series that were put apart.
    private struct Unsaid {
        var apart = IntakeFolder.Apart()
        /// Until when nothing more is said.
        var until = Date.distantPast
    }

    /// A service.
    /// - Parameters:
    ///   - say: is told what happens, a line each, from several threads; no line holds who a patient is.
    ///   - isStopped: whether it is to end.
    package init(
        _ folder: IntakeFolder, pace: Pace, say: @escaping @Sendable (String) -> Void,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.folder = folder
        self.pace = pace
        self.say = say
        wanted = isStopped
    }

    // For the listener.

    /// See ``StoreListener/Delegate``.
    package var isStopped: Bool { wanted() || counts.withLock { $0.hasEnded } }

    /// See ``StoreListener/Delegate``.
    package func take(_ arrival: StoreListener.Arrival) -> UInt16 {
        do throws(IntakeRefusal) {
            let filed = try folder.take(
                URL(fileURLWithPath: arrival.path), calling: arrival.callingTitle,
                announced: (arrival.sopClassUID, arrival.sopInstanceUID), association: arrival.association)
            // Its sender has to know that what lies here under its UID is not what it sent.
            return filed == .conflict ? 0x0111 : 0
        } catch {
            mute("\(arrival.callingTitle): an object was refused: \(error.description)", as: error.description)
            return error.status
        }
    }

    /// See ``StoreListener/Delegate``.
    package func vouch(sopClassUID: String, sopInstanceUID: String) -> UInt16 {
        folder.vouch(sopClassUID: sopClassUID, sopInstanceUID: sopInstanceUID)
    }

    /// See ``StoreListener/Delegate``.
    package func hear(_ news: StoreListener.News) {
        switch news {
        case .ready(let port): say("listening on port \(port)")
        case .began: break
        case .ended(let number, let calling, let objects):
            folder.ended(association: number)
            if objects > 0 { say("\(calling): \(Plural.count(objects, "object")) received") }
        case .refused(_, let calling, let reason): mute("\(calling): refused: \(reason)", as: reason)
        case .cut(let number, let calling, let objects, let reason):
            folder.ended(association: number, wasCut: true)
            let who = calling.isEmpty ? "somebody" : calling
            mute("\(who): cut off after \(Plural.count(objects, "object")): \(reason)", as: reason)
        }
    }

    private func mute(_ line: String, as reason: String) {
        let now = Date()
        let said = counts.withLock { counts -> String? in
            if let earlier = counts.muted[reason], earlier.until > now {
                counts.muted[reason]?.count += 1
                return nil
            }
            let more = counts.muted[reason]?.more ?? ""
            counts.muted[reason] = Muted(line: line, until: now + Self.pause)
            return line + more
        }
        if let said { say(said) }
    }

    /// Says what was not said so far.
    private func unmute() {
        let left = counts.withLock { counts in
            defer { counts.muted = [:] }
            return counts.muted.values.filter { $0.count > 0 }
        }
        for muted in left.sorted(by: { $0.line < $1.line }) { say(muted.line + muted.more) }
    }

    /// Says what was put apart, and has the readers told: at once, and of the same series once a minute.
    /// - Parameter isLast: whether nothing is left for later.
    private func tellApart(_ unsaid: inout [String: Unsaid], _ intake: SeriesIntake, isLast: Bool = false) {
        for (series, apart) in folder.newlyApart() {
            unsaid[series, default: Unsaid()].apart.add(
                late: apart.late, conflicts: apart.conflicts, calling: apart.calling)
        }
        let now = Date()
        for (series, known) in unsaid where known.until <= now || isLast {
            let apart = known.apart
            unsaid[series] = apart == IntakeFolder.Apart() ? nil : Unsaid(until: now + Self.pause)
            let source = apart.calling.isEmpty ? "" : ", the last from \(apart.calling)"
            if apart.late > 0 {
                say(
                    "series \(series): \(Plural.count(apart.late, "image")) came after it was complete\(source); "
                        + "\(apart.late == 1 ? "it lies" : "they lie") in \(folder.place("late", series).path) and "
                        + "\(apart.late == 1 ? "is" : "are") part of no case")
                if !intake.tellLate(of: series) { unsaid[series]?.apart.late = apart.late }
            }
            if apart.conflicts > 0 {
                say(
                    "series \(series): \(Plural.count(apart.conflicts, "object")) came under UIDs that others have"
                        + "\(source); \(apart.conflicts == 1 ? "it lies" : "they lie") in "
                        + "\(folder.place("conflicts", series).path) and "
                        + "\(apart.conflicts == 1 ? "is" : "are") part of no case")
            }
        }
    }

    /// Says what lies there from earlier.
    private func tellEarlier(_ intake: SeriesIntake) {
        for (uid, reason) in folder.failed() { say("series \(uid): received earlier, became no case. \(reason)") }
        for kind in ["late", "conflicts"] {
            for (series, count) in folder.lyingApart(in: kind) {
                let place = folder.place(kind, series).path
                say("series \(series): \(Plural.count(count, "object")) from earlier in \(place), part of no case")
                if kind == "late" { _ = intake.tellLate(of: series) }
            }
        }
    }

    // The loop.

    /// Works until it is stopped, or has been idle for as long as the pace says.
    /// - Parameters:
    ///   - listener: what listens to the network; `nil` for a folder alone.
    ///   - watched: the folder that is watched, if any.
    /// - Returns: whether every series that was met came to what its rule wants.
    /// - Throws: ``DicomNetworkError`` if the port cannot be listened to.
    package func run(_ listener: StoreListener?, watching watched: WatchedFolder?, _ intake: SeriesIntake) throws
        -> Bool
    {
        let thread = DispatchGroup()
        if let listener {
            // A thread of its own: it waits all the time.
            thread.enter()
            Thread { [self] in
                do throws(DicomNetworkError) {
                    try listener.run(into: folder.arriving.path, self)
                } catch {
                    counts.withLock { $0.failure = error }
                }
                counts.withLock { $0.hasEnded = true }
                thread.leave()
            }.start()
        }
        tellEarlier(intake)
        var unsaid: [String: Unsaid] = [:]
        let isWell = work(watched, intake, &unsaid)
        counts.withLock { $0.hasEnded = true }
        thread.wait()
        tellApart(&unsaid, intake, isLast: true)
        unmute()
        if let failure = counts.withLock({ $0.failure }) { throw failure }
        return isWell
    }

    private func work(
        _ watched: WatchedFolder?, _ intake: SeriesIntake, _ unsaid: inout [String: Unsaid]
    ) -> Bool {
        var watched = watched
        // The series that did not come to what their rules want, as far as they were not mended since.
        var troubled: Set<String> = []
        var waiting: [String: Date] = [:]
        var (lastLook, growing) = (Date.distantPast, 0)
        while !isStopped {
            if watched != nil, Date().timeIntervalSince(lastLook) >= 1 {
                let look = watched?.look(into: folder, isStopped: { self.isStopped }) ?? .init()
                lastLook = Date()
                growing = look.growing
                tell(look)
            }
            tellApart(&unsaid, intake)
            var ready = folder.due() + folder.complete(quiet: pace.quiet)
            ready.removeAll { waiting[$0.uid, default: .distantPast] > Date() }
            ready.sort { intake.isUrgent($0) && !intake.isUrgent($1) }
            if let next = ready.first {
                var (isWell, isPostponed) = (true, false)
                switch intake.process(next) {
                case .kept, .ignored: break
                case .registered(_, let remarks): isWell = remarks.isEmpty
                case .failed: isWell = false
                case .postponed: (isWell, isPostponed) = (false, true)
                }
                if isWell { troubled.remove(next.uid) } else { troubled.insert(next.uid) }
                // It is due still where the disk did not take down what became of it: without a pause it would be
                // tried again at once, for ever.
                let isLater = isPostponed || folder.isDue(next.uid)
                waiting[next.uid] = isLater ? Date() + Self.pause : nil
                continue
            }
            if let end = pace.endsAfter, growing == 0, let idle = folder.idle(without: Set(waiting.keys)), idle >= end {
                break
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return troubled.isEmpty
    }

    private func tell(_ look: WatchedFolder.Look) {
        if !look.taken.isEmpty { folder.syncNames() }
        let new = look.taken.filter { $0 == .new }.count
        if new > 0 { say("watched folder: \(Plural.count(new, "object")) taken") }
        for reason in Set(look.refused).sorted() {
            let count = look.refused.filter { $0 == reason }.count
            mute("watched folder: \(Plural.count(count, "file")) not taken: \(reason)", as: "watch \(reason)")
        }
    }
}
