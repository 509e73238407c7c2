import Testing

@testable import Exchange

@Suite("Delivery of corrections")
struct CorrectionDeliveryTests {
    @Test("what failed is tried again after a minute, then ever later, but every hour")
    func pauses() {
        #expect([0, 1, 2, 3, 4, 5, 1000].map(CorrectionDelivery.pause) == [0, 60, 300, 1500, 3600, 3600, 3600])
    }
}
