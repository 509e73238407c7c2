import ArgumentParser
import CaseStore
import Cases
import Dicom
import Foundation
import NcursesBackend
import Networks
import Reports
import TerminalKit
import Volumes

/// Says what works and how to mend what does not.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Report what works, and how to fix what does not.")

    @OptionGroup var home: HomeOption

    func run() throws {
        var isWell = true
        func check(_ name: String, _ body: () throws -> String) {
            do {
                print("ok    \(name): \(try body())")
            } catch {
                isWell = false
                print("FAIL  \(name): \(ProgramError(error).description)")
            }
        }
        check("structures") {
            try Program.installStructures()
            let catalogue = StructureCatalogue.current
            return "\(catalogue.known.map(\.rawValue).joined(separator: ", ")) and "
                + "\(Plural.count(catalogue.structures.count - catalogue.known.count, "other"))"
        }
        check("resources") {
            let program = try Program.current()
            for theme in program.resources.names(in: "themes") { _ = try program.resources.theme(theme) }
            for keymap in program.resources.names(in: "keymaps") { _ = try program.resources.keymap(keymap) }
            return program.resources.url.path
        }
        check("settings") { "reviewer \(try Program.current().reviewer)" }
        check("store") {
            let store = try home.store()
            let list = try store.worklist()
            guard list.damaged.isEmpty else {
                throw ProgramError(list.damaged.map { "\($0.what): \($0.reason)" }.joined(separator: "; "), .failed)
            }
            return "\(Plural.count(list.items.count, "case")) in \(try home.folder().path)"
        }
        check("audit log") {
            guard case .intact(let rows, _) = try home.store().verifyAudit() else {
                throw ProgramError("broken; pleura audit verify says where", .failed)
            }
            return "\(Plural.count(rows, "row")), intact"
        }
        check("DICOM") {
            guard DicomFolder.hasDataDictionary else {
                throw ProgramError("DCMTK's data dictionary is missing. Install dcmtk or set DCMDICTPATH.", .failed)
            }
            return "data dictionary loaded"
        }
        // A machine without the engine still reviews, so this is no failure.
        do {
            let engine = try TorchEngine.load()
            let cuda = engine.hasCUDA ? ", CUDA" : ""
            let mixed = TorchEngine.processorHasBFloat16 ? ", bfloat16" : ""
            print(
                "ok    engine: libtorch \(engine.version) (\(engine.libraryPath)), "
                    + "\(Plural.count(engine.threads, "thread"))"
                    + mixed + cuda)
        } catch {
            print("none  engine: networks cannot run; baseline-threshold predicts")
            print("      \(error)")
        }
        check("models") {
            ModelReport.list(of: try ModelOptions.catalogue(home, try Program.current()))
        }
        let report = NcursesBackend.terminalReport()
        print(report.description)
        for advice in report.advice { print("      \(advice)") }
        if !isWell { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }
}
