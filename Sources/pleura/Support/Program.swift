import Anatomy
import CaseStore
import CaseWork
import Cases
import Exchange
import Files
import Foundation
import Glibc
import ImageValues
import JobWork
import Networks
import Settings
import TerminalKit
import Volumes

/// Where the program finds its own things, and who is using it.
struct Program {
    /// Themes and keymaps.
    let resources: ResourceFolder
    /// What the user set.
    let settings: UserSettings

    /// The running program's.
    /// - Throws: ``SettingsError``.
    static func current() throws(SettingsError) -> Program {
        let settings = try UserSettings.load(from: configuration.appendingPathComponent("config.toml"))
        return Program(resources: try .find(executable: executable), settings: settings)
    }

    private static var configuration: URL { SettingsFolder.current }

    /// The file of settings, if there is one.
    static var settingsFile: Data? {
        FileManager.default.contents(atPath: configuration.appendingPathComponent("config.toml").path)
    }

    /// What becomes of series that arrive.
    static var rulesFile: URL { configuration.appendingPathComponent("rules.toml") }

    /// What says whose the cases of a data folder are and where they come from, as set.
    func identity(store: any CaseStoring, home: HomeOption) throws(ProgramError) -> PatientIdentity {
        PatientIdentity(
            store: store, home: try home.folder(), holdOutShare: settings.holdOutShare, site: settings.site)
    }

    /// What sends corrections by itself from a data folder, as set.
    func delivery(_ home: HomeOption, by actor: String? = nil) throws -> CorrectionDelivery {
        CorrectionDelivery(
            from: try home.store(), home: try home.folder(), conventions: Program.conventions, by: settings,
            actor: actor ?? reviewer)
    }

    /// Makes the built-in structures, the department's and the user's the program's, before anything asks for them.
    /// - Throws: ``SettingsError``.
    static func installStructures() throws {
        // Without its resources, a program still has what needs none of them.
        let shared = (try? ResourceFolder.find(executable: executable))?.structures
        let own = configuration.appendingPathComponent("structures.json")
        try StructureCatalogue.install(.reading([shared, own].compactMap { $0 }))
    }

    /// The program's own file, whatever it was called as.
    static var executable: URL {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: path ?? CommandLine.arguments[0])
    }

    /// Where models lie as files, for a data folder: the user's own go before the shipped ones.
    func modelFolders(home: URL) -> [URL] { [DataFolder(home).models] + resources.shippedModels }

    /// The tolerances of surface Dice, as set.
    var tolerance: @Sendable (StructureName) -> Millimetres {
        { [settings] in settings.tolerance(of: $0) }
    }

    /// How structures are named by other programs and coloured in files, as the running program's resources say when they
    /// are needed.
    static let conventions = StructureConventions(
        aliases: { try Program.current().resources.structureAliases() },
        colours: {
            let theme = try Program.current().resources.theme("dark")
            return { RTColour(theme.structure($0.rawValue)) }
        },
        shipped: { { RTColour(ShippedColours.colour(of: $0)) } })

    /// A worker for a data folder, as the settings want it; what it does is said on standard error.
    func worker(
        store: any CaseStoring, home: URL, threads: Int?, isStopped: @escaping @Sendable () -> Bool
    ) -> Worker {
        Worker(
            store: store, home: home, modelFolders: modelFolders(home: home), tolerance: tolerance,
            trigger: FineTuningTrigger(afterCorrections: settings.trainsAfterCorrections, at: settings.trainsAt),
            networks: TorchNetworks(threads: threads), tell: Output.note, isStopped: isStopped)
    }

    /// Who reviews: as set, or the login name.
    var reviewer: String {
        if let name = settings.reviewer, !name.isEmpty { return name }
        if let entry = getpwuid(getuid()) { return String(cString: entry.pointee.pw_name) }
        return "uid\(getuid())"
    }
}
