import CaseWork
import Foundation
import Reports
import Synchronization
import Testing

@testable import Exchange

@Suite("Delivery of corrections")
struct CorrectionDeliveryTests {
    @Test("what failed is tried again after a minute, then ever later, but every hour")
    func pauses() {
        #expect([0, 1, 2, 3, 4, 5, 1000].map(CorrectionDelivery.pause) == [0, 60, 300, 1500, 3600, 3600, 3600])
    }
}

/// What is said of deliveries while something else runs.
@Suite("Delivery in a loop")
struct DeliveryLoopTests {
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        let reports: Mutex<[Result<DeliveryReport, WorkError>]>
        let isStopped = Mutex(false)

        init(_ reports: [Result<DeliveryReport, WorkError>]) { self.reports = Mutex(reports) }

        func next() throws -> DeliveryReport {
            let next = reports.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            return try next?.get() ?? DeliveryReport()
        }

        var loop: DeliveryLoop {
            DeliveryLoop(
                { try self.next() }, say: { line in self.lines.withLock { $0.append(line) } },
                isStopped: { self.isStopped.withLock { $0 } })
        }
    }

    private func failure(_ error: String, ofNode: Bool) -> DeliveryReport {
        var report = DeliveryReport()
        report.failed = [
            .init(caseID: "1.2", revision: 3, node: "clinic", form: "sr", error: error, isOfNode: ofNode, attempts: 2)
        ]
        return report
    }

    @Test("what a node says is said; what is wrong with a case may name a path, and is asked for")
    func reasons() {
        let log = Log([.success(failure("Node clinic: no.", ofNode: true))])
        #expect(!log.loop.finish())
        let other = Log([.success(failure("The image at /home/Smith is gone.", ofNode: false))])
        #expect(!other.loop.finish())
        #expect(
            log.lines.withLock { $0 } == [
                "not sent: case 1.2 revision 3 as sr to clinic, tried 2 times: Node clinic: no."
            ])
        #expect(
            other.lines.withLock { $0 } == [
                "not sent: case 1.2 revision 3 as sr to clinic, tried 2 times: pleura deliver --list says why."
            ])
    }

    @Test("what was sent is said with what there is to note; a store that cannot be read is said once")
    func rest() {
        var sent = DeliveryReport()
        sent.sent = [
            .init(
                caseID: "1.2", revision: 1, node: "clinic", form: "seg", sopInstanceUID: "1.2.3",
                warnings: ["/home/Smith/x.dcm was skipped", "It has it already."], remarks: ["It has it already."],
                attempts: 1)
        ]
        let log = Log([.success(sent)])
        let loop = log.loop
        #expect(loop.finish())
        #expect(
            log.lines.withLock { $0 } == [
                "sent: case 1.2 revision 1 as seg to clinic",
                "note: case 1.2 revision 1 as seg to clinic: It has it already.",
                "note: case 1.2 revision 1 as seg to clinic: 1 remark, as the review has them",
            ])
        let busy = Log([.failure(WorkError("Busy.", .failed)), .failure(WorkError("Busy.", .failed))])
        let busyLoop = busy.loop
        #expect(!busyLoop.finish() && !busyLoop.finish())
        #expect(busy.lines.withLock { $0 } == ["corrections: Busy."])
        #expect(busyLoop.finish(), "there was nothing to do")
        // What failed before and waits is not well; what only waits for its time is.
        for isOverdue in [true, false] {
            var later = DeliveryReport()
            later.wait(isOverdue: isOverdue)
            #expect(Log([.success(later)]).loop.finish() == !isOverdue)
        }
        // Stopped, it begins nothing more.
        let stopped = Log([.success(sent)])
        stopped.isStopped.withLock { $0 = true }
        #expect(stopped.loop.finish() && stopped.lines.withLock { $0.isEmpty })
    }
}
