import Commands
import Testing

@Suite struct MessageLogTests {
    private func note(_ text: String) -> StatusMessage { StatusMessage(text) }

    @Test func repeatedMessagesAreOneWithACount() {
        var log = MessageLog()
        for slice in [3, 4, 7] { log.add(note("nothing would change"), replacing: nil, slice: slice) }
        log.add(StatusMessage("nothing would change", kind: .warning), replacing: nil, slice: 8)
        log.add(note("nothing would change"), replacing: nil, slice: 9)
        #expect(log.entries.map(\.count) == [3, 1, 1])
        #expect(log.entries.map(\.slice) == [7, 8, 9])
        #expect(log.entries.map(\.message.kind) == [.note, .warning, .note])
    }

    @Test func aMessageThatStillSaysTheOneBeforeTakesItsPlace() {
        var log = MessageLog()
        let (dropped, both) = (note("the preview was dropped"), note("brush: +1 ml · the preview was dropped"))
        log.add(dropped, replacing: nil, slice: 1)
        log.add(both, replacing: dropped, slice: 1)
        #expect(log.entries.map(\.message) == [both])
        let other = note("5 voxels belong to Heart")
        log.add(other, replacing: both, slice: 1)
        #expect(log.entries.map(\.message) == [both, other], "what it does not say any more can be read again")
        log.add(other, replacing: other, slice: 2)
        #expect(log.entries.map(\.count) == [1, 1], "it was not said again")
    }

    @Test func theOldestGoFirstAndAreCounted() {
        var log = MessageLog()
        for i in 0..<(MessageLog.limit + 3) { log.add(note("\(i)"), replacing: nil, slice: nil) }
        #expect(log.entries.count == MessageLog.limit && log.forgotten == 3)
        #expect(log.entries.first?.message.text == "3" && log.entries.last?.message.text == "\(MessageLog.limit + 2)")
    }

    @Test func aMessageKeepsItsNumber() {
        var log = MessageLog()
        #expect(log.newest == 0 && log.place(of: 3) == 0 && log.number(1, from: 0) == 0)
        for i in 0..<(MessageLog.limit + 3) { log.add(note("\(i)"), replacing: nil, slice: nil) }
        #expect(log.newest == MessageLog.limit + 2 && log.entries[log.place(of: 10)].message.text == "10")
        #expect(log.number(4, from: 10) == 14 && log.number(-40, from: 10) == 3 && log.number(1, from: 0) == 4)
        #expect(log.number(9999, from: 10) == log.newest)
    }

    @Test func joinedTheyMatterAsMuchAsTheGreatest() {
        let caution = StatusMessage("see there", kind: .caution)
        #expect(StatusMessage.joined(nil, nil) == nil && StatusMessage.joined(nil, caution) == caution)
        #expect(
            StatusMessage.joined(caution, note("done"), StatusMessage("stopped", kind: .warning))
                == StatusMessage("see there · done · stopped", kind: .warning))
        #expect(StatusMessage.joined(note("done"), caution)?.kind == .caution)
    }

    @Test func theNextCaseKnowsWhoseMessagesTheyWere() {
        var log = MessageLog()
        log.add(note("accepted"), replacing: nil, slice: 2)
        log = log.carriedOn(from: "first")
        log.add(note("accepted"), replacing: nil, slice: 0)
        log = log.carriedOn(from: "second")
        #expect(log.entries.map(\.caseTitle) == ["first", "second"], "messages of two cases are two")
        #expect(log.entries.map(\.slice) == [2, 0])
    }
}
