import Testing

@Suite("Manifest and imports are read without being fooled")
struct ParserTests {
    @Test func manifestWithEveryForm() throws {
        let manifest = try PackageManifest(
            source: """
                let libraries = ["a", "b"] // .target(name: "Comment")
                let package = Package(
                    name: "x",
                    products: [.executable(name: "tool", targets: ["tool"])],
                    dependencies: [.package(url: "https://example.org/Kit", from: "1.0.0")],
                    targets: [
                        .target(name: "Low"),
                        /* .target(name: "Hidden"), /* nested */ */
                        .systemLibrary(name: "CSystem", pkgConfig: "sys", providers: [.apt(["libsys-dev"])]),
                        .executableTarget(
                            name: "tool",
                            dependencies: [
                                "Low", .target(name: "CSystem"), .byName(name: "High"),
                                .product(name: "Kit", package: "Kit"),
                            ],
                            path: "Odd, (place)",
                            linkerSettings: libraries.map { .linkedLibrary($0) }),
                        .testTarget(name: "LowTests", dependencies: ["Low"], resources: [.copy("Golden")]),
                    ],
                    swiftLanguageModes: [.v6]
                )
                """)
        #expect(
            manifest.targets == [
                .init(kind: "target", name: "Low", dependencies: [], folder: "Sources/Low"),
                .init(kind: "systemLibrary", name: "CSystem", dependencies: [], folder: "Sources/CSystem"),
                .init(
                    kind: "executableTarget", name: "tool", dependencies: ["Low", "CSystem", "High", "Kit"],
                    folder: "Odd, (place)"),
                .init(kind: "testTarget", name: "LowTests", dependencies: ["Low"], folder: "Sources/LowTests"),
            ])
    }

    @Test(
        "what could hide an arrow is an error",
        arguments: [
            "let x = 1",
            "let package = Package(name: \"x\")",
            "let package = Package(name: \"x\", targets: list)",
            "let package = Package(name: \"x\", targets: [.target(name: \"A\")] + more)",
            "let package = Package(name: \"x\", targets: [.target(name: \"A\", dependencies: shared)])",
            "let package = Package(name: \"x\", targets: [.target(name: \"A\", dependencies: [name])])",
            "let package = Package(name: \"x\", targets: [.target(name: \"A\", dependencies: [\"B\" + \"C\"])])",
            "let package = Package(name: \"x\", targets: [.target(name: prefix + \"A\")])",
            "let package = Package(name: \"x\", targets: [make(\"A\")])",
            "let package = Package(name: \"x\", targets: [.target(name: \"A\")",
            "let package = Package(name: \"x\", targets: [])\npackage.targets.append(.target(name: \"A\"))",
        ])
    func opaqueManifest(source: String) {
        #expect(throws: PackageManifest.ParseError.self) { try PackageManifest(source: source) }
    }

    @Test func aBadArrowInAManifestIsFound() throws {
        let manifest = try PackageManifest(
            source: """
                let package = Package(name: "x", targets: [.target(name: "Review", dependencies: ["Cases", "CaseStore"])])
                """)
        let objections = manifest.targets.flatMap { target in
            target.dependencies.compactMap { DependencyRules.pleura.objection(to: $0, from: target.name) }
        }
        #expect(objections == ["Review → CaseStore is not in the table"])
    }

    @Test func importsOfEveryForm() {
        let source = #"""
            // import Commented
            /* import Blocked */ import Plain
            @testable import Tested; import Second
            public import Loud
            @preconcurrency @_exported import Odd
              import struct Kit.Thing
            import Deep.Inner // why
            let text = """
            import Quoted
            """
            let raw = ##"import "# Raw"##
            important(import_)
            #if canImport(Nothing)
            #endif
            """#
        #expect(
            SourceImports.swiftModules(in: source) == ["Plain", "Tested", "Second", "Loud", "Odd", "Kit", "Deep"])
    }

    @Test func includesOfEveryForm() {
        let source = """
            #include <dcmtk/dcmdata/dctk.h>
              # include "CNifti.h"
            #include<string>
            int include = 1;
            """
        #expect(SourceImports.includedHeaders(in: source) == ["dcmtk/dcmdata/dctk.h", "CNifti.h", "string"])
    }

    @Test func commentsInTextsStay() {
        #expect(SwiftText.code(of: "a(\"// b\") // c", keepingStrings: true) == "a(\"// b\")     ")
        #expect(SwiftText.code(of: "a(\"\\\"//\") b") == "a(\"    \") b")
    }
}
