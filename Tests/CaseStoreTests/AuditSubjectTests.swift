import CaseStore
import Cases
import Testing

@Suite("What rows of the log are about") struct AuditSubjectTests {
    private static let id = CaseID(rawValue: "1.2.3")

    @Test(
        "the text that hashes cover is the same in both directions",
        arguments: [
            ("case 1.2.3", AuditSubject.wholeCase(id)),
            ("case 1.2.3 session 4", .session(SessionID(rawValue: 4), of: id)),
            ("case 1.2.3 revision 2", .correction(CorrectionKey(caseID: id, revision: 2))),
            ("case 1.2.3 lung low", .wholeCase(CaseID(rawValue: "1.2.3 lung low"))),
            ("case a b revision 2", .correction(CorrectionKey(caseID: CaseID(rawValue: "a b"), revision: 2))),
            ("case session 2", .wholeCase(CaseID(rawValue: "session 2"))),
            ("case 1.2.3 session x", .wholeCase(CaseID(rawValue: "1.2.3 session x"))),
            ("job 12", .job(12)), ("model lungs@2", .model(ModelName(rawValue: "lungs@2"))),
            ("patient 0123456789ab", .patient("0123456789ab")), ("account ana maria", .account("ana maria")),
        ])
    func text(text: String, subject: AuditSubject) {
        #expect(subject.text == text && AuditSubject(text) == subject)
    }

    @Test("what no program of ours writes is nothing", arguments: ["", "x", "case", "case ", "job one", "organ 3"])
    func foreign(text: String) { #expect(AuditSubject(text) == nil) }

    @Test("of a patient's key only the beginning is kept")
    func patients() {
        #expect(AuditSubject.patient(key: "0123456789abcdef") == .patient("0123456789ab"))
    }
}
