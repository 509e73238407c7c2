/// Files of a folder that could not be read and may have been slices: one that is lost at an end of a series leaves no
/// other trace.
struct LostFiles {
    struct File: Hashable {
        /// As ``FileName`` writes it.
        var name: String
        var reason: String
    }

    private(set) var files: [File] = []

    /// - Parameters:
    ///   - slices: the names of the CT slices of the folder, of whatever series.
    ///   - unparsed: DICOM files that cannot be taken apart.
    ///   - unopened: files that could not be opened, and what there is no access to.
    ///   - others: files that are not DICOM, or empty.
    init(slices: [String], unparsed: [File], unopened: [File], others: [File]) {
        let patterns = Set(slices.map(Self.pattern)).subtracting([""])
        files = unparsed
        files += unopened.filter { !Self.isForeign($0.name) }
        files += others.filter { file in
            guard !Self.isHidden(file.name) else { return false }
            return patterns.contains(Self.pattern(file.name)) || Self.dicomEndings.contains(Self.ending(file.name))
        }
        files.sort { $0.name < $1.name }
    }

    /// Those that may belong to a series: what lies in a folder with its slices, or, where no series has slices in the
    /// file's folder, in the nearest folder above that holds any.
    /// - Parameters:
    ///   - members: the names of the series' slices.
    ///   - all: the names of all slices.
    func near(_ members: [String], of all: [String]) -> [File] {
        guard !files.isEmpty else { return [] }
        let own = Set(members.map(Self.folder))
        let every = Set(all.map(Self.folder))
        func isBelow(_ name: String, _ place: String) -> Bool {
            place.isEmpty || name == place || name.hasPrefix(place + "/")
        }
        return files.filter { file in
            var place = Self.folder(file.name)
            if every.contains(place) { return own.contains(place) }
            while !place.isEmpty, !every.contains(where: { isBelow($0, place) }) { place = Self.folder(place) }
            return own.contains { isBelow($0, place) }
        }
    }

    /// What to say of them with a series: one sentence that names and counts them. `nil` if there are none.
    /// - Parameter headers: of the series' slices, whose numbers may tell which are missing.
    static func warning(of files: [File], headers: [DicomHeader]) -> String? {
        guard !files.isEmpty else { return nil }
        let names = files.prefix(5).map { "\(FileName.shown($0.name)) (\($0.reason))" }.joined(separator: ", ")
        let more = files.count > 5 ? " and \(files.count - 5) more" : ""
        let what =
            files.count == 1
            ? "1 file could not be read and may be a slice of this series"
            : "\(files.count) files could not be read and may be slices of this series"
        var text = "\(what): \(names)\(more). The volume may end too early at the top or the bottom"
        let missing = missingNumbers(headers, most: files.count)
        if !missing.isEmpty {
            let list = missing.map(String.init).joined(separator: ", ")
            text +=
                missing.count == 1 ? "; instance number \(list) is missing" : "; instance numbers \(list) are missing"
        }
        return text + "."
    }

    /// The instance numbers that a series leaves out, where it numbers its slices and leaves out few.
    private static func missingNumbers(_ headers: [DicomHeader], most: Int) -> [Int] {
        let numbers = Set(headers.compactMap(\.instanceNumber))
        guard numbers.count == headers.count, let last = numbers.max(), last <= numbers.count + most else { return [] }
        return (1...max(last, 1)).filter { !numbers.contains($0) }
    }

    // MARK: Names

    private static let dicomEndings: Set = ["dcm", "ima", "dicom", "dic"]
    /// What is certainly no slice where its contents cannot be seen.
    private static let foreignEndings: Set = [
        "txt", "md", "pdf", "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "xml", "json", "csv", "tsv", "html",
        "htm",
        "db", "ini", "inf", "log", "zip", "gz", "tar", "7z", "exe", "dll", "jar", "doc", "docx", "xls", "xlsx", "ppt",
        "pptx",
        "py", "m", "sh", "bat", "nii", "nrrd", "mha", "mhd", "raw", "mp4", "avi", "lnk", "url", "css", "js", "lock",
        "tmp",
    ]
    private static let foreignNames: Set = [
        "readme", "license", "copying", "dicomdir", "thumbs.db", "lockfile", "version",
    ]

    private static func isForeign(_ name: String) -> Bool {
        isHidden(name) || foreignEndings.contains(ending(name)) || foreignNames.contains(last(name).lowercased())
    }

    private static func isHidden(_ name: String) -> Bool { last(name).hasPrefix(".") }

    private static func last(_ name: String) -> String {
        String(name[(name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex)...])
    }

    private static func folder(_ name: String) -> String { name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "" }

    private static func ending(_ name: String) -> String {
        let own = last(name)
        return own.lastIndex(of: ".").map { own[own.index(after: $0)...].lowercased() } ?? ""
    }

    /// What names of one series have in common: its letters with `#` for every number; for names that are hashes, their
    /// length. Empty for a name without a number, which is nobody's neighbour.
    static func pattern(_ name: String) -> String {
        let own = last(name)
        let stem = own.lastIndex(of: ".").map { own[..<$0] } ?? own[...]
        if stem.count >= 16, stem.allSatisfy({ $0.isHexDigit || $0 == "-" }), stem.contains(where: \.isLetter) {
            return "hash \(stem.count) \(ending(name))"
        }
        var pattern = ""
        for character in own {
            let isNumber = character.isASCII && character.isNumber
            if isNumber || (character == "." && pattern.hasSuffix("#")) {
                if !pattern.hasSuffix("#") { pattern.append("#") }
            } else {
                pattern.append(character)
            }
        }
        return pattern.contains("#") ? pattern : ""
    }
}
