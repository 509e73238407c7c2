import Dispatch
import Synchronization

/// What goes on away from the screen. A process that ends under a thread that computes tears libraries down while they
/// are in use, which crashes it, so the program waits here before it ends.
package final class BackgroundWork: Sendable {
    /// The reading of images, as people are told of it: it writes nothing, and cannot be interrupted.
    package static let reading = "the reading of the images"
    /// A prediction, as people are told of it.
    package static let prediction = "the prediction"

    private let running = Mutex<[Int: String]>([:])
    private let count = Atomic<Int>(0)
    private let group = DispatchGroup()

    /// Nothing goes on yet.
    package init() {}

    /// Something begins.
    /// - Parameter what: for people, behind "stopping".
    /// - Returns: the number to end it by.
    package func begin(_ what: String) -> Int {
        let number = count.add(1, ordering: .relaxed).newValue
        group.enter()
        running.withLock { $0[number] = what }
        return number
    }

    /// It has ended.
    package func end(_ number: Int) {
        guard running.withLock({ $0.removeValue(forKey: number) }) != nil else { return }
        group.leave()
    }

    /// What was begun has come to something else.
    package func rename(_ number: Int, _ what: String) {
        running.withLock { if $0[number] != nil { $0[number] = what } }
    }

    /// What goes on, the oldest first.
    package var current: [String] { running.withLock { $0.sorted { $0.key < $1.key }.map(\.value) } }

    /// Waits so long, or until nothing goes on any more.
    /// - Returns: whether nothing does.
    package func wait(milliseconds: Int) -> Bool {
        group.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
