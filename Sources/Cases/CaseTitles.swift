/// What cases can be told apart by on a screen; nothing of it names the patient.
public struct CaseTraits: Hashable, Sendable {
    /// The folders that lead to the image, outermost first; the last is its own folder, or the file without its suffix.
    public var path: [String]
    /// What the scanner calls the series, or empty.
    public var description: String
    /// Which volume of its series it is, or empty.
    public var volume: String
    /// What no other case has: the series' UID or a digest.
    public var key: String

    /// Traits from their parts.
    public init(path: [String], description: String = "", volume: String = "", key: String = "") {
        self.path = path
        self.description = description
        self.volume = volume
        self.key = key
    }
}

/// Titles that tell the cases of a list apart: each as short as the list allows.
///
/// A case goes by its folder. Where several would get one title, the nearest folders above that tell them apart are put
/// before it, then what the scanner calls the series, then the volume, at last the end of the series' UID. A folder
/// whose name says nothing of a case (`ct`, `DICOM`) is never a title alone.
public enum CaseTitles {
    /// Folder names that programs and scanners give to every case.
    private static let plainNames: Set<String> = [
        "ct", "cts", "dicom", "dcm", "image", "images", "img", "scan", "scans", "series", "study", "nifti", "data",
        "planning", "planningct", "original",
    ]

    /// A title being made.
    private struct Draft {
        /// Which folders are in it, counted from the last, 0.
        var folders: Set<Int> = [0]
        var endings: [String] = []
        let traits: CaseTraits

        func folder(_ position: Int) -> String {
            let index = traits.path.count - 1 - position
            return traits.path.indices.contains(index) ? CaseTitles.short(traits.path[index]) : ""
        }

        var title: String {
            let names = folders.sorted(by: >).map(folder).filter { !$0.isEmpty }
            return ([names.joined(separator: "/")] + endings).joined(separator: " · ")
        }
    }

    /// The titles of cases, in their order. Two cases of the same traits get the same title and a number behind it.
    public static func titles(of cases: [CaseTraits]) -> [String] {
        var drafts = cases.map { traits in
            var draft = Draft(traits: traits)
            let last = traits.path.last ?? ""
            if plainNames.contains(last.lowercased().filter(\.isLetter)) || Int(last) != nil, traits.path.count > 1 {
                draft.folders.insert(1)
            }
            if isUID(last), !traits.description.isEmpty { draft.endings = [traits.description] }
            return draft
        }
        // Each round adds something to every title that is not the only one of its kind.
        for _ in 0..<64 {
            let groups = Dictionary(grouping: drafts.indices, by: { drafts[$0].title }).values.filter { $0.count > 1 }
            if groups.isEmpty { break }
            for group in groups { tellApart(group, &drafts) }
        }
        return drafts.map(\.title)
    }

    /// Takes in one more thing that differs among cases of one title.
    private static func tellApart(_ group: [Int], _ drafts: inout [Draft]) {
        func differ(_ value: (Draft) -> String) -> Bool { Set(group.map { value(drafts[$0]) }).count > 1 }
        let depth = group.map { drafts[$0].traits.path.count }.max() ?? 0
        for position in 0..<depth where group.contains(where: { !drafts[$0].folders.contains(position) }) {
            guard differ({ $0.folder(position) }) else { continue }
            for index in group { drafts[index].folders.insert(position) }
            return
        }
        for trait in [\CaseTraits.description, \.volume] where differ({ $0.traits[keyPath: trait] }) {
            var isNews = false
            for index in group {
                let text = drafts[index].traits[keyPath: trait]
                guard !text.isEmpty, !drafts[index].endings.contains(text) else { continue }
                drafts[index].endings.append(text)
                isNews = true
            }
            if isNews { return }
        }
        for (number, index) in group.enumerated() {
            let tail = String(drafts[index].traits.key.suffix(6))
            let isTold = differ { String($0.traits.key.suffix(6)) } && !drafts[index].endings.contains("…\(tail)")
            drafts[index].endings.append(isTold ? "…\(tail)" : "\(number + 1)")
        }
    }

    /// UIDs and digests are too long to read; their ends tell them apart.
    private static func short(_ name: String) -> String {
        isUID(name) || (name.count >= 32 && name.allSatisfy(\.isHexDigit)) ? "…\(name.suffix(8))" : name
    }

    private static func isUID(_ name: String) -> Bool {
        name.count >= 20 && name.contains(".") && name.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    }
}
