import Foundation
import TestSupport
import Testing

/// Dataset and training through the real program.
@Suite struct TrainingTests {
    private let temporary: TemporaryFolder
    private let environment: [String: String]

    init() throws {
        temporary = try TemporaryFolder()
        environment = cleanEnvironment(home: temporary.file("home"))
    }

    @discardableResult
    private func pleura(_ arguments: String..., expecting status: Int32 = 0) throws -> ProgramResult {
        let result = try runProgram(pleuraBinary(), arguments, environment: environment)
        guard result.status == status else { throw Unexpected("pleura \(arguments): \(result)") }
        return result
    }

    /// Four small patients in a dataset that is split.
    private func dataset() throws -> String {
        let phantoms = temporary.file("phantoms").path
        let dataset = temporary.file("dataset").path
        try pleura("phantom", phantoms, "--patients", "4", "--matrix", "64", "--slices", "12", "--seed", "5")
        try pleura("dataset", "build", phantoms, "-o", dataset, "--structures", "Lung_L,Lung_R")
        try pleura("dataset", "split", dataset)
        return dataset
    }

    @Test func killedTrainingResumesToTheSameCurve() throws {
        let dataset = try dataset()
        let (whole, killed) = (temporary.file("whole/m").path, temporary.file("killed/m").path)
        let common = ["train", dataset, "--recipe", "smoke", "--epochs", "3", "--threads", "1", "--out"]
        let first = try runProgram(pleuraBinary(), common + [whole], environment: environment)
        #expect(first.status == 0, "\(first)")
        #expect(first.errors.split(separator: "\n").filter { $0.hasPrefix("epoch") }.count == 3)

        // Killed as soon as the first epoch's curve is there, wherever it is then.
        let script = """
            "$0" "$@" & child=$!
            until [ -s "\(killed)/curve.csv" ]; do sleep 0.02; done
            kill -9 $child; wait $child 2>/dev/null; exit 0
            """
        let program = try pleuraBinary().path
        let run = try runProgram(
            URL(fileURLWithPath: "/bin/sh"), ["-c", script, program] + common + [killed], environment: environment)
        #expect(run.status == 0)
        let refused = try runProgram(pleuraBinary(), common + [killed], environment: environment)
        #expect(refused.status == 2)
        let second = try runProgram(pleuraBinary(), common + [killed, "--resume"], environment: environment)
        #expect(second.status == 0, "\(second)")
        for file in ["curve.csv", "checkpoint.safetensors", "best.safetensors"] {
            let (a, b) = (URL(fileURLWithPath: whole), URL(fileURLWithPath: killed))
            #expect(
                try Data(contentsOf: a.appendingPathComponent(file)) == Data(contentsOf: b.appendingPathComponent(file))
            )
        }
    }

    @Test func trainingGoesOnFromAnotherModel() throws {
        let dataset = try dataset()
        let (first, second) = (temporary.file("first/m").path, temporary.file("second/m").path)
        try pleura("train", dataset, "--recipe", "smoke", "--epochs", "2", "--out", first)
        let model = "\(first)/model.safetensors"
        try pleura("train", dataset, "--recipe", "smoke", "--epochs", "1", "--from", model, "--out", second)
        // The first epoch of the second training begins where the first training ended, not at random weights.
        let scratch = try losses(first), further = try losses(second)
        #expect(try #require(further.first) < #require(scratch.first))
        let header = try Data(contentsOf: URL(fileURLWithPath: "\(second)/model.safetensors")).prefix(20_000)
        #expect(String(decoding: header, as: UTF8.self).contains(#""parent":"m@0""#))
        let other = try pleura(
            "train", dataset, "--recipe", "lungs-cpu", "--from", model, "--out", temporary.file("third/m").path,
            expecting: 2)
        #expect(other.errors.contains("Use its own recipe: smoke."))
    }

    /// The training losses of a folder's curve, by epoch.
    private func losses(_ folder: String) throws -> [Double] {
        let text = try String(contentsOfFile: "\(folder)/curve.csv", encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().map { line in
            try #require(line.split(separator: ",").dropFirst().first.flatMap { Double($0) })
        }
    }

    @Test func aDatasetIsFrozenAndChecked() throws {
        let dataset = try dataset()
        #expect(try pleura("dataset", "split", dataset, expecting: 2).errors.contains("already split"))
        let clean = try pleura("dataset", "check", dataset)
        #expect(clean.output.contains("4 patients, 0 errors"))
        // Another contour under the same name, and one that is gone.
        let phantoms = temporary.file("phantoms")
        let (left, right) = (
            phantoms.appendingPathComponent("phantom-01/Lung_L.nii.gz"),
            phantoms.appendingPathComponent("phantom-01/Lung_R.nii.gz")
        )
        try FileManager.default.removeItem(at: left)
        try FileManager.default.copyItem(at: right, to: left)
        try FileManager.default.removeItem(at: phantoms.appendingPathComponent("phantom-03/Lung_R.nii.gz"))
        let spoilt = try pleura("dataset", "check", dataset, "--json", expecting: 2)
        #expect(spoilt.output.contains("is not the contour the dataset was built from"))
        #expect(spoilt.output.contains("phantom-03"))
        #expect(spoilt.output.contains("\"errors\" : 2"))
    }

    /// A CT as TCIA serves LCTSC: one folder a patient, below it study and series folders with opaque names.
    @Test func readsTheLayoutOfLCTSC() throws {
        let source = try SampleCases.dicom()
        let root = temporary.file("LCTSC")
        for patient in 1...3 {
            let study = root.appendingPathComponent("LCTSC-Train-S1-00\(patient)/01-01-2001-NA-Thorax-1")
            try FileManager.default.createDirectory(at: study, withIntermediateDirectories: true)
            let drawn = study.appendingPathComponent("1.000000-RTSTRUCT-7")
            try FileManager.default.createDirectory(at: drawn, withIntermediateDirectories: true)
            // Three patients need three series: the phantom is made for each.
            let made = patient == 1 ? source : try SampleCases.dicom(patientSeed: "\(20 + patient)")
            try FileManager.default.copyItem(
                at: made.appendingPathComponent("CT"), to: study.appendingPathComponent("0.000000-NA-3"))
            try FileManager.default.copyItem(
                at: made.appendingPathComponent("RTSTRUCT.dcm"), to: drawn.appendingPathComponent("1-1.dcm"))
        }
        let dataset = temporary.file("set")
        let built = try pleura("dataset", "build", root.path, "-o", dataset.path)
        #expect(built.errors.contains("3 patients"))
        let list = try String(contentsOf: dataset.appendingPathComponent("dataset.json"), encoding: .utf8)
        #expect(list.contains("\"id\" : \"LCTSC-Train-S1-002\""))
        #expect(list.contains("../LCTSC/LCTSC-Train-S1-003/01-01-2001-NA-Thorax-1/1.000000-RTSTRUCT-7/1-1.dcm"))
        for name in ["Lung_L", "Lung_R", "Heart", "Esophagus", "SpinalCord"] { #expect(list.contains("\"\(name)\"")) }
        #expect(try pleura("dataset", "check", dataset.path).output.contains("0 errors"))

        // A pair of NIfTI files among them is one more patient, and hides none of the others.
        let pair = root.appendingPathComponent("pair")
        try FileManager.default.copyItem(at: SampleCases.nifti(), to: pair)
        let mixed = try pleura(
            "dataset", "build", root.path, "-o", temporary.file("mixed").path, "--structures", "Lung_L,Lung_R")
        #expect(mixed.errors.contains("4 patients"), "\(mixed)")
    }
}
