// swift-tools-version: 6.0
import PackageDescription

// Debian's dcmtk.pc asks for sndfile.pc and friends, which are absent, so the libraries are named by hand.
let dcmtkLibraries = ["dcmtls", "dcmnet", "dcmjpls", "dcmjpeg", "dcmdata", "oflog", "ofstd", "z"]

// The engine is a library of its own that the program loads when it needs it: what links libtorch starts half a second
// later and does not start at all without it.
let engine = Product.library(name: "PleuraTorch", type: .dynamic, targets: ["TorchShim"])

// Imports point only upward in this list; PackageTests/DependencyRuleTests.swift holds the table and checks it.
let package = Package(
    name: "pleura",
    products: [.executable(name: "pleura", targets: ["pleura"]), engine],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .target(name: "Volumes"),
        .target(name: "SurfaceMetrics", dependencies: ["Volumes"]),
        .target(name: "Consensus", dependencies: ["SurfaceMetrics", "Volumes"]),
        .target(name: "Dosimetry", dependencies: ["Volumes"]),
        .target(name: "Editing", dependencies: ["Volumes"]),
        .target(name: "Anatomy", resources: [.embedInCode("structures.json")]),
        .target(name: "Cases", dependencies: ["Anatomy", "Volumes"]),
        .target(name: "MaskChecks", dependencies: ["Anatomy", "Cases", "Volumes"]),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Digests", dependencies: ["CLibcrypto"]),
        .target(name: "Files"),
        .systemLibrary(name: "COpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),
        .target(
            name: "CDcmtk", dependencies: ["COpenJPEG"],
            cxxSettings: [.define("HAVE_CONFIG_H")],
            linkerSettings: dcmtkLibraries.map { .linkedLibrary($0) }),
        .target(
            name: "CNifti",
            linkerSettings: [.linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z")]),
        .target(name: "ImageValues", dependencies: ["Anatomy", "Digests", "Volumes"]),
        .target(
            name: "Dicom",
            dependencies: [
                "Anatomy", "CDcmtk", "Digests", "Dosimetry", "Files", "ImageValues", "Volumes",
            ]),
        .target(name: "VolumeFiles", dependencies: ["CNifti", "ImageValues", "Volumes"]),
        .target(name: "ImageIO", dependencies: ["Dicom", "ImageValues", "VolumeFiles", "Volumes"]),
        .target(name: "DicomNetwork", dependencies: ["CDcmtk"]),
        .target(name: "CTorch", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "TorchShim", linkerSettings: [.linkedLibrary("torch_cpu"), .linkedLibrary("c10")]),
        .target(name: "CHdf5", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "Networks", dependencies: ["CHdf5", "CTorch", "Files"]),
        .target(name: "Models", dependencies: ["Anatomy", "Cases", "Digests", "Networks", "Volumes"]),
        .target(name: "Segmentation", dependencies: ["Anatomy", "Cases", "Models", "Networks", "Volumes"]),
        .target(
            name: "Training",
            dependencies: [
                "Anatomy", "Cases", "Digests", "Files", "MaskChecks", "Models", "Networks", "Segmentation",
                "SurfaceMetrics", "Volumes",
            ]),
        .target(name: "Evaluation", dependencies: ["Anatomy", "Cases", "SurfaceMetrics", "Volumes"]),
        .target(name: "CaseStore", dependencies: ["Cases", "Volumes", "Digests", "Files"]),
        .target(
            name: "SQLiteStore",
            dependencies: ["CaseStore", "Cases", "Files", "Volumes", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "MemoryStore", dependencies: ["CaseStore", "Cases", "Files", "Volumes"]),
        .target(name: "PatientView", dependencies: ["Editing", "Volumes"]),
        .target(name: "Commands"),
        .target(name: "Lists", dependencies: ["Cases", "Commands"]),
        .target(
            name: "Review",
            dependencies: ["Anatomy", "Cases", "Commands", "Editing", "Lists", "MaskChecks", "PatientView", "Volumes"]),
        .target(
            name: "CaseWork",
            dependencies: [
                "CaseStore", "Cases", "Commands", "Consensus", "Dicom", "Digests", "Dosimetry", "Editing", "Files",
                "ImageIO", "ImageValues", "Lists", "MaskChecks", "Models", "Networks", "PatientView", "Review",
                "Segmentation", "SurfaceMetrics", "VolumeFiles", "Volumes",
            ]),
        .target(
            name: "JobWork",
            dependencies: [
                "CaseStore", "CaseWork", "Cases", "Commands", "Dicom", "Digests", "Editing", "Evaluation", "Files",
                "ImageIO", "ImageValues", "Lists", "Models", "Networks", "Phantoms", "Segmentation",
                "SurfaceMetrics", "Training", "VolumeFiles", "Volumes",
            ]),
        .target(name: "Archive", dependencies: ["CaseWork", "Cases", "Dicom", "DicomNetwork", "Volumes"]),
        .target(
            name: "Reports",
            dependencies: [
                "CaseWork", "CaseStore", "Cases", "Dosimetry", "Evaluation", "Models", "SurfaceMetrics", "Training",
                "Volumes",
            ]),
        .target(
            name: "Rehearsal",
            dependencies: [
                "CaseStore", "CaseWork", "Cases", "Digests", "Files", "JobWork", "Lists", "Models", "Networks",
                "Phantoms", "Reports", "Segmentation", "SurfaceMetrics", "Training", "VolumeFiles", "Volumes",
            ]),
        .target(name: "Routing"),
        .target(
            name: "Exchange",
            dependencies: [
                "Archive", "CaseStore", "CaseWork", "Cases", "Dicom", "DicomNetwork", "Digests", "Files", "ImageValues",
                "Models", "Reports", "Routing", "Settings", "Volumes",
            ]),
        .target(name: "TerminalKit"),
        .target(
            name: "Screens",
            dependencies: [
                "Anatomy", "Cases", "Commands", "Editing", "Lists", "PatientView", "Review", "TerminalKit",
                "Volumes",
            ]),
        .target(
            name: "TerminalLoop",
            dependencies: [
                "CaseStore", "CaseWork", "Cases", "Commands", "Digests", "Files", "JobWork", "Lists", "Review",
                "Screens", "TerminalKit", "Volumes",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "NcursesBackend", dependencies: ["TerminalKit", "CNcurses"]),
        .target(
            name: "Settings",
            dependencies: [
                "Anatomy", "Cases", "Commands", "Models", "Review", "Routing", "TerminalKit", "Volumes",
                .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        .target(name: "Phantoms", dependencies: ["Volumes"]),
        .executableTarget(
            name: "pleura",
            dependencies: [
                "Anatomy", "Archive", "CaseStore", "CaseWork", "Cases", "Dicom", "DicomNetwork",
                "Dosimetry", "Exchange", "Files", "ImageValues", "JobWork", "Lists", "Models", "NcursesBackend",
                "Networks", "PatientView", "Phantoms", "Rehearsal", "Reports", "Review", "SQLiteStore", "Screens",
                "Segmentation", "Settings", "TerminalKit", "TerminalLoop", "Training", "Volumes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "pleura-bench",
            dependencies: [
                "CaseStore", "Cases", "Dicom", "Editing", "ImageValues", "Models", "Networks", "PatientView",
                "Phantoms", "Review", "SQLiteStore", "Screens", "Segmentation", "Settings", "SurfaceMetrics",
                "TerminalKit", "Volumes",
            ],
            path: "Benchmarks", exclude: ["peers"]),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "pleura-fuzz",
            dependencies: [
                "CFuzzer", "Dicom", "Dosimetry", "ImageIO", "Networks", "Settings", "VolumeFiles", "Volumes",
            ],
            path: "Fuzzing"),
        .target(
            name: "TestSupport", dependencies: ["Editing", "ImageValues", "Volumes"], path: "Tests/TestSupport"),
        .target(name: "TestNetworks", dependencies: ["Networks"], path: "Tests/TestNetworks"),
        .testTarget(name: "VolumesTests", dependencies: ["Volumes", "TestSupport"]),
        .testTarget(
            name: "SurfaceMetricsTests", dependencies: ["SurfaceMetrics", "VolumeFiles", "TestSupport"],
            resources: [.copy("Golden")]),
        .testTarget(name: "ConsensusTests", dependencies: ["Consensus", "TestSupport"]),
        .testTarget(name: "DosimetryTests", dependencies: ["Dosimetry", "TestSupport"]),
        .testTarget(name: "EditingTests", dependencies: ["Editing", "TestSupport"]),
        .testTarget(name: "AnatomyTests", dependencies: ["Anatomy"]),
        .testTarget(name: "CasesTests", dependencies: ["Cases", "TestSupport"]),
        .testTarget(name: "ImageValuesTests", dependencies: ["ImageValues"]),
        .testTarget(
            name: "DicomTests", dependencies: ["Dicom", "ImageIO", "Digests", "Phantoms", "TestSupport"],
            resources: [.copy("Resources")]),
        .testTarget(name: "VolumeFilesTests", dependencies: ["VolumeFiles", "ImageIO", "TestSupport"]),
        .testTarget(name: "ImageIOTests", dependencies: ["ImageIO", "TestSupport"]),
        .testTarget(name: "DigestsTests", dependencies: ["Digests", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(
            name: "NetworksTests", dependencies: ["Networks", "TestSupport"], resources: [.copy("Resources")]),
        .testTarget(name: "ModelsTests", dependencies: ["Models", "TestSupport"]),
        .testTarget(
            name: "SegmentationTests", dependencies: ["Segmentation", "TestSupport"], resources: [.copy("Resources")]),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
        .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "TestSupport"]),
        .executableTarget(
            name: "store-crash-writer", dependencies: ["CaseStore", "SQLiteStore", "Cases", "Volumes"],
            path: "Tests/CrashWriter"),
        .testTarget(
            name: "CaseStoreTests",
            dependencies: [
                "CaseStore", "SQLiteStore", "MemoryStore", "store-crash-writer", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.copy("Resources")]),
        .testTarget(name: "PatientViewTests", dependencies: ["PatientView"]),
        .testTarget(name: "MaskChecksTests", dependencies: ["MaskChecks"]),
        .testTarget(name: "CommandsTests", dependencies: ["Commands"]),
        .testTarget(name: "ListsTests", dependencies: ["Lists"]),
        .testTarget(name: "ReviewTests", dependencies: ["Review", "TestSupport"]),
        .testTarget(name: "CaseWorkTests", dependencies: ["CaseWork", "MemoryStore", "TestNetworks", "TestSupport"]),
        .testTarget(
            name: "JobWorkTests",
            dependencies: ["JobWork", "SQLiteStore", "MemoryStore", "TestNetworks", "TestSupport"]),
        .testTarget(
            name: "TerminalLoopTests",
            dependencies: ["TerminalLoop", "VolumeFiles", "MemoryStore", "TestNetworks", "TestSupport"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "MemoryStore", "TestSupport"]),
        .testTarget(name: "RehearsalTests", dependencies: ["Rehearsal", "SQLiteStore", "TestNetworks", "TestSupport"]),
        .testTarget(name: "TerminalKitTests", dependencies: ["TerminalKit", "TestSupport"]),
        .testTarget(name: "ScreensTests", dependencies: ["Screens", "TestSupport"]),
        .testTarget(name: "SettingsTests", dependencies: ["Settings", "Screens", "TestSupport"]),
        .testTarget(name: "RoutingTests", dependencies: ["Routing"]),
        .testTarget(name: "ExchangeTests", dependencies: ["Exchange", "MemoryStore", "TestNetworks", "TestSupport"]),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "TestSupport"]),
        .testTarget(name: "DicomNetworkTests", dependencies: ["DicomNetwork", "TestSupport"]),
        .testTarget(name: "PhantomsTests", dependencies: ["Phantoms", "TestSupport"]),
        .testTarget(name: "PackageTests", dependencies: ["TestSupport"]),
        .testTarget(name: "EndToEndTests", dependencies: ["pleura", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
