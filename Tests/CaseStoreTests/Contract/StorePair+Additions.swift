import CaseStore
import Cases
import Foundation

extension StorePair {
    /// Says where the corrections of a case go, and what became of sending one.
    mutating func deliver(_ id: CaseID, _ key: CorrectionKey?, by who: String, at now: Date) {
        let route = number(0..<3) == 0 ? .nowhere : DeliveryRoute(node: "pacs", forms: ["seg"])
        ask("send by") {
            try $0.send(id, by: route, actor: who, now: now); return true
        }
        guard let key else { return }
        let result = number(0..<3) == 0 ? DeliveryAttempt.Result.sent(object: "1.2") : .failed("silent")
        let attempt = DeliveryAttempt(key, to: "pacs", as: ["sr", "seg"][number(0..<2)], result)
        ask("keep delivery") {
            try $0.keep(attempt, by: who, now: now); return true
        }
    }

    /// Adds structures to a case.
    mutating func list(_ lease: CaseLease, at now: Date) {
        let names = ["PTV", "Heart", Int(clock) % 4 == 0 ? "PTV" : "ptv"].map(StructureName.init(rawValue:))
        let listing = StructureListing(names.map { StructureListing.Entry(name: $0, isAdded: $0 != .heart) })
        ask("list structures") {
            try $0.keep(listing, lease: lease, now: now); return true
        }
        ask("listed structures") { try $0.structureListing(of: lease.caseID) }
    }
}
