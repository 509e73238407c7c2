import CaseStore
import CaseWork
import Cases
import Foundation
import Testing
import Volumes

@testable import Reports

private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

@Suite("Numbers in JSON") struct JSONNumberTests {
    @Test(
        "infinite is a text, not defined is null",
        arguments: [
            (nil, "null"), (Double.nan, "null"), (.infinity, "\"inf\""), (-.infinity, "\"-inf\""), (0.5, "0.5"),
        ]
            as [(Double?, String)])
    func numbers(_ value: Double?, _ text: String) throws {
        #expect(try json([JSONNumber(value)]) == "[\(text)]")
    }
}

@Suite("The story of a case") struct AuditStoryTests {
    @Test("a process that signs is a worker; people sign as they like")
    func persons() {
        #expect(AuditStory.person(LeaseHolder(ofThisProcessAs: "worker-1").description) == "worker")
        #expect(AuditStory.person("ana") == "ana" && AuditStory.person("ward 3/worker-7") == "ward 3/worker-7")
    }
}

@Suite("What corrections took") struct EffortStatisticsTests {
    /// A correction of a case that was filed so many seconds after the others.
    static func summary(
        _ name: String, model: String, path: Double, slices: Int, seconds: Double, score: Double?, at: Double,
        status: CorrectionStatus = .corrected, isSuperseded: Bool = false
    ) -> CorrectionSummary {
        CorrectionSummary(
            key: CorrectionKey(caseID: CaseID(rawValue: name), revision: 1), status: status, reason: nil,
            outcomes: [
                StructureOutcome(
                    name: .lungLeft, surfaceDiceAgainstPrediction: score, tolerance: 2,
                    addedPathLength: Millimetres(path))
            ],
            slicesTouched: Array(0..<slices), slicesSeen: [], activeSeconds: seconds, reviewer: "ana",
            model: ModelName(rawValue: model), prediction: PredictionID(rawValue: "p"),
            filedAt: Date(timeIntervalSince1970: at), isSuperseded: isSuperseded)
    }

    @Test("medians by model, in the order in which the models were first corrected")
    func medians() throws {
        let statistics = EffortStatistics([
            Self.summary("c", model: "b@2", path: 1, slices: 0, seconds: 60, score: nil, at: 30, status: .accepted),
            Self.summary("a", model: "b@1", path: 10, slices: 1, seconds: 60, score: 0.8, at: 10),
            Self.summary("b", model: "b@1", path: 30, slices: 4, seconds: 180, score: 0.9, at: 20),
        ])
        #expect(statistics.corrections.map(\.caseID) == ["a", "b", "c"])
        #expect(statistics.models.map(\.model) == ["b@1", "b@2"])
        let first = statistics.models[0]
        #expect(first.corrections == 2 && first.unchanged == 0 && first.addedPathLength == 20 && first.slices == 2.5)
        #expect(first.minutes == 2)
        #expect(abs((first.surfaceDice.value ?? 0) - 0.85) < 1e-12)
        #expect(statistics.models[1].unchanged == 1 && statistics.models[1].surfaceDice.value == nil)
    }

    @Test("a structure that nobody proposed adds nothing to the path, and leaves a proposal unchanged")
    func added() {
        let summary = QualityReportTests.withAdded("a", path: 10, slices: 2, at: 1)
        let statistics = EffortStatistics([summary, QualityReportTests.withAdded("b", path: 0, slices: 0, at: 2)])
        #expect(statistics.corrections.map(\.addedPathLength) == [10, 0])
        #expect(statistics.models.map(\.addedPathLength) == [5] && statistics.models.map(\.unchanged) == [1])
        #expect(statistics.lines.contains { $0.contains("lungs@1") && $0.contains("    10") })
    }

    @Test("rejected and replaced corrections say nothing of contours")
    func leftOut() {
        let statistics = EffortStatistics([
            Self.summary("a", model: "b@1", path: 1, slices: 1, seconds: 1, score: 1, at: 1, status: .rejected),
            Self.summary("b", model: "b@1", path: 1, slices: 1, seconds: 1, score: 1, at: 2, isSuperseded: true),
        ])
        #expect(statistics.corrections.isEmpty && statistics.models.isEmpty)
        #expect(statistics.lines == ["No correction has been filed yet."])
    }

