import Cases
import Lists

/// A worklist of two cases: one that somebody has open, and one that waits for approval.
enum WorklistFixture {
    static func state() -> WorklistState {
        var one = WorklistEntry(
            caseID: CaseID(rawValue: "1"), title: "LIDC-IDRI-0001", status: .inProgress,
            image: "512×512×133 · 0.70×0.70×2.50 mm", model: "lungs-unet2d@12", reviewer: "mkowalski",
            holder: "mkowalski")
        one.structures = [.lungLeft, .lungRight, .heart]
        one.effortSeconds = 430
        one.uncertainty = 0.316
        one.touchedAt = 1000
        one.flag = "is this effusion?"
        var two = WorklistEntry(
            caseID: CaseID(rawValue: "2"), title: "ACRIN-DSC-MR-Brain-042-very-long-name", status: .awaiting,
            image: "512×512×90", model: "baseline-threshold", reviewer: "anna.schmidt")
        two.structures = [.lungLeft, .lungRight]
        two.touchedAt = 1000 - 3 * 86_400
        two.assignee = "dr-okonkwo"
        var state = WorklistState(entries: [one, two], reviewer: "dr-okonkwo")
        state.now = 1000 + 600
        return state
    }
}
