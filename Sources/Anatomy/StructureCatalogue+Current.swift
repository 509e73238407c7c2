import Foundation
import Synchronization

extension StructureCatalogue {
    /// What the program knows by itself: `structures.json` beside this file, which is compiled in.
    public static let builtIn: StructureCatalogue = {
        do throws(StructureCatalogueError) {
            return try StructureFile(Data(PackageResources.structures_json), place: "structures.json").catalogue()
        } catch {
            // A test reads the same file, so that no program is built that gets here.
            preconditionFailure(error.description)
        }
    }()

    /// What is installed, and whether anybody asked yet.
    private struct Start {
        var installed: StructureCatalogue?
        var isInUse = false
    }

    private static let start = Mutex(Start())

    /// The catalogue of this program: the one that was installed before it was first asked for, otherwise the built-in
    /// one. It never changes, so that an order or a rule of the first minute holds in the last.
    public static let current: StructureCatalogue = start.withLock { start in
        start.isInUse = true
        return start.installed ?? builtIn
    }

    /// Makes a catalogue the program's, once, before anything asks for ``current``. The same one may be installed
    /// again.
    /// - Throws: ``StructureCatalogueError`` if another one is installed or in use.
    public static func install(_ catalogue: StructureCatalogue) throws(StructureCatalogueError) {
        let isAccepted = start.withLock { start in
            if start.isInUse || start.installed != nil { return catalogue == start.installed ?? builtIn }
            start.installed = catalogue
            return true
        }
        guard isAccepted else {
            throw StructureCatalogueError("structures.json", "another catalogue of structures is in use already")
        }
    }
}
