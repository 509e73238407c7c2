import Testing

@Suite("Imports follow the design's table")
struct DependencyRuleTests {
    let rules = DependencyRules.pleura

    @Test("every arrow of Package.swift is allowed")
    func manifest() throws {
        let targets = try PackageManifest(source: Repository.text("Package.swift")).targets.filter { !$0.isTest }
        #expect(targets.count > 2)
        for target in targets {
            for dependency in target.dependencies {
                let module = dependency == "GRDB.swift" ? "GRDB" : dependency
                #expect(rules.objection(to: module, from: target.name) == nil)
            }
        }
    }

    @Test("every import and include in Sources is allowed")
    func sources() throws {
        let files = try Repository.files(below: "Sources", extensions: ["swift", "c", "cc", "cpp", "h", "hpp"])
        #expect(files.count > 20)
        var named = 0
        for file in files {
            let target = String(file.split(separator: "/")[1])
            let text = try Repository.text(file)
            if file.hasSuffix(".swift") {
                for module in SourceImports.swiftModules(in: text) {
                    named += 1
                    let objection = rules.objection(to: module, from: target)
                    #expect(objection == nil, "\(file)")
                }
            } else {
                for header in SourceImports.includedHeaders(in: text) {
                    let objection = rules.objection(toHeader: header, from: target)
                    #expect(objection == nil, "\(file)")
                }
            }
        }
        #expect(named > 5)
    }

    @Test("the program itself, which no test can import, stays small")
    func programIsSmall() throws {
        let lines = try Repository.files(below: "Sources/pleura", extensions: ["swift"])
            .reduce(0) { try $0 + Repository.text($1).utf8.count { $0 == UInt8(ascii: "\n") } }
        #expect(lines > 1000 && lines < 3000, "what decides something belongs into a library")
    }

    @Test("what a target may import, by Package.swift and by the table, it does import")
    func grants() throws {
        for target in try PackageManifest(source: Repository.text("Package.swift")).targets where !target.isTest {
            let used = try modulesUsed(in: target.folder)
            let granted = Set(target.dependencies.map { $0 == "GRDB.swift" ? "GRDB" : $0 })
            #expect(granted.subtracting(used) == [], "\(target.name) in Package.swift")
            let allowed = rules.allowed[target.name] ?? []
            #expect(allowed.subtracting(used) == [], "\(target.name) in the table")
        }
    }

    /// The modules that a folder's sources import, and those whose headers they include.
    private func modulesUsed(in folder: String) throws -> Set<String> {
        var used: Set<String> = []
        for file in try Repository.files(below: folder, extensions: ["swift", "c", "cc", "cpp", "h", "hpp"]) {
            let text = try Repository.text(file)
            if file.hasSuffix(".swift") {
                used.formUnion(SourceImports.swiftModules(in: text))
                continue
            }
            for header in SourceImports.includedHeaders(in: text) {
                // "../CTorch/include/CTorch.h" is of CTorch.
                used.formUnion(header.split(separator: "/").map(String.init))
                for (prefix, few) in rules.reservedHeaders where header.hasPrefix(prefix) { used.formUnion(few) }
            }
        }
        return used
    }

