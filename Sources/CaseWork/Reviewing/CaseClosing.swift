import Dispatch
import Foundation
import Synchronization

/// Closes the cases that were left, one behind the other and away from the screen: what is in line is written, and the
/// case is given back. A case that is opened meanwhile waits for that, so that it finds every edit and its lease free.
package final class CaseClosing: Sendable {
    private let queue = DispatchQueue(label: "pleura.closing", qos: .userInitiated)
    private let group = DispatchGroup()
    private let lost = Mutex<Int>(0)

    /// Nothing is being closed.
    package init() {}

    /// Closes a session.
    /// - Parameter told: is given how many edits could not be written and are lost, where any are.
    package func leave(_ session: CaseSession, told: @escaping @Sendable (Int) -> Void) {
        queue.async(group: group) { [self] in
            let steps = session.close()
            guard steps > 0 else { return }
            lost.withLock { $0 += steps }
            told(steps)
        }
    }

    /// Blocks until every case that was left before is closed; not for the screen's thread.
    package func settle() { queue.sync {} }

    /// Waits so long, or until every case that was left is closed.
    /// - Returns: whether every one is.
    package func wait(milliseconds: Int) -> Bool {
        group.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Edits that could not be written before their case was left.
    package var lostSteps: Int { lost.withLock { $0 } }
}