    @Test("tools are told in all and of each correction, those first that took most time")
    func tools() throws {
        func effort(_ tool: String, _ steps: Int, _ path: Double, _ seconds: Double) -> ToolEffort {
            var effort = ToolEffort(tool: tool)
            (effort.steps, effort.addedPathLength, effort.seconds) = (steps, Millimetres(path), seconds)
            return effort
        }
        let summaries = ["a", "b", "c"].map {
            Self.summary($0, model: "b@1", path: 10, slices: 1, seconds: 60, score: 0.8, at: 10)
        }
        let statistics = EffortStatistics(
            summaries,
            tools: [
                summaries[0].key: [effort("brush", 3, 20, 30), effort("refine", 1, 40, 60)],
                summaries[1].key: [effort("carry", 1, 80, 6), effort("refine", 2, 20, 30)],
            ], warnings: ["case c r1: its review is not known"])
        let text = try json(statistics)
        #expect(
            text.contains(
                #""tools":[{"active_minutes":1.5,"added_path_length_mm":60,"corrections":2,"steps":3,"tool":"refine"},"#
            ))
        #expect(text.contains(#""warnings":["case c r1: its review is not known"]"#))
        #expect(statistics.tools.map(\.tool) == ["refine", "brush", "carry"])
        #expect(statistics.lines.contains("refine                    2         60        3      1.5"))
        #expect(
            statistics.corrections.map { $0.tools?.map(\.tool) } == [["refine", "brush"], ["refine", "carry"], nil])
    }

    @Test("a chart is XML whatever a model is called")
    func chart() {
        let statistics = EffortStatistics([
            Self.summary("a", model: "x@1", path: 1, slices: 1, seconds: 60, score: 0.5, at: 1),
            Self.summary("b", model: "<&>@2", path: 2, slices: 2, seconds: 60, score: 1, at: 2),
        ])
        #expect(statistics.svg.hasPrefix("<svg ") && statistics.svg.hasSuffix("</svg>\n"))
        #expect(statistics.svg.contains("&lt;&amp;>@2") && !statistics.svg.contains("<&>"))
        #expect(statistics.svg.components(separatedBy: "<circle").count - 1 == 8)
    }
}

@Suite("What a rehearsal came to") struct LoopReportTests {
    private func round(_ number: Int, _ subgroups: Int?) -> LoopReport.Round {
        LoopReport.Round(
            number: number, job: 1, corrections: 10, candidate: "m@2", state: "promoted", reason: "good",
            predictionScore: 0.8, cases: [], replay: [], sites: [], curve: "", subgroups: subgroups)
    }

    @Test("the page says which subgroups the gate judged, and that it judged none where it could not yet")
    func subgroups() throws {
        let old = LoopReport(newSite: "siteD", rounds: [round(1, nil)]).markdown(command: "x")
        #expect(old.contains("\n\nIn this run the gate judged the hold-out as a whole alone."))
        let new = LoopReport(newSite: "siteD", rounds: [round(1, 4), round(2, 0)]).markdown(command: "x")
        #expect(new.hasSuffix("that the gate judged as well: 4 in round 1, 0 in round 2.\n") && !new.contains("alone"))
        #expect(!LoopReport().markdown(command: "x").contains("gate judged"))
        // A report of before has no such number.
        let stored = try JSONEncoder().encode(LoopReport(rounds: [round(1, nil)]))
        #expect(!String(decoding: stored, as: UTF8.self).contains("subgroups"))
        #expect(try JSONDecoder().decode(LoopReport.self, from: stored).rounds.map(\.subgroups) == [nil])
    }
}

@Suite("What a job would take in, as it is told") struct QueueAddReportTests {
    private let key = CorrectionKey(caseID: CaseID(rawValue: "1.2"), revision: 3)

    private func candidate(_ status: CorrectionStatus) -> TrainingSelection.Candidate {
        TrainingSelection.Candidate(
            key: key, status: status, isSuperseded: false, isHeldOut: false, slicesSeen: 1, slices: 1,
            structures: [.lungLeft])
    }

    @Test func what_goes_in_and_what_does_not() throws {
        let model = ModelName(rawValue: "lungs@2")
        let taken = QueueAddReport(
            TrainingSelection(from: [candidate(.corrected)], structures: [.lungLeft], jobs: []), model: model, job: nil,
            isDry: true)
        #expect(!taken.isEmpty)
        #expect(taken.lines == ["in    1.2  r3", "1 correction would go in, for lungs@2."])
        #expect(
            try json(taken)
                == #"{"corrections":[{"case":"1.2","revision":3}],"dry_run":true,"left_out":[],"model":"lungs@2"}"#)
        let none = QueueAddReport(
            TrainingSelection(from: [candidate(.rejected)], structures: [.lungLeft], jobs: []), model: model, job: nil,
            isDry: false)
        #expect(none.isEmpty && none.lines.count == 2)
        #expect(none.lines[0].hasPrefix("out   1.2  r3  ") && none.lines[1].hasSuffix("to train lungs@2 on."))
    }
}

@Suite("What a pull came to") struct PullReportTests {
    @Test("a series that failed has no case and says why; nothing is left out of the document")
    func failure() throws {
        var report = PullReport(node: "PACS", studyUID: "1.2")
        var series = PullReport.Series(seriesUID: "1.2.3")
        series.fail("volume 1: no.")
        series.fail("volume 2: neither.")
        series.add(instances: 3, received: 2, present: 1)
        report.series.append(series)
        let expected =
            #"{"node":"PACS","series":[{"already_here":1,"case":null,"cases":[],"error":"volume 1: no. volume 2: "#
            + #"neither.","instances":3,"received":2,"series_uid":"1.2.3","warnings":[]}],"study_uid":"1.2"}"#
        #expect(try json(report) == expected)
        #expect(report.lines.isEmpty && report.notes.isEmpty)
    }

    @Test("what a peer says steers no terminal")
    func controls() {
        var list = StudyList(node: "PACS")
        #expect(list.lines == ["No study matches."])
        list.studies = [
            StudyList.Study(
                studyUID: "1.2", date: "20260102", description: "a\u{1b}[2Jb",
                series: [.init(seriesUID: "1.2.3", modality: "CT", description: "c\u{7}", instances: 1)])
        ]
        #expect(list.lines == ["1.2  20260102  a[2Jb", "  1.2.3  CT  1 image  c"])
    }
}