    @Test("every folder of Sources is a target, and no target of Sources is a test's")
    func folders() throws {
        let targets = try PackageManifest(source: Repository.text("Package.swift")).targets
        let names = Set(targets.filter { !$0.isTest }.map(\.name))
        let files = try Repository.files(below: "Sources", extensions: ["swift", "c", "cpp", "h", "modulemap"])
        let folders = Set(files.map { String($0.split(separator: "/")[1]) })
        #expect(folders.subtracting(names) == [])
        #expect(
            names.subtracting(folders) == [
                "TestNetworks", "TestSupport", "pleura-bench", "pleura-fuzz", "store-crash-writer",
            ])
    }

    @Test(
        "arrows against the design are refused",
        arguments: [
            ("GRDB", "Review"), ("GRDB", "CaseStore"), ("GRDB", "pleura"), ("TOMLKit", "Screens"),
            ("ArgumentParser", "Settings"), ("MemoryStore", "pleura"),
            ("CNcurses", "pleura"), ("CNcurses", "Screens"), ("CDcmtk", "Phantoms"), ("CNifti", "CaseStore"),
            ("CTorch", "Settings"), ("Screens", "Review"), ("Review", "Cases"), ("Review", "Lists"),
            ("Cases", "PatientView"), ("Cases", "Commands"), ("PatientView", "Lists"), ("CaseStore", "Screens"),
            ("ImageIO", "Training"), ("ImageValues", "Segmentation"), ("Training", "Segmentation"),
            ("Models", "Networks"), ("Segmentation", "Models"), ("Networks", "Evaluation"), ("CTorch", "Models"),
            ("CDcmtk", "ImageIO"), ("CNifti", "Dicom"),
            ("Dicom", "VolumeFiles"), ("VolumeFiles", "Dicom"), ("ImageIO", "Dicom"), ("ImageIO", "ImageValues"),
            ("CHdf5", "Segmentation"), ("Training", "Settings"),
            ("Training", "CaseWork"), ("Editing", "Volumes"), ("TestSupport", "Screens"),
            ("FoundationNetworking", "pleura"),
            ("CLibcrypto", "CaseStore"), ("Digests", "Settings"), ("Volumes", "TerminalKit"), ("Volumes", "Unheard"),
        ])
    func refusal(module: String, target: String) {
        #expect(rules.objection(to: module, from: target) != nil)
    }

    @Test(
        "arrows of the design, and what lies behind them, are allowed",
        arguments: [
            ("GRDB", "SQLiteStore"), ("Volumes", "Screens"), ("Cases", "Settings"), ("Digests", "Training"),
            ("CTorch", "Networks"), ("Foundation", "Volumes"), ("ArgumentParser", "pleura"),
            ("Phantoms", "pleura-bench"),
        ])
    func acceptance(module: String, target: String) {
        #expect(rules.objection(to: module, from: target) == nil)
    }

    @Test("foreign headers are refused outside their own target")
    func headers() {
        #expect(rules.objection(toHeader: "dcmtk/dcmdata/dctk.h", from: "CNifti") != nil)
        #expect(rules.objection(toHeader: "curses.h", from: "CDcmtk") != nil)
        #expect(rules.objection(toHeader: "ncursesw/curses.h", from: "CDcmtk") != nil)
        #expect(rules.objection(toHeader: "openjpeg.h", from: "CDcmtk") == nil)
        #expect(rules.objection(toHeader: "string.h", from: "CNifti") == nil)
    }

    @Test("ARCHITECTURE.md lists exactly the targets, with what each may import")
    func architecture() throws {
        let manifest = try PackageManifest(source: Repository.text("Package.swift"))
        let targets = Set(manifest.targets.filter { !$0.isTest }.map(\.name))
        let rows = try Repository.lines("ARCHITECTURE.md").compactMap(ArchitectureRow.init)
        #expect(rows.map(\.target).count == Set(rows.map(\.target)).count, "a target stands in two rows")
        #expect(Set(rows.map(\.target)).symmetricDifference(targets) == [])
        for row in rows {
            // Targets that the design foresees and nobody has built yet are not shown to readers.
            let foreseen = Set(rules.allowed.keys).subtracting(targets)
            let allowed = (rules.allowed[row.target] ?? []).subtracting(foreseen)
            #expect(row.imports == allowed, "\(row.target)")
            #expect(!row.responsibility.isEmpty)
        }
    }
}

/// A row of the dependency table: `` | `Target` | what it does | imports | ``.
struct ArchitectureRow {
    let target: String
    let responsibility: String
    let imports: Set<String>

    init?(_ line: String) {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard cells.count == 5, cells[1].hasPrefix("`"), cells[1].hasSuffix("`") else { return nil }
        target = cells[1].filter { $0 != "`" }
        responsibility = cells[2]
        imports = Set(cells[3].split(separator: ",").map { String($0).trimmed }.filter { $0 != "–" })
    }
}
