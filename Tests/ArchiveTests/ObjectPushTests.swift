import Archive
import Foundation
import Testing

@Suite struct ObjectPushTests {
    private let file = URL(fileURLWithPath: "/tmp/2.25.7.dcm")

    private func push(
        patience: Int?, _ change: (inout MemoryArchive.Manners) -> Void
    ) throws -> (outcome: ObjectPush.Outcome, archive: MemoryArchive) {
        let archive = MemoryArchive()
        var manners = MemoryArchive.Manners()
        change(&manners)
        archive.manners = manners
        return (try ObjectPush(to: archive).run(file, patience: patience), archive)
    }

    @Test func nobodyIsAskedToVouchUnlessThatIsWanted() throws {
        let (outcome, archive) = try push(patience: nil) { _ in }
        #expect(outcome.sopInstanceUID == "2.25.7" && outcome.answer == nil && outcome.remarks == [])
        #expect(archive.patience == [])
    }

    @Test func aWarningOfTheArchiveIsPassedOn() throws {
        let (outcome, _) = try push(patience: nil) { $0.status = 0xb000 }
        #expect(outcome.remarks == ["It was stored with a warning (status b000h)."])
    }

    @Test func theArchiveVouchesForAllOrNotAtAll() throws {
        let object = ArchivedObject(sopClassUID: "1.2", sopInstanceUID: "2.25.7")
        let refused = ArchivedObject(sopClassUID: "1.2", sopInstanceUID: "2.25.7", status: 0x0112)
        let other = ArchivedObject(sopClassUID: "1.2", sopInstanceUID: "2.25.8")
        for (vouches, answer) in [
            ([object], Commitment.Answer.committed), ([other, object, object], .committed), ([], .failed),
            ([refused], .failed), ([other], .failed),
        ] {
            let (outcome, _) = try push(patience: 9) { $0.vouches = vouches }
            #expect(outcome.answer == answer && outcome.remarks == [], "\(vouches)")
        }
    }

    @Test(arguments: [
        (ArchiveError.Kind.notOffered, Commitment.Answer.notOffered), (.timedOut, .pending), (.failed, .failed),
    ])
    func whatIsStoredStaysStoredWhateverBecomesOfTheQuestion(
        kind: ArchiveError.Kind, answer: Commitment.Answer
    ) throws {
        let (outcome, archive) = try push(patience: 9_999) { $0.refusal = ArchiveError(kind, "Node memory: no.") }
        #expect(outcome.sopInstanceUID == "2.25.7" && outcome.answer == answer)
        #expect(outcome.remarks == ["Node memory: no."] && archive.patience == [3600])
    }
}
