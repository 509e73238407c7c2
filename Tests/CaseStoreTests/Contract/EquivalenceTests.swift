import Testing

/// Two stores of different kinds are asked the same, at random, and must answer the same to the last hash of their
/// logs: whatever a test shows with the store in memory then holds for the file.
@Suite struct EquivalenceTests {
    @Test func randomOperationsGiveTheSameAnswers() throws {
        var done: Set<String> = []
        for seed in [1, 2, 3, 5, 8, 13, 21, 34] as [UInt64] {
            var pair = try StorePair(seed: seed)
            for _ in 0..<800 { try pair.doSomething() }
            try pair.compareEverything()
            #expect(pair.refused > 20 && pair.mismatches.isEmpty, "seed \(seed)")
            done.formUnion(pair.done.keys)
        }
        // The runs reached what they are about: each of these gave a value in some run.
        let wanted: Set = [
            "register", "open", "renew", "release", "save prediction", "prediction", "estimate", "begin", "append",
            "save state", "load", "abandon", "restore", "salvage", "file", "reopen", "add job", "take job",
            "heartbeat", "move", "conclude", "publish", "promote", "roll back", "assign", "mark",
            "list structures", "listed structures",
        ]
        #expect(wanted.subtracting(done) == [])
    }
}
