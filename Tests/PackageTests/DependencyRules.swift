/// Which target may import which: the design's table. ARCHITECTURE.md shows it to readers; this is what is checked.
/// A change here is a change of the architecture.
struct DependencyRules {
    /// What a target may import. Whatever that reaches, the target may name as well.
    var allowed: [String: Set<String>]
    /// Modules that only the named targets may touch, whoever reaches them.
    var reserved: [String: Set<String>]
    /// The start of header paths that only the named targets may include.
    var reservedHeaders: [String: Set<String>]

    /// Modules of the language and the system that anything may import.
    static let everywhere: Set = ["Swift", "Foundation", "Dispatch", "Glibc", "Synchronization"]

    static let pleura: DependencyRules = {
        var allowed: [String: Set<String>] = [
            "Volumes": [],
            "SurfaceMetrics": ["Volumes"],
            "Consensus": ["SurfaceMetrics"],
            "Dosimetry": ["Volumes"],
            "Editing": ["Volumes"],
            "Anatomy": [],
            "Cases": ["Anatomy", "Volumes"],
            "MaskChecks": ["Cases"],
            "CLibcrypto": [],
            "Digests": ["CLibcrypto"],
            "Files": [],
            "COpenJPEG": [],
            "CDcmtk": ["COpenJPEG"],
            "CNifti": [],
            "ImageValues": ["Anatomy", "Volumes", "Digests"],
            "Dicom": ["Dosimetry", "ImageValues", "Files", "CDcmtk"],
            "VolumeFiles": ["ImageValues", "CNifti"],
            "ImageIO": ["Dicom", "VolumeFiles"],
            "DicomNetwork": ["CDcmtk"],
            "CTorch": [],
            "TorchShim": ["CTorch"],
            "CHdf5": [],
            "Networks": ["Files", "CTorch", "CHdf5"],
            "Models": ["Cases", "Digests", "Networks"],
            "Segmentation": ["Models"],
            "Training": ["MaskChecks", "Segmentation", "SurfaceMetrics", "Digests"],
            "Evaluation": ["Cases", "SurfaceMetrics"],
            "CaseStore": ["Cases", "Digests", "Files"],
            "SQLiteStore": ["CaseStore", "GRDB"],
            "MemoryStore": ["CaseStore"],
            "PatientView": ["Editing"],
            "Commands": [],
            "Lists": ["Cases", "Commands"],
            "Review": ["Lists", "MaskChecks", "PatientView"],
            "CaseWork": ["CaseStore", "Consensus", "Digests", "ImageIO", "Review", "Segmentation", "SurfaceMetrics"],
            "JobWork": ["CaseWork", "Evaluation", "Phantoms", "Training"],
            "Archive": ["CaseWork", "DicomNetwork"],
            "Reports": ["CaseWork", "Evaluation", "Training"],
            "Rehearsal": ["JobWork", "Reports"],
            "Routing": [],
            "Exchange": ["Archive", "Reports", "Settings"],
            "TerminalKit": [],
            "Screens": ["Review", "TerminalKit"],
            "TerminalLoop": ["JobWork", "Screens", "Digests", "Logging"],
            "CNcurses": [],
            "NcursesBackend": ["TerminalKit", "CNcurses"],
            "Settings": ["Review", "Routing", "TerminalKit", "Models", "TOMLKit"],
            "Phantoms": ["Volumes"],
            "CFuzzer": [],
        ]
        allowed["pleura"] = [
            "Anatomy", "Archive", "ArgumentParser", "CaseStore", "CaseWork", "Cases", "Dicom",
            "DicomNetwork", "Exchange",
            "Files", "ImageValues", "JobWork", "Lists", "Logging", "Models", "NcursesBackend", "Networks",
            "PatientView", "Phantoms", "Rehearsal", "Reports", "Review", "SQLiteStore", "Screens", "Segmentation",
            "Settings", "TerminalKit", "TerminalLoop", "Training", "Volumes",
        ]
        allowed["pleura-bench"] = [
            "CaseStore", "Cases", "Dicom", "Editing", "ImageValues", "Models", "Networks", "PatientView", "Phantoms",
            "Review", "SQLiteStore", "Screens", "Segmentation", "Settings", "SurfaceMetrics", "TerminalKit", "Volumes",
        ]
        allowed["pleura-fuzz"] = ["CFuzzer", "Dicom", "ImageIO", "Networks", "Settings", "VolumeFiles", "Volumes"]
        allowed["store-crash-writer"] = ["CaseStore", "SQLiteStore", "Cases", "Volumes"]
        allowed["TestNetworks"] = ["Networks"]
        allowed["TestSupport"] = ["Editing", "ImageValues", "Volumes"]
        return DependencyRules(
            allowed: allowed,
            reserved: [
                "ArgumentParser": ["pleura"],
                "Logging": ["TerminalLoop", "pleura"],
                "TOMLKit": ["Settings"],
                "GRDB": ["SQLiteStore"],
                // For tests: what it keeps is gone with the process, so no program may keep cases in it.
                "MemoryStore": [],
                "CNcurses": ["NcursesBackend"],
                "CDcmtk": ["Dicom", "DicomNetwork"],
                "CNifti": ["VolumeFiles"],
                "COpenJPEG": ["CDcmtk"],
                "CTorch": ["Networks", "TorchShim"],
                "CHdf5": ["Networks"],
                "CFuzzer": ["pleura-fuzz"],
                "CLibcrypto": ["Digests"],
                "Digests": [
                    "ImageValues", "Models", "Dicom", "CaseStore", "Training", "CaseWork", "JobWork", "Rehearsal",
                    "TerminalLoop", "Exchange",
                ],
            ],
            reservedHeaders: [
                "ncurses": ["CNcurses"],
                "curses.h": ["CNcurses"],
                "term.h": ["CNcurses"],
                "dcmtk/": ["CDcmtk"],
                "openjpeg": ["COpenJPEG", "CDcmtk"],
                "nifti": ["CNifti"],
                "openssl/": ["CLibcrypto"],
                "hdf5": ["CHdf5"],
                "torch/": ["TorchShim"],
                "ATen/": ["TorchShim"],
                "c10/": ["TorchShim"],
            ])
    }()

    /// Why `target` may not name `module`, or `nil` if it may.
    func objection(to module: String, from target: String) -> String? {
        if module == target || Self.everywhere.contains(module) { return nil }
        guard allowed[target] != nil else { return "\(target) is not in the table of targets" }
        if let few = reserved[module], !few.contains(target) {
            return "\(target) → \(module): only \(few.sorted().joined(separator: ", ")) may import it"
        }
        return reach(of: target).contains(module) ? nil : "\(target) → \(module) is not in the table"
    }

    /// Why `target` may not include `header`, or `nil` if it may.
    func objection(toHeader header: String, from target: String) -> String? {
        for (prefix, few) in reservedHeaders where header.hasPrefix(prefix) && !few.contains(target) {
            return "\(target) includes <\(header)>: only \(few.sorted().joined(separator: ", ")) may"
        }
        return nil
    }

    private func reach(of target: String) -> Set<String> {
        var reached: Set<String> = []
        var open = Array(allowed[target] ?? [])
        while let next = open.popLast() {
            if reached.insert(next).inserted { open += allowed[next] ?? [] }
        }
        return reached
    }
}
