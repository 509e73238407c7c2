import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``DeliveryStoring/send(_:by:actor:now:)``.
    package func send(
        _ id: CaseID, by route: DeliveryRoute, actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try route.requireValid()
        try write(.deliveries) { state throws(CaseStoreError) in
            _ = try state.requireCase(id)
            state.cases[id]?.deliveryRoute = route
            try state.log(at, actor, .caseRouted, .wholeCase(id), route.logged)
        }
    }

    /// See ``DeliveryStoring/deliveryRoutes()``.
    package func deliveryRoutes() throws(CaseStoreError) -> [CaseID: DeliveryRoute] {
        try read { state throws(CaseStoreError) in state.cases.compactMapValues(\.deliveryRoute) }
    }

    /// See ``DeliveryStoring/keep(_:by:now:)``.
    package func keep(_ attempt: DeliveryAttempt, by actor: String, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try attempt.requireValid()
        try write(.deliveries) { state throws(CaseStoreError) in
            _ = try state.summary(attempt.key)
            let earlier = state.deliveries.firstIndex {
                ($0.last.key, $0.last.node, $0.last.form) == (attempt.key, attempt.node, attempt.form)
            }
            var attempts = 1
            if let earlier {
                let before = state.deliveries.remove(at: earlier)
                guard !before.isSent else { throw attempt.sentBefore }
                attempts += before.attempts
            }
            state.deliveries.append(Delivery(last: attempt, attempts: attempts, at: StoredTime.decode(at)))
            if case .sent(let object) = attempt.result {
                try state.log(
                    at, actor, .correctionSent, .correction(attempt.key),
                    ["to": attempt.node, "as": attempt.form, "object": object])
            }
        }
    }

    /// See ``DeliveryStoring/deliveries()``.
    package func deliveries() throws(CaseStoreError) -> [Delivery] {
        try read { state throws(CaseStoreError) in state.deliveries }
    }
}
